import { isDeepStrictEqual } from 'node:util';
import { collection } from '../../store/collection.js';
import { voteOf } from './calendar.js';
import { Cycle } from './cycle.js';
import { HEARD_MS } from './moveCycle.js';
/** The cycles whose vote may still be held back: its close is to come, and it has not opened. */
export function unopenedCycles(now) {
    const toCome = { $gt: now };
    return collection(Cycle)
        .find({ frozen: { $exists: false }, $or: [{ 'stages.from': toCome }, { 'moves.from': toCome }] }, { projection: { community: 1, stages: 1, moves: 1, holds: 1 } })
        .toArray();
}
/**
 * Holds a cycle's vote back from `since` on, or lets it go if that is undefined: it then opens on its day, or, if that has come, as soon as every
 * process has heard of it. What is about to open opens. Does nothing if somebody else changed the calendar meanwhile: the next look sees that. `session`:
 * the act by which there is something to hold it back for, so that nobody opens it in between.
 */
export async function holdVote(world, cycle, since, session) {
    const { _id, stages, moves, holds: before = [] } = cycle;
    const now = world.now();
    const heard = new Date(now.getTime() + HEARD_MS);
    const vote = voteOf(cycle, heard);
    if (vote && vote.from <= heard)
        return;
    const holds = heldSince(before, since, { now, heard });
    if (isDeepStrictEqual(holds, before))
        return;
    const asSeen = { _id, frozen: { $exists: false }, stages, moves, holds: cycle.holds ?? { $exists: false } };
    await collection(Cycle).updateOne(asSeen, { $set: { holds } }, { ...(session && { session }) });
}
/** What holds a vote back now holds it on whatever day it is to open, so that no other date leads past it. */
const ALWAYS = new Date(0);
function heldSince(before, since, { now, heard }) {
    const from = since && since <= now ? ALWAYS : since;
    const open = before.find(({ to }) => to === undefined);
    const isOver = open !== undefined && open.from <= now && from !== ALWAYS;
    const over = isOver ? [{ from: ALWAYS, to: heard }] : before.filter(({ to }) => to !== undefined);
    return [...over, ...(from ? [{ from }] : [])];
}
