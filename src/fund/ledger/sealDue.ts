import { CodedError } from '../../store/codedError.ts';
import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import { voteOf } from '../calendar/voteOf.ts';
import { freeze } from '../cycles/freeze.ts';
import { Cycle } from '../records/cycle.ts';
import { Resident } from '../records/resident.ts';
import { ledger } from './ledger.ts';

/** Longer than a turn: what was received before the close is written by then, in any process. */
const SEAL_AFTER = 10_000;
const KEY_KEPT = 30 * 24 * 60 * 60 * 1_000;

/**
 * What the calendar asks of the ledgers at `now`, harmless when it is done twice or late: freezes ballots whose vote has opened,
 * seals ledgers 10 s after the close and forgets who left until then, destroys pseudonym keys 30 days after it. Returns the cycles sealed.
 */
export function sealDue(world: World): (now?: Date) => Promise<string[]> {
  return async (now = world.now()) => {
    const sealed: string[] = [];
    for await (const cycle of native(Cycle).find({ sealedAt: { $exists: false } })) {
      const vote = voteOf(cycle);
      if (!vote || now < vote.from) continue;
      if (!cycle.frozen) await freeze(world, cycle._id);
      if (now.getTime() < vote.to.getTime() + SEAL_AFTER) continue;
      await seal(world, cycle._id, now);
      sealed.push(cycle._id);
    }
    await destroyKeys(now);
    return sealed;
  };
}

async function seal(world: World, id: string, now: Date): Promise<void> {
  const cycle = await freeze(world, id);
  const key = world.vault.hmac('act', id, 'seal');
  const outcome = await ledger(world)({ key, cycle, at: now, decide: () => 'seal', beginWrite: () => undefined });
  if ('refused' in outcome) throw new CodedError('not-sealed', `The ledger of ${id} could not be sealed.`);
  const { community } = cycle;
  const residentsAtClose = await native(Resident).countDocuments({ community, leftAt: { $exists: false } }, { timeoutMS: 60_000 });
  await native(Resident).updateMany({ community, leftAt: { $exists: true } }, { $unset: { card: '', leftPhone: '' } }, { timeoutMS: 60_000 });
  await native(Cycle).updateOne({ _id: id, sealedAt: { $exists: false } }, { $set: { sealedAt: now, residentsAtClose } });
}

async function destroyKeys(now: Date): Promise<void> {
  const long = (close: Date) => now.getTime() >= close.getTime() + KEY_KEPT;
  for await (const cycle of native(Cycle).find({ sealedAt: { $exists: true }, pseudonymKey: { $exists: true } })) {
    const vote = voteOf(cycle);
    if (!vote || long(vote.to)) await native(Cycle).updateOne({ _id: cycle._id }, { $unset: { pseudonymKey: '' } });
  }
}
