import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { cycleKeys, votedAmong } from '../ballots/index.ts';
import { type CycleRecord, findCycle } from '../cycles/index.ts';
import { acceptedAmong } from '../people/index.ts';
import { Batch } from './batch.ts';
import { Mark, markedPerson } from './mark.ts';
import { Slip } from './slip.ts';

/**
 * When each of these voters (`cycleKeys(…).voter`) handed in their last slip, in milliseconds, as long as it is not known what became of it. A
 * voter who handed in none is left out.
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

/** Notes on marks whose they are, for people who asked at a table to be put on the roster and are on it by now. Harmless to repeat. */
export async function nameVoters(world: World, cycle: CycleRecord): Promise<void> {
  const asking = await collection(Mark)
    .find({ '_id.cycle': cycle._id, asks: true }, { projection: { person: 1 }, promoteBuffers: true })
    .toArray();
  const requests = new Map(
    asking.flatMap((mark) => {
      const person = markedPerson(world.vault, mark);
      return person && 'request' in person ? [[person.request, mark._id] as const] : [];
    }),
  );
  const accepted = await acceptedAmong(cycle.community, [...requests.keys()]);
  for (const [request, resident] of accepted) {
    const voter = cycleKeys(world)(cycle)?.voter(resident).voterId;
    const _id = requests.get(request);
    if (voter && _id) await collection(Mark).updateOne({ _id, asks: true }, { $set: { voter }, $unset: { asks: 1 } });
  }
}

/** Forgets who handed in which slip, and what slips said, once a cycle's key is destroyed. From then on nothing leads from a ballot to a person. */
export async function forgetPaper(): Promise<void> {
  // with the range it is read off the index of those who are named
  const cycles = await collection(Mark).distinct('_id.cycle', { '_id.cycle': { $gt: '' }, person: { $exists: true } });
  for (const id of cycles) {
    const cycle = await findCycle(id);
    if (cycle?.pseudonymKey || (cycle && !cycle.sealedAt)) continue;
    await collection(Batch).updateMany({ '_id.cycle': id }, { $set: { keyed: [] } });
    await collection(Mark).updateMany({ '_id.cycle': id }, { $unset: { person: 1, voter: 1, asks: 1 } });
  }
}
