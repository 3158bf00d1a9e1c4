import { Cycle } from '../../src/fund/cycles/index.ts';
import { Publication } from '../../src/fund/meetings/publication.ts';
import { collection } from '../../src/store/collection.ts';
import { type MovedClock, REMEMBERED_MS } from '../support/movedWorld.ts';

/** Leaves a publication unchecked, which holds the vote back, and has every process know it. */
export async function held(clock: MovedClock): Promise<void> {
  const long = new Date(0);
  for (const { _id: cycle, community } of await Cycle.find({}).lean()) {
    const _id = { cycle, number: 1 };
    await collection(Publication).insertOne({ _id, community, list: Buffer.alloc(0), from: long, to: long, by: '李姐' });
    await Cycle.updateOne({ _id: cycle }, { $set: { holds: [{ from: long }] } });
  }
  clock.ahead += REMEMBERED_MS;
}
