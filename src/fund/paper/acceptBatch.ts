import { collection } from '../../store/collection.ts';
import { HOUR_MS } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import { withLog } from '../log/index.ts';
import { type Actor, checkRight } from '../people/index.ts';
import { agreed, Batch, type BatchRecord, keyedIn } from './batch.ts';
import { enterBatch } from './enterBatch.ts';
import { handOf } from './hands.ts';
import { areClosed } from './keySlips.ts';
import { Table } from './table.ts';

export type BatchAccepted =
  /** One has accepted it, and another person has to. */
  | { readonly accepted: 1 }
  | { readonly accepted: 2; readonly outcomes: Required<BatchRecord>['outcomes'] }
  | {
      readonly refused:
        | 'noBatch'
        /** It is not keyed whole, or differences are not settled. */
        | 'notReady'
        /** They accepted it already, and somebody else has to. */
        | 'samePerson'
        | 'late'
        /** Its table was closed only just now: whoever votes by message in the same moment comes first. */
        | 'tooSoon'
        | 'changed';
    };

/** So long a first acceptance waits for the second. */
const WAITS_MS = 72 * HOUR_MS;
/** Longer than a turn: a ballot that was received before a slip of this table is in the ledger by then. */
const SETTLED_MS = 15_000;

/**
 * Accepts a batch that was keyed twice alike. With the second person each of its slips becomes one entry of the ledger, at the moment at which it was handed
 * in. After a crash the same call goes on, and so does `enterAccepted`: a slip counts once. Rejects with `not-allowed` (`checkRight`).
 */
export function acceptBatch(world: World): (acceptance: { cycle: string; batch: number; actor: Actor }) => Promise<BatchAccepted> {
  const enter = enterBatch(world);
  return async ({ cycle, batch: number, actor }) => {
    const _id = { cycle, number };
    const batch = await collection(Batch).findOne({ _id }, { promoteBuffers: true });
    if (!batch) return { refused: 'noBatch' };
    const acting = checkRight(actor, 'acceptBatch', batch.community);
    const { outcomes, state, revision, community, table } = batch;
    if (state === 'accepted') return { accepted: 2, outcomes: outcomes ?? {} };
    if (state === 'entering') return { accepted: 2, outcomes: await enter(batch) };
    const slips = state === 'ready' ? agreed(keyedIn(world.vault, batch)) : undefined;
    if (!slips) return { refused: 'notReady' };
    const now = world.now();
    if (await areClosed(world, cycle)) return { refused: 'late' };
    const closed = (await collection(Table).findOne({ _id: { cycle, number: table } }, { projection: { closed: 1 } }))?.closed;
    if (!closed || closed.at.getTime() + SETTLED_MS > now.getTime()) return { refused: 'tooSoon' };
    const by = await handOf(world, actor);
    const before = batch.accepted.filter(({ at }) => at.getTime() + WAITS_MS > now.getTime());
    if (before.some((each) => each.by.phone === by.phone)) return { refused: 'samePerson' };
    const accepted = [...before, { by, at: now }];
    const isWhole = accepted.length > 1;
    const noted = await withLog(world)(community, async (session, write) => {
      const change = { $set: { accepted, state: isWhole ? ('entering' as const) : state }, $inc: { revision: 1 } };
      const { matchedCount } = await collection(Batch).updateOne({ _id, revision }, change, { session });
      if (matchedCount === 0) return false;
      const after = { table, slips: slips.length, by: accepted.map((each) => each.by.name) };
      await write({ ...acting, subject: `${cycle}/batch/${number}`, detail: { after } });
      return true;
    });
    if (!noted) return { refused: 'changed' };
    return isWhole ? { accepted: 2, outcomes: await enter({ ...batch, accepted, state: 'entering' }) } : { accepted: 1 };
  };
}
