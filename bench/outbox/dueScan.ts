import { createHash } from 'node:crypto';
import mongoose from 'mongoose';
import { cycleKeys, Entry, type EntryRecord, votedAmong } from '../../src/fund/ballots/index.ts';
import { Cycle, type CycleRecord, freeze } from '../../src/fund/cycles/index.ts';
import { rosterPage } from '../../src/fund/people/index.ts';
import { collection } from '../../src/store/collection.ts';
import type { World } from '../../src/store/world.ts';
import { benchCycle } from '../benchCommunity.ts';
import type { Effort } from '../effort.ts';
import type { Place } from '../place.ts';
import type { Row } from '../row.ts';
import { withResidents } from './withResidents.ts';

/** The number of residents that one step of a look at the calendars goes through. */
const BATCH = 500;
/** One in this many residents has voted. */
const VOTED = 3;
/** The number of batches that the database explains. */
const EXPLAINED = 20;
const CAST_AT_ONCE = 5_000;
const REACH_MS = 50;

/** Finds the residents to whom a reminder is due: those who have not voted, batch by batch. */
export async function dueScan({ uri }: Place, { residents }: Effort): Promise<Row[]> {
  return withResidents(uri('due'), residents, async ({ world }) => {
    await collection(Cycle).insertOne(benchCycle('bench'));
    const cycle = await freeze(world, 'bench-2027');
    await castBallots(world, cycle);
    const explained = await explainedOf(() => times(world, cycle, EXPLAINED));
    const before = process.cpuUsage();
    const took = (await times(world, cycle)).toSorted((one, other) => one - other);
    const { user, system } = process.cpuUsage(before);
    const at = (share: number) => took[Math.floor((took.length - 1) * share)] ?? Number.NaN;
    return [
      {
        work: `a scan for due reminders with ${residents.toLocaleString('en')} residents, a batch of ${BATCH}`,
        result: `p99 ${at(0.99).toFixed(0)} ms, ${explained.documents} documents looked at`,
        reach: `< ${REACH_MS} ms, off the index alone`,
        reached: at(0.99) < REACH_MS && explained.documents === 0 && explained.isByIndex,
        detail: `p50 ${at(0.5).toFixed(1)} ms, the longest of ${took.length.toLocaleString('en')} ${at(1).toFixed(0)} ms; ${((user + system) / 1e3 / took.length).toFixed(1)} ms of CPU a batch; one in ${VOTED} has voted; by ${explained.indexes.join(', ')}`,
      },
    ];
  });
}

/** How long each batch took, in milliseconds. */
async function times(world: World, cycle: CycleRecord, most = Number.POSITIVE_INFINITY): Promise<number[]> {
  const took: number[] = [];
  for (let after: string | undefined = ''; after !== undefined && took.length < most; ) {
    const began = performance.now();
    const page = await rosterPage(cycle.community, after, BATCH);
    await votedAmong(world, cycle, page);
    took.push(performance.now() - began);
    after = page.at(-1);
  }
  return took;
}

interface Explained {
  readonly documents: number;
  readonly isByIndex: boolean;
  readonly indexes: readonly string[];
}

/** The database's work for it: the documents that it looked at, and the indexes that it used. */
async function explainedOf(run: () => Promise<unknown>): Promise<Explained> {
  const { db } = mongoose.connection;
  await db?.command({ profile: 2 });
  await run();
  await db?.command({ profile: 0 });
  const queries = (await db?.collection('system.profile').find({ op: 'query' }).toArray()) ?? [];
  const plans = queries.map(({ planSummary }) => String(planSummary));
  return {
    documents: queries.reduce((sum, { docsExamined }) => sum + Number(docsExamined), 0),
    isByIndex: plans.length > 0 && !plans.some((plan) => plan.includes('COLLSCAN')),
    indexes: [...new Set(plans.flatMap((plan) => plan.match(/\{[^}]*\}/g) ?? []))],
  };
}

/** Makes a ledger that contains one in `VOTED` of the residents. */
async function castBallots(world: World, cycle: CycleRecord): Promise<void> {
  const keys = cycleKeys(world)(cycle);
  let seq = 1;
  for (let after: string | undefined = ''; after !== undefined; ) {
    const page = await rosterPage(cycle.community, after, CAST_AT_ONCE);
    const voterIds = page.filter((_, index) => index % VOTED === 0).flatMap((resident) => keys?.voter(resident).voterId ?? []);
    const entries = voterIds.map((voterId) => entry(cycle._id, seq++, voterId));
    if (entries.length > 0) await collection(Entry).insertMany(entries, { ordered: false, writeConcern: { w: 1 } });
    after = page.at(-1);
  }
}

function entry(cycle: string, seq: number, voter: string): EntryRecord {
  const hash = createHash('sha256').update(`${cycle}|${seq}`).digest('hex');
  return { _id: { cycle, seq }, at: '2027-01-01', commitment: hash, previous: hash, hash, key: hash, receipt: String(seq).padStart(10, '0'), voter };
}
