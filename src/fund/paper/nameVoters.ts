import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { cycleKeys } from '../ballots/index.ts';
import type { CycleRecord } from '../cycles/index.ts';
import { acceptedAmong } from '../people/index.ts';
import { Mark, markedPerson } from './mark.ts';

/** Notes whose mark it is of people who asked at a table to be put on the roster and are on it by now, as of everybody else. Harmless to repeat. */
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
