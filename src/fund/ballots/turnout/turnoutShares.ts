import { setTimeout as wait } from 'node:timers/promises';
import { collection } from '../../../store/collection.ts';
import { forReaders } from '../../../store/connect.ts';
import { withPauses } from '../../../store/pauses.ts';
import { type Of, optional, type RecordOf, records } from '../../../store/records.ts';
import { dayOf } from '../../../store/wallTime.ts';
import { perWorld, type World } from '../../../store/world.ts';
import { type CycleRecord, type FrozenCycle, findCycle, isFrozen, isGenuine, isSealed } from '../../cycles/index.ts';
import { Resident, ROLES, SEES_NUMBERS, view } from '../../people/index.ts';
import { type CycleKeys, cycleKeys, decryptSecret, Entry, type EntryRecord, placesOf } from '../ledger/entry.ts';
import { LEAST } from './inTens.ts';

/**
 * How many took part, by day and by building, as of the end of a day on which at least ten more had voted than before: whoever looks twice learns
 * nothing about one person. After the close, as of the close.
 */
export type TurnoutShares = Omit<RecordOf<typeof Turnout>, '_id' | 'until'>;

/** How long a reader waits for a count, in milliseconds: one of 20,000 residents takes a third of a second of CPU, in small pieces. */
const TIMEOUT_MS = 150;

/**
 * The turnout of a cycle by day and by building, for those who may read it; null before its vote opens. It is counted once a day and kept: what it costs
 * grows with the cycle's ledger and its community's roster, not with the database. Who asks while it is counted gets what was kept before, or nothing
 * yet.
 */
export const turnoutShares = view({
  name: 'turnout.shares',
  may: SEES_NUMBERS,
  query: async ({ world, community }, cycle: CycleRecord, patience: number = TIMEOUT_MS): Promise<TurnoutShares | null> => {
    if (!isFrozen(cycle) || cycle.community !== community) return null;
    const kept = await forReaders(Turnout).findOne({ _id: cycle._id });
    if (kept?.until === ALL || kept?.until === untilOf(world, cycle)) return kept;
    const tired = new AbortController();
    const before = wait<TurnoutShares>(patience, kept ?? { days: [], voters: 0 }, { signal: tired.signal, ref: false });
    return Promise.race([keepTurnoutShares(world)(cycle._id), before]).finally(() => {
      tired.abort();
      before.catch(() => undefined); // it was not waited for
    });
  },
});

/** Counts the turnout of a cycle by day and building, and keeps it; null before its vote opens. To be called as its ledger is sealed: then everybody is still on the roster. */
export const keepTurnoutShares: (world: World) => (cycle: string) => Promise<TurnoutShares | null> = perWorld((world) => {
  const counting = new Map<string, Promise<TurnoutShares | null>>();
  return (id) => {
    const known = counting.get(id);
    if (known) return known;
    const count = keep(id).finally(() => counting.delete(id));
    counting.set(id, count);
    return count;
  };

  async function keep(id: string): Promise<TurnoutShares | null> {
    const cycle = await findCycle(id);
    if (!isFrozen(cycle)) return null;
    const until = untilOf(world, cycle);
    const { days, voters } = await votersByDay(world, cycle, until);
    const keys = cycleKeys(world)(cycle);
    const shares = {
      days,
      voters: days.reduce((sum, some) => sum + some.voters, 0),
      ...(keys && (await byBuilding(cycle.community, keys, voters))),
    };
    await collection(Turnout).replaceOne({ _id: id }, { until, ...shares }, { upsert: true });
    return shares;
  }
});

/** What is counted: the days before this one, or everything. */
type Until = string;
const ALL = 'close';
/** Before every day: of a cycle that somebody changed past the service nothing is counted. */
const NOTHING = '';

function untilOf(world: World, cycle: FrozenCycle): Until {
  if (isSealed(world, cycle)) return ALL;
  return isGenuine(world.vault, cycle) ? dayOf(world.now(), cycle.frozen.timezone) : NOTHING;
}

/**
 * Goes once through a cycle's entries, in the ledger's order. Days are joined until at least ten more have voted; what follows the last of them is left
 * out, unless everything is over. `voters`: the voter ids of those whose ballot counted at the end of the last day.
 */
