import { CodedError } from '../../store/codedError.ts';
import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import { voteOf } from '../calendar/voteOf.ts';
import { frozenBallot } from '../ledger/frozenBallot.ts';
import { sha256 } from '../ledger/sha256.ts';
import { Community } from '../records/community.ts';
import { Cycle, type CycleRecord, type Frozen } from '../records/cycle.ts';
import { Resident } from '../records/resident.ts';
import { dayOf } from './dayOf.ts';
import { drawLot } from './drawLot.ts';
import { type FrozenCycle, isFrozen } from './isFrozen.ts';

/** With fewer residents every entry bears the day the vote opened, and entries are public only after the close (contract §5). */
const SMALL = 500;

/**
 * Freezes a cycle's ballot as its vote opens: counts the residents, draws the lot where the file gives none, makes the pseudonyms' key.
 * One process wins, whoever else tries gets what it froze. Rejects with `unknown-cycle` where there is no such cycle.
 */
export async function freeze(world: World, id: string): Promise<FrozenCycle> {
  for (;;) {
    const cycle = await native(Cycle).findOne({ _id: id }, { promoteBuffers: true });
    if (!cycle) throw new CodedError('unknown-cycle', 'There is no cycle with this id.');
    if (isFrozen(cycle)) return cycle;
    const { title, budget, currency, rule, threshold, choices, stages, moves, projects } = cycle;
    const lot = cycle.lot ?? drawLot(world.randomBytes, numbersOf(projects));
    const ballot = frozenBallot({ cycle: id, title, budget, currency, rule, threshold, choices, projects, lot });
    await native(Cycle).updateOne(
      { _id: id, frozen: { $exists: false }, title, budget, currency, rule, threshold, choices, stages, moves, projects },
      {
        $set: {
          frozen: { at: world.now(), ballot, hash: sha256(ballot), ...(await roll(world, cycle)) },
          lot,
          pseudonymKey: world.vault.encrypt('pseudonymKey', id, world.randomBytes(32)),
        },
      },
    );
  }
}

async function roll(world: World, cycle: CycleRecord): Promise<Pick<Frozen, 'residents' | 'timezone' | 'day'>> {
  const { community } = cycle;
  const [place, residents] = await Promise.all([
    native(Community).findOne({ _id: community }, { projection: { timezone: 1 } }),
    native(Resident).countDocuments({ community, leftAt: { $exists: false } }, { timeoutMS: 60_000 }),
  ]);
  if (!place) throw new CodedError('unknown-community', 'There is no such community any more.');
  const { timezone } = place;
  const opened = voteOf(cycle)?.from ?? world.now();
  return { residents, timezone, ...(residents < SMALL && { day: dayOf(opened, timezone) }) };
}

function numbersOf(projects: CycleRecord['projects']): number[] {
  return projects.map(({ number }) => number);
}
