import type { Nudged } from '../../dialog/cadreOutcome.ts';
import type { Act } from '../../fund/act.ts';
import { voteOf } from '../../fund/calendar/voteOf.ts';
import { communityBySlug } from '../../fund/communityBySlug.ts';
import { currentCycle } from '../../fund/cycles/currentCycle.ts';
import { turnout } from '../../fund/ledger/turnout.ts';
import { DAY_MS } from '../../store/dayMs.ts';
import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import { quietUntil } from '../quietUntil.ts';
import { Sweep } from './sweepRecord.ts';

/** 催票: those who have not voted are reminded at the next look at the calendars, within a day. Once for each act. */
export function nudge(world: World): (input: { by: string }, act: Act) => Promise<Nudged> {
  const current = currentCycle(world);
  const bySlug = communityBySlug(world);
  const turnoutOf = turnout(world);
  return async ({ by }, { key, at, community, beginWrite }) => {
    const [cycle, place] = await Promise.all([current(community, at), bySlug(community)]);
    const vote = cycle && voteOf(cycle);
    if (!cycle || !place || !vote || at < vote.from || at >= vote.to) return { refused: 'notVoting' };
    const _id = ['nudge', cycle._id, world.vault.hmac('act', key, 'nudge')].join('|');
    const until = new Date(Math.min(vote.to.getTime(), at.getTime() + DAY_MS));
    beginWrite();
    await native(Sweep).updateOne({ _id }, { $setOnInsert: { community, cycle: cycle._id, at, nudge: { by, until } } }, { upsert: true });
    const { residents, voters } = await turnoutOf(cycle._id);
    const waitsUntil = quietUntil(place, at);
    return { notVoted: residents - voters, ...(waitsUntil && { waitsUntil: waitsUntil.toISOString() }) };
  };
}
