import { isIP } from 'node:net';
import express, { Router } from 'express';
import { z } from 'zod';
import { findCycles, voteOf } from '../../fund/cycles/index.js';
import { workSteps, worksOfCycle } from '../../fund/works/index.js';
import { nextMoment } from '../../outreach/calendar/occasions.js';
import { newsOfWorks, ratingAsks } from '../../outreach/calendar/worksToTell.js';
import { DAY_MS } from '../../store/wallTime.js';
import { Refusal } from '../../web/errors.js';
import { demoCommunity } from '../community.js';
const wanted = z.strictObject({ to: z.iso.datetime({ offset: true }) });
const FAR_MS = 2 * 366 * DAY_MS;
/** `/simulator/clock`: the demo's time, which can be moved ahead. The answer comes once everything that was due by then is on its way. */
export function clockRoutes(world, { clock, publicUrl, catchUp, moved }) {
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
    async function told() {
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
        function ofWorks(cycle, zone) {
            const votes = cycles.flatMap((each) => voteOf(each, now) ?? []);
            const asks = ratingAsks(cycles, works, zone, votes).filter((ask) => ask.cycle === cycle._id);
            return [...asks, ...newsOfWorks(cycle, workSteps(works.filter(({ _id }) => _id.cycle === cycle._id)), zone)];
        }
    }
}
/**
 * Lets only our own page through: another site's page must neither send nor read texts through the browser of the person who plays the demo. If the
 * browser says where a request comes from, it has to be from here; a post has to say it. The host name of the request has to be ours, too: a foreign
 * name can be made to lead to this machine (DNS rebinding), a number cannot.
 */
export function sameOrigin(publicUrl) {
    const ours = new URL(publicUrl).host;
    return ({ method, headers }, _response, next) => {
        const { host = '', origin, 'sec-fetch-site': site } = headers;
        const isNamedRight = host === ours || isNumberOrLocal(host);
        const isFromHere = origin === undefined ? method === 'GET' : hostOf(origin) === host;
        if (isNamedRight && isFromHere && (site === undefined || site === 'same-origin'))
            return next();
        throw new Refusal(403, `This is for the simulator's own page: open ${publicUrl}/simulator.`);
    };
}
function hostOf(origin) {
    return URL.canParse(origin) ? new URL(origin).host : undefined;
}
function isNumberOrLocal(host) {
    if (!URL.canParse(`http://${host}`))
        return false;
    const name = new URL(`http://${host}`).hostname.replace(/^\[|\]$/g, '');
    return name === 'localhost' || isIP(name) > 0;
}
