import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { votedAmong } from '../ballots/index.ts';
import type { CycleRecord } from '../cycles/index.ts';
import { Mark } from './mark.ts';
import { nameVoters } from './nameVoters.ts';
import { Slip } from './slip.ts';

/**
 * When each of these voters (`cycleKeys(…).voter`) handed in the slip that is their last one, in milliseconds, as long as it is not known what became of it.
 * Whoever handed in none has none.
 */
export function handedInLast(world: World): (cycle: CycleRecord, voters: readonly string[]) => Promise<Map<string, number>> {
  return async (cycle, voters) => {
    if (voters.length === 0) return new Map();
    await nameVoters(world, cycle);
    const marks = await collection(Mark)
      .find({ voter: { $in: [...voters] }, active: true }, { sort: { at: 1 }, projection: { voter: 1, at: 1, serial: 1 } })
      .toArray();
    const settled = await collection(Slip)
      .find({ _id: { $in: marks.map(({ serial }) => serial) }, outcome: { $exists: true }, waits: { $exists: false } }, { projection: { _id: 1 } })
      .toArray();
    const isSettled = new Set(settled.map(({ _id }) => _id));
    return new Map(marks.flatMap(({ voter, at, serial }) => (voter && !isSettled.has(serial) ? [[voter, at.getTime()]] : [])));
  };
}

/** Those of the residents who have a ballot that counts, or handed in a slip that is not in the ledger yet. */
export function votedOrHandedIn(world: World): (cycle: CycleRecord, residents: readonly string[]) => Promise<Set<string>> {
  return votedAmong(world, handedInLast(world));
}
