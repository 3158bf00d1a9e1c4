import mongoose from 'mongoose';
import { Community } from '../../src/fund/communities/index.ts';
import { Resident } from '../../src/fund/people/index.ts';
import { queueMany } from '../../src/outreach/outbox/enqueue.ts';
import { recipients } from '../../src/outreach/recipients.ts';
import { collection } from '../../src/store/collection.ts';
import type { Store } from '../../src/store/openStore.ts';
import type { World } from '../../src/store/world.ts';
import { benchCommunity, benchResident } from '../benchCommunity.ts';
import { ONE, phoneOf } from '../fill.ts';
import { withStore } from './withStore.ts';

const AT_ONCE = 10_000;

/** Runs with a database of one community with so many residents, to whom messages may be sent at any hour and at any speed. */
export async function withResidents<Result>(uri: string, residents: number, run: (store: Store) => Promise<Result>): Promise<Result> {
  await mongoose.connect(uri, { autoIndex: false, writeConcern: { w: 1 } });
  await collection(Community).insertOne({ ...benchCommunity('bench', ONE), quiet: '00:00-00:00', rates: { sms: 1_000_000 } });
  for (let from = 0; from < residents; from += AT_ONCE) {
    const some = Array.from({ length: Math.min(AT_ONCE, residents - from) }, (_, index) => benchResident('bench', phoneOf(from + index)));
    await collection(Resident).insertMany(some, { ordered: false });
  }
  await mongoose.disconnect();
  return withStore(uri, run);
}

/** Queues one message to all residents. */
export async function queueAll(world: World): Promise<void> {
  const said = () => ({ key: 'notice.broadcast', params: { text: '明天停水，早上八点到下午五点，请先接好水' } });
  for await (const batch of recipients(world, ['sms'], { _id: 'bench', language: 'zh-CN' }, { to: 'all' }))
    await queueMany(world, { occasion: 'all', community: 'bench', said }, batch);
}
