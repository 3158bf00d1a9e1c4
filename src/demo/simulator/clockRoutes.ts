import express, { type RequestHandler, Router } from 'express';
import { z } from 'zod';
import { type CycleRecord, findCycles, voteOf } from '../../fund/cycles/index.ts';
import { workSteps, worksOfCycle } from '../../fund/works/index.ts';
import { nextMoment, type Occasion } from '../../outreach/calendar/occasions.ts';
import { newsOfWorks, ratingAsks } from '../../outreach/calendar/worksToTell.ts';
import { DAY_MS } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import { Refusal } from '../../web/errors.ts';
import type { DemoClock } from '../clock.ts';
import { demoCommunity } from '../community.ts';

export interface ClockDeps {
  readonly clock: DemoClock;
  readonly publicUrl: string;
  /** Does what is due by now. */
  readonly catchUp: () => Promise<void>;
  /** Is notified of the clock's time after it was moved. */
  readonly moved: (told: ClockTold) => void;
}

/** The clock's time in ISO 8601, and the next event if the calendar has more. */
export interface ClockTold {
  readonly now: string;
  readonly timezone: string;
  readonly next?: { readonly at: string; readonly what: string };
}

const wanted = z.strictObject({ to: z.iso.datetime({ offset: true }) });
const FAR_MS = 2 * 366 * DAY_MS;

/** `/simulator/clock`: the demo's time, which can be moved ahead. The answer comes once everything that was due by then is on its way. */
export function clockRoutes(world: World, { clock, publicUrl, catchUp, moved }: ClockDeps): Router {
  return Router()
    .get('/simulator/clock', sameOrigin(publicUrl), async (_request, response) => {
      response.json(await told());
    })
    .post('/simulator/clock', sameOrigin(publicUrl), express.json({ limit: '1kb', type: 'application/json' }), async (request, response) => {
      const { success, data } = wanted.safeParse(request.body);
      const to = success ? new Date(data.to) : undefined;
      if (!to || to <= world.now() || to.getTime() - world.now().getTime() > FAR_MS)
        throw new Refusal(400, 'Send JSON: {"to": a time in ISO 8601, later than the clock shows, within two years}.');
      await clock.moveTo(to);
      await catchUp();
      const now = await told();
      moved(now);
      response.json(now);
    });

  async function told(): Promise<ClockTold> {
    const now = world.now();
    const community = await demoCommunity();
    const cycles = community ? await findCycles(community._id) : [];
    const works = (await Promise.all(cycles.map(({ _id }) => worksOfCycle(_id)))).flat();
    const moments = cycles.map((cycle) => community && nextMoment(cycle, community, now, ofWorks(cycle, community.timezone)));
    const [next] = moments.flatMap((moment) => moment ?? []).toSorted((one, other) => one.at.getTime() - other.at.getTime());
    return {
      now: now.toISOString(),
      timezone: community?.timezone ?? 'Asia/Shanghai',
      ...(next && { next: { at: next.at.toISOString(), what: next.what } }),
    };

    function ofWorks(cycle: CycleRecord, zone: string): Occasion[] {
      const votes = cycles.flatMap((each) => voteOf(each, now) ?? []);
      const asks = ratingAsks(cycles, works, zone, votes).filter((ask) => ask.cycle === cycle._id);
      return [...asks, ...newsOfWorks(cycle, workSteps(works.filter(({ _id }) => _id.cycle === cycle._id)), zone)];
    }
  }
}

/**
 * Lets only our own page through: another site's page must neither send nor read texts through the browser of the person who plays the demo. If the
 * browser says where a request comes from, it has to be from here; a post has to say it.
 */
export function sameOrigin(publicUrl: string): RequestHandler {
  return ({ method, headers }, _response, next) => {
    const { host = '', origin, 'sec-fetch-site': site } = headers;
    const isFromHere = origin === undefined ? method === 'GET' : hostOf(origin) === host;
    if (isFromHere && (site === undefined || site === 'same-origin')) return next();
    throw new Refusal(403, `This is for the simulator's own page: open ${publicUrl}/simulator.`);
  };
}

function hostOf(origin: string): string | undefined {
  return URL.canParse(origin) ? new URL(origin).host : undefined;
}
