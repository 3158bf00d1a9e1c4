import type { mongo } from 'mongoose';
import { collection } from '../../store/collection.ts';
import { Account, type Sums } from './account.ts';

const NOTHING: Sums = { granted: 0, own: 0, contracted: 0, paid: 0 };

/** The sums of a work, in an act's transaction; nothing if its cycle has no account. */
export async function sumsOf(cycle: string, work: number, session: mongo.ClientSession): Promise<Sums> {
  const account = await collection(Account).findOne({ _id: cycle }, { session });
  return account?.works.find((sums) => sums.work === work) ?? NOTHING;
}
