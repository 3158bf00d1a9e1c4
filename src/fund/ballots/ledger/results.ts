import { boundedMap, cached } from '../../../store/cache.ts';
import { CodedError } from '../../../store/codedError.ts';
import { collection } from '../../../store/collection.ts';
import { forReaders } from '../../../store/connect.ts';
import { forEachSettled } from '../../../store/pauses.ts';
import { records } from '../../../store/records.ts';
import { perWorld, type World } from '../../../store/world.ts';
import { type CycleRecord, cycleForReaders, isFrozen, isSealed, liveCycles } from '../../cycles/index.ts';
import { addedSince, Resident } from '../../people/index.ts';
import { inTens } from '../turnout/inTens.ts';
import { type Share, share } from '../turnout/turnoutShares.ts';
import type { ClosedResults, Results } from './count.ts';
import { BY_PLACE, Entry, type EntryRecord, placesOf, VOTERS } from './entry.ts';
import { publishedFiles } from './publishedFiles.ts';

export type { Results };

/** A cycle's results. Rejects with `unknown-cycle`, with `not-closed` until the ledger is sealed, with `broken-ledger` if it was tampered with. */
export async function results(world: World, cycle: string): Promise<Results> {
  const closed = closedResults(world);
  return (await closed(cycle)).results;
}

/** The results of a sealed ledger, as they are published. Rejects as `publishedFiles` does. */
const closedResults: (world: World) => (cycle: string) => Promise<ClosedResults> = perWorld((world) => {
  const kept = boundedMap<string, Promise<ClosedResults>>(500);
  const files = publishedFiles(world);
  return (id) => {
    const known = kept.get(id);
    if (known) return known;
    const reading = read(id);
    kept.set(id, reading);
    reading.catch(() => kept.delete(id));
    return reading;
  };

  async function read(id: string): Promise<ClosedResults> {
    const file = await files.of(id, 'results');
    const parts = await Promise.all(file.from.map((_, part) => files.part(file, part)));
    return { results: JSON.parse(Buffer.concat(parts).toString()), ballots: file.cast ?? 0 };
  }
});

/** How many took part. `ballots`, replaced ones included, and `byChannel` are given only once the ledger is sealed: before, they would show that somebody voted again. */
export interface Turnout {
  readonly residents: number;
  readonly voters: number;
  readonly ballots: number | null;
  readonly byChannel?: Results['turnout']['byChannel'];
}

/** A cycle's turnout, up to 5 s old while voting is open. Rejects with `unknown-cycle`. */
export const turnout: (world: World) => (cycle: string) => Promise<Turnout> = perWorld((world) => {
  const byId = cycleForReaders(world);
  const closed = closedResults(world);
  const counts = boundedMap<string, Voters>(500);
  const open = cached(world, 5_000, 500, async (id) => {
    const before = counts.get(id) ?? (await forReaders(VoterCount).findOne({ _id: id })) ?? undefined;
    const [count, residents] = await Promise.all([votersNow(id, before), residentsOf((await byId(id))?.community)]);
    counts.set(id, count);
    return { residents, voters: count.voters, ballots: null };
  });
  return async (id) => {
    const cycle = await byId(id);
    if (!cycle) throw new CodedError('unknown-cycle', 'There is no cycle with this id.');
    if (!isSealed(world, cycle)) return open(id);
    const { results, ballots } = await closed(id);
    return { ...results.turnout, ballots };
  };
});

/** Voters whose last entry up to `seq` is not voided. */
export interface Voters {
  readonly seq: number;
  readonly voters: number;
}

/** How many entries are looked at together, and how many at most are looked at in this way. If more are new, the database counts the whole ledger. */
const SLICE = 1_000;
const MOST_NEW = 20_000;

/** Continues the last count: the cost depends on the number of new entries in the ledger, not on its length. */
async function votersNow(cycle: string, before?: Voters): Promise<Voters> {
  const tip = await forReaders(Entry).findOne(placesOf(cycle), {
    sort: { _id: -1 },
    hint: BY_PLACE,
    projection: { _id: 1 },
    readConcern: { level: 'majority' },
  });
  const seq = tip?._id.seq ?? 0;
  if (!before || seq - before.seq > MOST_NEW) return { seq, voters: await votersUpTo(cycle, seq) };
  let count = before;
  while (count.seq < seq) count = await counted(cycle, count, Math.min(seq, count.seq + SLICE));
  return count;
}

