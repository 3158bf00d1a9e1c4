import mongoose from 'mongoose';
import { Cycle } from '../../src/fund/cycles/index.ts';
import { Work } from '../../src/fund/works/index.ts';
import { collection } from '../../src/store/collection.ts';
import { DAY_MS } from '../../src/store/wallTime.ts';
import type { Effort } from './effort.ts';
import { fill } from './fill.ts';
import type { Place } from './place.ts';
import { bare, service, withServers } from './processes.ts';
import { rate, rounds } from './rounds.ts';
import type { Row } from './row.ts';
import { isRated, menu, rating } from './spoken.ts';
import { work } from './work.ts';

const RESIDENTS = 20_000;

/** Ratings a second of a work that is accepted, from residents in turn, against the bare server, in interleaved rounds on the same database. */
export async function ratings({ uri, folder }: Place, effort: Effort): Promise<Row[]> {
  await fill(uri('ratings'), RESIDENTS);
  await accept(uri('ratings'));
  return withServers(async (started) => {
    const works = {
      bare: work(await started(bare(uri('ratings'))), menu(RESIDENTS), () => true),
      rating: work(await started(service(uri('ratings'), folder('ratings'))), rating(RESIDENTS), isRated),
    };
    const measured = await rounds(works, { ...effort, connections: 32 });
    return [rate('turns/s, `评 3 5`, 32 connections', measured, 'rating', 0.9)];
  });
}

/** The vote is over, and work 3 is accepted. */
async function accept(uri: string): Promise<void> {
  await mongoose.connect(uri, { autoIndex: false, autoCreate: false });
  const from = new Date(Date.now() - DAY_MS);
  await collection(Cycle).updateMany({}, { $set: { stages: [{ stage: 'implement', from }], sealedAt: from }, $unset: { frozen: 1 } });
  await collection(Work).insertOne({
    ...{ _id: { cycle: 'bench-2027', number: 3 }, community: 'bench', state: 'accepted', offers: [], papers: [], news: 0, revision: 0 },
    steps: [{ state: 'accepted', day: '2027-03-01', by: 'bench', at: from }],
  });
  await mongoose.disconnect();
}
