import { forReaders } from '../../store/readers.ts';
import { periods } from '../calendar/periods.ts';
import { Cycle } from '../records/cycle.ts';

/** A community's cycles whose first stage has begun by `at`, newest first. */
export async function begunCycles(community: string, at: Date): Promise<{ id: string; title: string }[]> {
  const found = await forReaders(Cycle)
    .find({ community }, { projection: { title: 1, stages: 1, moves: 1 } })
    .toArray();
  return found
    .flatMap((cycle) => {
      const [first] = periods(cycle);
      return first && first.from <= at ? { id: cycle._id, title: cycle.title, from: first.from.getTime() } : [];
    })
    .toSorted((one, other) => other.from - one.from)
    .map(({ id, title }) => ({ id, title }));
}
