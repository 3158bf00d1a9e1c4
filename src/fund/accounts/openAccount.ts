import type { mongo } from 'mongoose';
import { collection } from '../../store/collection.ts';
import { Account, AccountEntry } from './account.ts';

interface Opening {
  readonly cycle: string;
  readonly community: string;
  readonly currency: string;
  /** The winners: the number of the project, and what the vote granted it. */
  readonly granted: readonly { readonly work: number; readonly amount: number }[];
  readonly day: string;
  readonly by: string;
  readonly at: Date;
}

/** Opens a cycle's account with what the vote granted, in the transaction that makes its works. */
export async function openAccount({ cycle, granted, day, by, at, ...account }: Opening, session: mongo.ClientSession): Promise<void> {
  const works = granted.map(({ work, amount }) => ({ work, granted: amount, own: 0, contracted: 0, paid: 0 }));
  await collection(Account).insertOne({ _id: cycle, ...account, entries: works.length, works }, { session });
  if (works.length === 0) return;
  const entries = granted.map(({ work, amount }, index) => ({
    ...{ _id: { cycle, entry: index + 1 }, community: account.community, work, kind: 'granted' as const, amount },
    ...{ day, by, at },
  }));
  await collection(AccountEntry).insertMany(entries, { session });
}

/** Of these cycles, those that have an account. */
export async function withAccount(cycles: readonly string[], session?: mongo.ClientSession): Promise<Set<string>> {
  const found = await collection(Account)
    .find({ _id: { $in: [...cycles] } }, { projection: { _id: 1 }, ...(session && { session }) })
    .toArray();
  return new Set(found.map(({ _id }) => _id));
}
