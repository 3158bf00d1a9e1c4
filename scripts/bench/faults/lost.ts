import { Entry } from '../../../src/fund/ballots/index.ts';
import { collection } from '../../../src/store/collection.ts';
import type { Vote } from './voting.ts';

const AT_ONCE = 1_000;

/** How many of the receipts that residents were given are in no ledger. */
export async function lost(votes: readonly Vote[]): Promise<number> {
  const receipts = votes.flatMap(({ receipt }) => receipt?.replaceAll(' ', '') ?? []);
  let found = 0;
  for (let from = 0; from < receipts.length; from += AT_ONCE) {
    const some = { receipt: { $in: receipts.slice(from, from + AT_ONCE) } };
    found += await collection(Entry).countDocuments(some, { readConcern: { level: 'majority' } });
  }
  return receipts.length - found;
}