async function votersByDay(world: World, cycle: FrozenCycle, until: Until): Promise<{ days: DaysShare[]; voters: ReadonlySet<string> }> {
  const days: DaysShare[] = [];
  const voters = new Set<string>();
  const pending = new Map<string, boolean>();
  let from: string | undefined;
  let day: string | undefined;
  const projection = { at: 1, voter: 1, voided: 1, ...(cycle.frozen.day && { secret: 1, hash: 1, key: 1, receipt: 1, bound: 1 }) };
  const entries = forReaders(Entry)
    .find(
      { ...placesOf(cycle._id), voter: { $exists: true } },
      { projection, sort: { _id: 1 }, hint: { _id: 1 }, batchSize: 1_000, promoteBuffers: true, readConcern: { level: 'majority' } },
    )
    .map((entry) => ({ ...entry, day: dayIn(world, entry) }));
  for await (const { voter, voided, day: its } of withPauses(entries)) {
    if (until !== ALL && its >= until) break;
    if (its !== day) end();
    from ??= its;
    day = its;
    if (voter) pending.set(voter, voided !== true);
  }
  end(until === ALL);
  return { days, voters };

  function end(isLast = false): void {
    if (from === undefined || day === undefined) return;
    const more = [...pending].reduce((sum, [voter, counts]) => sum + Number(counts) - Number(voters.has(voter)), 0);
    if (more < LEAST && !isLast) return;
    for (const [voter, counts] of pending) {
      if (counts) voters.add(voter);
      else voters.delete(voter);
    }
    pending.clear();
    const before = more < LEAST ? days.pop() : undefined;
    days.push({ from: before?.from ?? from, to: day, voters: (before?.voters ?? 0) + more });
    from = undefined;
  }
}

/** In a small community every entry bears the vote's first day, and hides its own. */
function dayIn({ vault }: World, entry: EntryRecord): string {
  return (entry.secret && decryptSecret(vault, entry).day) ?? entry.at;
}

/** Goes once through a community's roster. */
async function byBuilding(community: string, keys: CycleKeys, voters: ReadonlySet<string>): Promise<BuildingShares> {
  const found = new Map<string, { residents: number; voters: number }>();
  const residents = forReaders(Resident).find(
    { community, role: { $in: [...ROLES] }, erasedAt: { $exists: false } },
    { projection: { building: 1 }, hint: { community: 1, role: 1, _id: 1 }, batchSize: 1_000 },
  );
  for await (const { _id, building = '' } of withPauses(residents)) {
    const share = found.get(building.trim()) ?? { residents: 0, voters: 0 };
    share.residents += 1;
    share.voters += Number(voters.has(keys.voter(_id).voterId));
    found.set(building.trim(), share);
  }
  const nowhere: Share = found.get('') ?? { residents: 0, voters: 0 };
  const buildings = [...found].flatMap(([building, share]): BuildingShare[] => (building === '' ? [] : [{ building, ...share }]));
  return joinedBuildings(buildings, nowhere);
}

/** How many took part in some days, both inclusive, `YYYY-MM-DD`: those who voted less those who had their ballot voided. */
const daysShare = { from: String, to: String, voters: Number };
export type DaysShare = Of<typeof daysShare>;

/** How many of those who live somewhere took part. */
export const share = { residents: Number, voters: Number };
export type Share = Of<typeof share>;

const buildingShare = { building: String, ...share };
export type BuildingShare = Of<typeof buildingShare>;

/** What was counted last of a cycle. It holds what may be told, and nothing else. */
export const Turnout = records('turnouts', {
  /** The cycle's. */
  _id: String,
  /** An `Until`. */
  until: String,
  days: [daysShare],
  /** Of all days together. */
  voters: Number,
  /** The buildings that are told of by themselves, by name, and all others together; `rest` is absent if there are none. */
  buildings: optional([buildingShare]),
  rest: optional(share),
});

type BuildingShares = Required<Pick<TurnoutShares, 'buildings'>> & Pick<TurnoutShares, 'rest'>;

/**
 * Leaves out the buildings in which fewer than ten live, and those who live in none that is known: they are told of together. If they are fewer than
 * ten themselves, the smallest of the other buildings are added to them, for they could be told from the sum of all.
 */
export function joinedBuildings(shares: readonly BuildingShare[], nowhere: Share): BuildingShares {
  const bySize = shares.toSorted((one, other) => other.residents - one.residents || byName(one, other));
  const shown = bySize.filter(({ residents }) => residents >= LEAST);
  const joined: Share[] = [nowhere, ...bySize.slice(shown.length)];
  const count = (what: keyof Share) => joined.reduce((sum, share) => sum + share[what], 0);
  while (count('residents') > 0 && count('residents') < LEAST) {
    const smallest = shown.pop();
    if (!smallest) break;
    joined.push(smallest);
  }
  const rest = { residents: count('residents'), voters: count('voters') };
  return { buildings: shown.toSorted(byName), ...(rest.residents > 0 && { rest }) };
}

function byName(one: BuildingShare, other: BuildingShare): number {
  return one.building.localeCompare(other.building, 'zh-CN', { numeric: true });
}
