import { randomBytes } from 'node:crypto';
import mongoose from 'mongoose';
import { progress } from '../scripts/support/progress.ts';
import { cycleKeys, Entry, type EntryRecord } from '../src/fund/ballots/index.ts';
import { Cycle, type CycleRecord } from '../src/fund/cycles/index.ts';
import { CodedError } from '../src/store/codedError.ts';
import { collection } from '../src/store/collection.ts';
import { benchResident } from './benchCommunity.ts';
import type { Effort } from './effort.ts';
import { fill, spreadNumberOf, spreadPhoneOf } from './fill.ts';
import type { Place } from './place.ts';
import { bare, service, withServers } from './processes.ts';
import type { Spoken } from './request.ts';
import { type Round, rate, rounds } from './rounds.ts';
import { median, type Row, spread } from './row.ts';
import { benchVault } from './secret.ts';
import { isReceipt } from './spoken.ts';
import { untilFrozen } from './untilFrozen.ts';
import { work } from './work.ts';

const CONNECTIONS = 32;
/** More than the fastest service here takes in a second. */
const MOST_A_SECOND = 1_000;

/**
 * `投 3 7` into many full ledgers, half of the votes from people who have voted before, against the same into as many empty ones, and against the bare
 * server. Every vote is of somebody who has not written in this bench.
 */
export async function ledgers({ uri, folder }: Place, effort: Effort): Promise<Row[]> {
  const { ledgers: count, ballots } = effort;
  const inEach = 2 * Math.ceil(((effort.rounds + 1) * effort.seconds * MOST_A_SECOND) / count / 2);
  for (const name of ['empty', 'full']) await fill(uri(name), 0, count, inEach);
  return withServers(async (started) => {
    const baseline = await started(bare(uri('empty')));
    const empty = await started(service(uri('empty'), folder('empty')));
    const full = await started(service(uri('full'), folder('full')));
    for (const name of ['empty', 'full']) await untilFrozen(uri(name));
    await fillLedgers(uri('full'), { count, ballots, voted: inEach / 2 });
    const vote = (index: number): Spoken => {
      const resident = index % (count * inEach);
      return { from: spreadPhoneOf(resident), to: spreadNumberOf(resident % count), body: '投 3 7' };
    };
    const works = { bare: work(baseline, vote, () => true), empty: work(empty, vote, isReceipt), full: work(full, vote, isReceipt) };
    const measured = await rounds(works, { ...effort, connections: CONNECTIONS });
    const size = `${count.toLocaleString('en')} ledgers of ${ballots.toLocaleString('en')} ballots`;
    return [rate(`turns/s, \`投 3 7\` over ${size}, half of them changed, 32 connections`, measured, 'full', 1), compared(size, measured)];
  });
}

function compared(size: string, measured: readonly Round<'empty' | 'full'>[]): Row {
  const rates = measured.map(({ full, empty }) => full.rate / empty.rate);
  const cpu = measured.map(({ full, empty }) => full.cpu / empty.cpu);
  const middle = (name: 'empty' | 'full') => median(measured.map((round) => round[name].cpu)).toFixed(0);
  return {
    work: `the same over ${size} against as many empty ones`,
    result: `${spread(rates)}; CPU × ${spread(cpu)}`,
    reach: '≥ 0.95',
    reached: median(rates) >= 0.95,
    detail: `${middle('full')} against ${middle('empty')} µs of the service’s CPU a ballot`,
  };
}

/**
 * Fills every small community's ledger with ballots: of the first half of its residents, who vote again in this bench, and of others. They are there in the
 * indexes alone; nothing in them can be opened, and no chain leads to their end.
 */
async function fillLedgers(uri: string, { count, ballots, voted }: { count: number; ballots: number; voted: number }): Promise<void> {
  await mongoose.connect(uri, { autoIndex: false, autoCreate: false, writeConcern: { w: 1 } });
  const world = { vault: benchVault, now: () => new Date(), clockAgrees: () => true, randomBytes };
  const keysOf = cycleKeys(world);
  const bar = progress('ledgers', count);
  let receipt = 1_000_000_000;
  for await (const cycle of collection(Cycle).find({ _id: /^bench-\d+-/ }, { promoteBuffers: true })) {
    const keys = keysOf(cycle);
    if (!keys) throw new CodedError('not-frozen', `The ballot of ${cycle._id} is not frozen.`);
    const voters = Array.from({ length: Math.min(voted, ballots) }, (_, nth) => keys.voter(residentOf(cycle, nth * 2, count)).voterId);
    const random = hexFrom(randomBytes(ballots * 261));
    await collection(Entry).insertMany(
      Array.from({ length: ballots }, (_, index) => entryOf(cycle._id, index + 1, String(++receipt), voters[index], random)),
      { ordered: false },
    );
    bar.increment();
  }
  bar.stop();
  await mongoose.connection.getClient().db('admin').command({ fsync: 1 });
  await mongoose.disconnect();
}

/** The nth resident of a small community, as `fill` has put them there. */
function residentOf({ community }: CycleRecord, nth: number, count: number): string {
  return benchResident(community, spreadPhoneOf(Number(community.replace('bench-', '')) + nth * count))._id;
}

function entryOf(cycle: string, seq: number, receipt: string, voter: string | undefined, random: (bytes: number) => string): EntryRecord {
  const [commitment, previous, hash, key] = [random(32), random(32), random(32), random(32).slice(0, 43)];
  const secret = Buffer.from(random(100), 'hex');
  return { _id: { cycle, seq }, at: '2026-12-01', commitment, previous, hash, key, receipt, voter: voter ?? random(32), secret };
}

/** Pieces of random bytes, one after the other: many calls for a few cost more than the rest of the fill. */
function hexFrom(bytes: Buffer): (count: number) => string {
  let at = 0;
  return (count) => {
    at += count;
    return bytes.subarray(at - count, at).toString('hex');
  };
}
