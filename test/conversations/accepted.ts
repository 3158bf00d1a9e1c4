import { Cycle } from '../../src/fund/cycles/cycle.ts';
import type { WorkState } from '../../src/fund/works/index.ts';
import { Work } from '../../src/fund/works/work.ts';
import { collection } from '../../src/store/collection.ts';
import { type MovedClock, REMEMBERED_MS } from '../support/movedWorld.ts';

/** The works of each cycle: 3 and 7 are accepted, 1 is under way. */
export async function accepted(clock: MovedClock): Promise<void> {
  await begun({ 1: 'under-way', 3: 'accepted', 7: 'accepted' });
  clock.ahead += REMEMBERED_MS;
}

/** The works of each cycle with how far each is, by number. */
export async function begun(works: Readonly<Record<number, WorkState>>): Promise<void> {
  for (const { _id: cycle, community } of await Cycle.find({}).lean())
    for (const [number, state] of Object.entries(works)) {
      const steps = [{ state, day: '2027-02-26', by: '周敏', at: new Date('2027-02-26T02:00:00Z') }];
      const work = { community, state, steps, offers: [], papers: [], news: 0, revision: 0 };
      await collection(Work).updateOne({ _id: { cycle, number: Number(number) } }, { $set: work }, { upsert: true });
    }
}
