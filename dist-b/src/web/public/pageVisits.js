import { createHash } from 'node:crypto';
import { communityForReaders } from '../../fund/communities/index.js';
import { currentCycleForReaders, cycleForReaders, periods } from '../../fund/cycles/index.js';
import { boundedMap } from '../../store/cache.js';
import { isDatabaseAway } from '../../store/databaseErrors.js';
import { browserFiles } from './browserFiles.js';
import { noticePage } from './layout.js';
import { pageLanguage, pageText } from './pageText.js';
/** What all public pages have in common: whose page it is, in which language, in which frame. */
export function pageVisits(world, catalogue, { banner, readerLimit, hasChat }) {
    const communityOf = communityForReaders(world);
    return {
        frame,
        begun,
        lost,
        away,
        ofCommunity,
        ofCycle: (answer) => ofCommunity(async (visit) => {
            const { request, response, community, slug, chosen } = visit;
            const id = text(request, 'cycle') || undefined;
            const cycle = id ? await begun(community, id) : await currentCycleForReaders(world)(slug, world.now());
            if (!cycle)
                return lost(response, chosen, 'cycle', { path: `/c/${slug}`, name: community.name });
            await answer({ ...visit, cycle, id, query: id ? `?cycle=${encodeURIComponent(id)}` : '' });
        }),
    };
    function ofCommunity(answer) {
        return readerLimit.handler(async (request, response) => {
            const { slug } = request.params;
            const community = await communityOf(slug);
            const chosen = pageLanguage(request, community?.language);
            if (!community)
                return lost(response, chosen, 'community', { path: '/', name: 'lost.home' });
            await answer({ request, response, community, slug, chosen });
        });
    }
    async function frame(chosen, path, community) {
        return {
            pageText: pageText(catalogue, chosen, world.now(), community),
            assets: await browserFiles(),
            path,
            hasChat,
            hasLanguage: chosen.byLink,
            ...(banner && { banner: banner(chosen.language) }),
            ...(community && { feed: `/c/${community._id}/feed.atom` }),
        };
    }
    async function begun({ _id }, id) {
        const cycle = await cycleForReaders(world)(id);
        const first = cycle && periods(cycle, world.now())[0];
        return cycle && first && cycle.community === _id && first.from <= world.now() ? cycle : undefined;
    }
    async function lost(response, chosen, what, leads) {
        const around = await frame(chosen, leads.path);
        const { say } = around.pageText;
        const name = what === 'cycle' ? leads.name : say(leads.name);
        response.status(404);
        send(response, rendered(noticePage(around, say(`lost.${what}`), say(`lost.${what}More`), { path: leads.path, name })));
    }
    function away() {
        return (error, request, response, next) => {
            if (!isDatabaseAway(error) || response.headersSent || request.accepts(['json', 'html']) !== 'html')
                return next(error);
            const chosen = pageLanguage(request);
            frame(chosen, '/')
                .then((around) => {
                const { say } = around.pageText;
                response.status(503).set('Retry-After', '60');
                send(response, rendered(noticePage(around, say('lost.away'), say('lost.awayMore'), { path: '/', name: say('lost.home') })));
            })
                .catch(() => next(error));
        };
    }
}
/** A reader asks again each time; the page is sent whole only if it has changed. */
export function send(response, { body, etag }) {
    response.set({ 'Cache-Control': 'no-cache', ETag: etag, Vary: 'Accept-Language', 'Content-Type': 'text/html; charset=utf-8' }).send(body);
}
/** What the address says of this name; at most 80 characters are read. */
export function text({ query }, name) {
    const given = query[name];
    return typeof given === 'string' ? given.slice(0, 80) : '';
}
/** A page is rendered again after a second. Meanwhile readers still get the old one, until it is three seconds old, and do not wait. */
const FRESH_MS = 1_000;
const USABLE_MS = 3_000;
const PAGES = 300;
/** Keeps rendered pages for a moment, so that a crowd costs one rendering a second for each community. An old page can only show something late, never too early. */
export function freshPages(world) {
    const kept = boundedMap(PAGES);
    return (key, render) => {
        const now = world.now().getTime();
        const known = kept.get(key);
        const age = known ? now - known.since : Number.POSITIVE_INFINITY;
        if (known && age >= 0 && age < FRESH_MS)
            return known.page;
        if (known && age >= 0 && age < USABLE_MS) {
            known.next ??= renewed();
            return known.page;
        }
        return renewed();
        function renewed() {
            const page = render().then(rendered);
            if (!known || age < 0 || age >= USABLE_MS)
                kept.set(key, { since: now, page });
            else
                page.then(() => kept.set(key, { since: now, page })).catch(() => undefined);
            page.catch(() => kept.delete(key));
            return page;
        }
    };
}
export function rendered({ text }) {
    const body = Buffer.from(text);
    return { body, etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"` };
}
