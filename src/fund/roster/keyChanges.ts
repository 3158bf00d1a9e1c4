import mongoose, { type mongo } from 'mongoose';
import { native } from '../../store/native.ts';
import { forReaders } from '../../store/readers.ts';
import { KeyChange, type KeyChangeRecord } from '../records/keyChange.ts';

/** Who changes phones and cards while voting is open, and why (contract §5). */
export interface Reason {
  readonly by: string;
  readonly reason: string;
}

export type Changed = Pick<KeyChangeRecord, 'resident' | 'what'>;

/** Records them; before they are in force, so that none is in force unseen. */
export async function recordKeyChanges(
  community: string,
  changed: readonly Changed[],
  { by, reason, at }: Reason & { readonly at: Date },
  session?: mongo.ClientSession,
): Promise<void> {
  if (changed.length === 0) return;
  const records = changed.map(({ resident, what }) => ({ _id: new mongoose.Types.ObjectId(), community, resident, what, by, reason, at }));
  await native(KeyChange).insertMany(records, { ...(session && { session }) });
}

/** How many phones and cards of a community were changed after one moment and before another. */
export async function keyChangesSince(community: string, after: Date, before: Date): Promise<{ phones: number; cards: number }> {
  const count = (what: KeyChangeRecord['what']) => forReaders(KeyChange).countDocuments({ community, what, at: { $gt: after, $lt: before } });
  const [phones, cards] = await Promise.all([count('phone'), count('card')]);
  return { phones, cards };
}
