import type { RequestHandler } from 'express';
import { departures } from '../fund/communities/index.ts';
import type { World } from '../store/world.ts';
import { Refusal } from './errors.ts';

/** The addresses of one community, and of one cycle. Where one signs in is no community's. */
const COMMUNITY = /^\/(?:c|console(?!\/sign-in))\/([^/]+)/;
const CYCLE = /^\/api\/cycles\/([^/]+)/;

/** Shows whoever reads a community that has left this cell the way to the other one; while it is on its way, asks them to come again. */
export function signpost(world: World): RequestHandler {
  const left = departures(world);
  return async ({ path, query, method, originalUrl }, response, next) => {
    const slug = COMMUNITY.exec(path)?.[1] ?? (path === '/api/cycles/current' ? query.community : undefined);
    const cycle = CYCLE.exec(path)?.[1];
    const found = typeof slug === 'string' ? await left.bySlug(slug) : cycle === undefined ? undefined : await left.byCycle(cycle);
    if (!found) return next();
    if (!found.arrivedAt) throw new Refusal(503, 'This community is moving to another system; come again in half an hour.');
    if (method !== 'GET' && method !== 'HEAD') throw new Refusal(409, `This community has moved to ${found.url}: do it there.`);
    response.redirect(307, found.url + originalUrl);
  };
}
