import { collection } from '../../store/collection.js';
import { cleanText, maskNumbers } from '../../store/text.js';
import { DAY_MS } from '../../store/wallTime.js';
import { findCommunity } from '../communities/index.js';
import { Cycle, findCycle, voteOf } from '../cycles/index.js';
import { withLog } from '../log/index.js';
import { checkRight } from '../people/index.js';
import { feasibleProposals } from '../proposals/index.js';
import { staffOf, staffRole } from '../staff/index.js';
import { compareBallot, holdAtOnce } from './holdVotes.js';
import { encryptedList, Publication, publicationOf, publishedList } from './publication.js';
/** For how many days a list is published where a community says nothing else. */
const PUBLISH_DAYS = 7;
/** Nothing is published in the last minute before a vote opens: it could not be held back any more. */
const ABOUT_TO_OPEN_MS = 60_000;
/**
 * Publishes a cycle's list before the vote, for `publishDays`: its projects with their costs or, while there are none, its feasible proposals. A
 * new publication replaces the one before, and has to be checked again. `seen`: how many publications there were when it was looked at. Rejects
 * with `not-allowed` (`checkRight`).
 */
export function publish(world) {
    return async ({ cycle: id, seen, actor }) => {
        const cycle = await findCycle(id);
        if (!cycle)
            return { refused: 'noCycle' };
        const acting = checkRight(actor, 'publish', cycle.community);
        const soon = new Date(world.now().getTime() + ABOUT_TO_OPEN_MS);
        const vote = voteOf(cycle, soon);
        if (vote && vote.from <= soon)
            return { refused: 'voting' };
        const list = await listOf(world, cycle);
        if (list.length === 0)
            return { refused: 'nothing' };
        const days = (await findCommunity(cycle.community))?.publishDays ?? PUBLISH_DAYS;
        return withLog(world)(cycle.community, async (session, write) => {
            const last = await collection(Publication).findOne({ '_id.cycle': id }, { session, sort: { '_id.number': -1 }, projection: { _id: 1 } });
            if ((last?._id.number ?? 0) !== seen)
                return { refused: 'changed' };
            const _id = { cycle: id, number: seen + 1 };
            const from = world.now();
            const to = new Date(from.getTime() + days * DAY_MS);
            const record = { _id, community: cycle.community, list: encryptedList(world.vault, _id, list), from, to, by: actor.name };
            await collection(Publication).insertOne({ ...record, ...(cycle.projects.length === 0 && { ofProposals: true }) }, { session });
            const now = await collection(Cycle).findOne({ _id: id }, { session, projection: { projects: 1 } });
            await compareBallot(world, id, now?.projects ?? [], session); // a list of proposals has no ballot yet: without one nothing opens
            await holdAtOnce(world, id, session);
            await write({ ...acting, subject: `${id}/${_id.number}`, detail: { after: { from, to, list } } });
            return { published: _id.number };
        });
    };
}
/** What is published: the projects; while there are none, the proposals that can be one. */
export async function listOf(world, { _id, projects }) {
    if (projects.length > 0)
        return projects.map(({ number, title, cost }) => ({ number, title, cost }));
    const feasible = await feasibleProposals(world, _id);
    return feasible.map(({ number, text, cost }) => ({ number, title: maskNumbers(text), cost }));
}
/**
 * A supervisor's check of what is published: it is right, or `finding` says what is wrong. What was found wrong can be found right later. `number`: the
 * publication that was looked at. Rejects with `not-allowed` (`checkRight`).
 */
export function checkPublication(world) {
    return async ({ cycle, number, finding, actor }) => {
        const publication = await publicationOf(cycle);
        if (!publication)
            return { refused: 'noPublication' };
        const { community, _id } = publication;
        const acting = checkRight(actor, 'checkPublication', community);
        if (_id.number !== number)
            return { refused: 'changed' };
        if (await isCadreToo(world, community, actor))
            return { refused: 'samePerson' };
        const wrong = cleanText(finding ?? '');
        const at = world.now();
        return withLog(world)(community, async (session, write) => {
            const newest = await collection(Publication).findOne({ '_id.cycle': cycle }, { session, sort: { '_id.number': -1 }, projection: { _id: 1 } });
            if (newest?._id.number !== number)
                return { refused: 'changed' };
            const check = { by: actor.name, at, ...(wrong !== '' && { finding: wrong }) };
            const isOpen = { $or: [{ check: { $exists: false } }, { 'check.finding': { $exists: true } }] };
            const { matchedCount } = await collection(Publication).updateOne({ _id, ...isOpen }, { $set: { check } }, { session });
            if (matchedCount === 0)
                return { refused: 'already' };
            await holdAtOnce(world, cycle, session);
            const list = publishedList(world.vault, publication);
            await write({
                ...acting,
                subject: `${cycle}/${number}`,
                detail: { after: { isRight: wrong === '', items: list.length }, ...(wrong !== '' && { reason: wrong }) },
            });
            return { checked: true };
        });
    };
}
/** Whether the actor also has a cadre's role: they may have published the list themselves. */
async function isCadreToo(world, community, { id }) {
    const own = await staffRole(world, id);
    return own !== null && (await staffOf(world, community)).some(({ role, phone }) => role === 'cadre' && phone === own.member.phone);
}
