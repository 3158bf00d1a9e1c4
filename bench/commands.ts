import mongoose from 'mongoose';
import { Cycle } from '../src/fund/cycles/index.ts';
import { encryptedProposal, Proposal } from '../src/fund/proposals/index.ts';
import { Work } from '../src/fund/works/index.ts';
import { collection } from '../src/store/collection.ts';
import { DAY_MS } from '../src/store/wallTime.ts';
import type { Effort } from './effort.ts';
import { fill } from './fill.ts';
import type { Place } from './place.ts';
import { bare, service, withServers } from './processes.ts';
import type { Spoken } from './request.ts';
import { rate, rounds } from './rounds.ts';
import type { Row } from './row.ts';
import { benchVault } from './secret.ts';
import { isRated, isSupported, menu, rating, support } from './spoken.ts';
import { work } from './work.ts';

const RESIDENTS = 20_000;
const PROPOSALS = 40;

/** Supports a second of forty proposals, from residents in turn, against the bare server. */
export function supports(place: Place, effort: Effort): Promise<Row[]> {
  return measured('supports', place, effort, { name: '`支持 12`', prepare: collect, spoken: support(RESIDENTS, PROPOSALS), expects: isSupported });
}

/** Ratings a second of a work that is accepted, from residents in turn, against the bare server. */
export function ratings(place: Place, effort: Effort): Promise<Row[]> {
  return measured('ratings', place, effort, { name: '`评 3 5`', prepare: accept, spoken: rating(RESIDENTS), expects: isRated });
}

interface Command {
  readonly name: string;
  /** Brings the cycle to where the command is taken; the database is connected. */
  readonly prepare: () => Promise<unknown>;
  readonly spoken: (index: number) => Spoken;
  readonly expects: (body: string) => boolean;
}

/** Interleaved rounds on the same database. */
async function measured(database: string, { uri, folder }: Place, effort: Effort, { name, prepare, spoken, expects }: Command): Promise<Row[]> {
  await fill(uri(database), RESIDENTS);
  await mongoose.connect(uri(database), { autoIndex: false, autoCreate: false });
  await prepare();
  await mongoose.disconnect();
  return withServers(async (started) => {
    const works = {
      bare: work(await started(bare(uri(database))), menu(RESIDENTS), () => true),
      command: work(await started(service(uri(database), folder(database))), spoken, expects),
    };
    const found = await rounds(works, { ...effort, connections: 32 });
    return [rate(`turns/s, ${name}, 32 connections`, found, 'command', 0.9)];
  });
}

/** Proposals are collected, and there are some. */
async function collect(): Promise<void> {
  await collection(Cycle).updateMany({}, { $set: { stages: [{ stage: 'propose', from: new Date(Date.now() - DAY_MS) }] } });
  await collection(Proposal).insertMany(
    Array.from({ length: PROPOSALS }, (_, index) => {
      const _id = { cycle: 'bench-2027', number: index + 1 };
      return {
        ...{ _id, community: 'bench', at: new Date(), origin: 'sms', channel: 'sms', state: 'received', public: true, by: 'bench', history: [] },
        ...{ slot: `bench|${index}`, key: `bench-${index}`, text: encryptedProposal(benchVault, _id, '三号院门口晚上太黑，老人看不见台阶') },
      };
    }),
  );
}

/** The vote is over, and work 3 is accepted. */
async function accept(): Promise<void> {
  const from = new Date(Date.now() - DAY_MS);
  await collection(Cycle).updateMany({}, { $set: { stages: [{ stage: 'implement', from }], sealedAt: from }, $unset: { frozen: 1 } });
  await collection(Work).insertOne({
    ...{ _id: { cycle: 'bench-2027', number: 3 }, community: 'bench', state: 'accepted', offers: [], papers: [], news: 0, revision: 0 },
    steps: [{ state: 'accepted', day: '2027-03-01', by: 'bench', at: from }],
  });
}
