import mongoose from 'mongoose';
import { Community } from '../../../src/fund/communities/index.ts';
import { Resident } from '../../../src/fund/people/index.ts';
import { collection } from '../../../src/store/collection.ts';
import type { Store } from '../../../src/store/openStore.ts';
import { benchCommunity } from '../benchCommunity.ts';
import { benchResident } from '../benchResident.ts';
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
