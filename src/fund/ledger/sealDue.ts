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
const CALENDAR = { stages: 1, moves: 1, 'frozen.at': 1 };

/**
 * What the calendar asks of the ledgers at `now`, harmless when it is done twice or late: freezes ballots whose vote has opened,
 * seals ledgers 10 s after the close, destroys pseudonym keys 30 days after it. Returns the cycles sealed.
 * One cycle that fails holds up no other: rejects at the end with all that failed.
 */
export function sealDue(world: World): (now?: Date) => Promise<string[]> {
  return async (now = world.now()) => {
    const sealed: string[] = [];
    const failures: unknown[] = [];
    for await (const cycle of native(Cycle).find({ sealedAt: { $exists: false } }, { projection: CALENDAR })) {
      const vote = voteOf(cycle);
      if (!vote || now < vote.from) continue;
      const isDue = now.getTime() >= vote.to.getTime() + SEAL_AFTER;
      try {
        if (isDue) await seal(world, cycle._id, now);
        else if (!cycle.frozen) await freeze(world, cycle._id);
        if (isDue) sealed.push(cycle._id);
      } catch (error) {
        failures.push(error);
      }
    }
    await destroyKeys(now);
    if (failures.length > 0) throw new AggregateError(failures, `${failures.length} ledgers could not be frozen or sealed.`);
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
  await native(Cycle).updateOne({ _id: id, sealedAt: { $exists: false } }, { $set: { sealedAt: now, residentsAtClose } });
}

async function destroyKeys(now: Date): Promise<void> {
  const long = (close: Date) => now.getTime() >= close.getTime() + KEY_KEPT;
  for await (const cycle of native(Cycle).find({ sealedAt: { $exists: true }, pseudonymKey: { $exists: true } }, { projection: CALENDAR })) {
    const vote = voteOf(cycle);
    if (!vote || long(vote.to)) await native(Cycle).updateOne({ _id: cycle._id }, { $unset: { pseudonymKey: '' } });
  }
}
