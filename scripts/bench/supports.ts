import mongoose from 'mongoose';
import { Cycle } from '../../src/fund/cycles/index.ts';
import { encryptedProposal, Proposal } from '../../src/fund/proposals/index.ts';
import { collection } from '../../src/store/collection.ts';
import { DAY_MS } from '../../src/store/wallTime.ts';
import type { Effort } from './effort.ts';
import { fill } from './fill.ts';
import type { Place } from './place.ts';
import { bare, service, withServers } from './processes.ts';
import { rate, rounds } from './rounds.ts';
import type { Row } from './row.ts';
import { benchVault } from './secret.ts';
import { isSupported, menu, support } from './spoken.ts';
import { work } from './work.ts';

const RESIDENTS = 20_000;
const PROPOSALS = 40;

/** Supports a second of forty proposals, from residents in turn, against the bare server, in interleaved rounds on the same database. */
export async function supports({ uri, folder }: Place, effort: Effort): Promise<Row[]> {
  await fill(uri('supports'), RESIDENTS);
  await collect(uri('supports'));
  return withServers(async (started) => {
    const works = {
      bare: work(await started(bare(uri('supports'))), menu(RESIDENTS), () => true),
      support: work(await started(service(uri('supports'), folder('supports'))), support(RESIDENTS, PROPOSALS), isSupported),
    };
    const measured = await rounds(works, { ...effort, connections: 32 });
    return [rate('turns/s, `支持 12`, 32 connections', measured, 'support', 0.9)];
  });
}

/** Proposals are collected, and there are some. */
async function collect(uri: string): Promise<void> {
  await mongoose.connect(uri, { autoIndex: false, autoCreate: false });
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
  await mongoose.disconnect();
}