async function counted(cycle: string, { seq, voters }: Voters, to: number): Promise<Voters> {
  const projection = { voter: 1, voided: 1 };
  const added = await forReaders(Entry)
    .find(placesOf(cycle, seq, to), { projection, sort: { _id: 1 }, hint: BY_PLACE })
    .toArray();
  const now = lastOf(added);
  const known = await forReaders(Entry)
    .find({ '_id.cycle': cycle, voter: { $in: [...now.keys()] }, '_id.seq': { $lte: seq } }, { projection, sort: { '_id.seq': 1 }, hint: VOTERS })
    .toArray();
  const had = [...lastOf(known).values()].filter((counts) => counts).length;
  const have = [...now.values()].filter((counts) => counts).length;
  return { seq: to, voters: voters - had + have };
}

/** Whether the last of these entries of each voter counts. */
function lastOf(entries: readonly Pick<EntryRecord, 'voter' | 'voided'>[]): Map<string, boolean> {
  return new Map(entries.flatMap(({ voter, voided }) => (voter ? [[voter, voided !== true]] : [])));
}

async function votersUpTo(cycle: string, seq: number): Promise<number> {
  const [count] = await forReaders(Entry)
    .aggregate<{ voters: number }>(
      [
        { $match: placesOf(cycle, 0, seq) },
        { $sort: { _id: -1 } },
        { $match: { voter: { $exists: true } } },
        { $group: { _id: '$voter', voided: { $first: '$voided' } } },
        { $match: { voided: { $ne: true } } },
        { $count: 'voters' },
      ],
      { allowDiskUse: true, hint: BY_PLACE, timeoutMS: 60_000 },
    )
    .toArray();
  return count?.voters ?? 0;
}

function residentsOf(community: string | undefined): Promise<number> {
  return forReaders(Resident).countDocuments({ community, erasedAt: { $exists: false } }, { timeoutMS: 60_000 });
}

/** How many took part in each of these cycles (ids), as it was counted last, in tens until its ledger is sealed; those that were counted at all. */
export async function voterCounts(cycles: readonly string[]): Promise<Map<string, Share>> {
  const found = await forReaders(VoterCount)
    .find({ _id: { $in: [...cycles] } })
    .toArray();
  return new Map(found.map(({ _id, voters, residents, isFinal }) => [_id, { voters: isFinal ? voters : inTens(voters), residents }]));
}

/**
 * Counts the voters of every cycle that votes or has just voted, on from where it was counted before: it costs as much as there are new entries, also
 * after a restart. To be called every few minutes; harmless to repeat. A cycle that fails does not hold up the others.
 */
export async function renewVoterCounts(world: World, now: Date): Promise<void> {
  const cycles = (await liveCycles(now)).filter(isFrozen);
  const ids = cycles.map(({ _id }) => _id);
  const known = await forReaders(VoterCount)
    .find({ _id: { $in: ids } })
    .toArray();
  const before = new Map(known.map((count) => [count._id, count]));
  await forEachSettled(cycles, 'counts of voters', async (cycle) => {
    const last = before.get(cycle._id);
    if (last?.isFinal) return;
    const [count, residents] = await Promise.all([votersNow(cycle._id, last), residentsIn(cycle)]);
    const isFinal = isSealed(world, cycle);
    if (last?.seq === count.seq && last.residents === residents && !isFinal) return;
    await collection(VoterCount).replaceOne({ _id: cycle._id }, { ...count, residents, isFinal }, { upsert: true });
  });
}

/** Nobody leaves the roster between the opening and the seal. */
async function residentsIn({ community, frozen, residentsAtClose }: CycleRecord & Required<Pick<CycleRecord, 'frozen'>>): Promise<number> {
  return residentsAtClose ?? frozen.residents + (await addedSince(community, frozen.at, new Date(8_640_000_000_000_000)));
}

/** How far each ledger that is not sealed was counted: it has an entry of this seq. */
export async function countedUpTo(): Promise<EntryRecord['_id'][]> {
  const counts = await forReaders(VoterCount)
    .find({ isFinal: false, seq: { $gt: 0 } }, { projection: { seq: 1 } })
    .toArray();
  return counts.map(({ _id: cycle, seq }) => ({ cycle, seq }));
}

export const VoterCount = records('votercounts', {
  /** The cycle's. */
  _id: String,
  /** The last entry that was counted. */
  seq: Number,
  ...share,
  /** The ledger is sealed. */
  isFinal: Boolean,
});
