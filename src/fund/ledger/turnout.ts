import { CodedError } from '../../store/codedError.ts';
import { native } from '../../store/native.ts';
import { perWorld } from '../../store/perWorld.ts';
import { remembered } from '../../store/remembered.ts';
import type { World } from '../../store/world.ts';
import { cycleById } from '../cycles/cycleById.ts';
import { Entry } from '../records/entry.ts';
import { Resident } from '../records/resident.ts';
import { closedResults } from './closedResults.ts';
import type { Results } from './results.ts';

/** How many took part. `ballots`, replaced ones with them, and `byChannel` only once the ledger is sealed: before, they would show that somebody voted again. */
export interface Turnout {
  readonly residents: number;
  readonly voters: number;
  readonly ballots: number | null;
  readonly byChannel?: Results['turnout']['byChannel'];
}

/** A cycle's turnout, up to 5 s old while voting is open. Rejects with `unknown-cycle`. */
export const turnout: (world: World) => (cycle: string) => Promise<Turnout> = perWorld((world) => {
  const byId = cycleById(world);
  const closed = closedResults(world);
  const open = remembered(world, 5_000, 500, async (id) => {
    const [voters, residents] = await Promise.all([votersOf(id), residentsOf((await byId(id))?.community)]);
    return { residents, voters, ballots: null };
  });
  return async (id) => {
    const cycle = await byId(id);
    if (!cycle) throw new CodedError('unknown-cycle', 'There is no cycle with this id.');
    if (!cycle.sealedAt) return open(id);
    const { results, ballots } = await closed(id);
    return { ...results.turnout, ballots };
  };
});

/** Voters whose last entry is not voided. */
async function votersOf(cycle: string): Promise<number> {
  const [count] = await native(Entry)
    .aggregate<{ voters: number }>(
      [
        { $match: { '_id.cycle': cycle } },
        { $sort: { '_id.cycle': 1, '_id.seq': -1 } },
        { $match: { voter: { $exists: true } } },
        { $group: { _id: '$voter', voided: { $first: '$voided' } } },
        { $match: { voided: { $ne: true } } },
        { $count: 'voters' },
      ],
      { allowDiskUse: true, timeoutMS: 60_000 },
    )
    .toArray();
  return count?.voters ?? 0;
}

function residentsOf(community: string | undefined): Promise<number> {
  return native(Resident).countDocuments({ community, leftAt: { $exists: false } }, { timeoutMS: 60_000 });
}
