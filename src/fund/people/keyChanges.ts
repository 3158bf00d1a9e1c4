import mongoose, { model, type mongo, Schema, type Types } from 'mongoose';
import { collection } from '../../store/collection.ts';
import { forReaders } from '../../store/connect.ts';
import type { Actor } from './actor.ts';

export type Changed = Pick<KeyChangeRecord, 'resident' | 'what'>;

/**
 * Records phones and cards that change while voting is open, with the person who changes them and the reason (docs/contract.md: The vote), in the
 * transaction that changes them: no change is in force without a record.
 */
export async function recordKeyChanges(
  community: string,
  changed: readonly Changed[],
  { actor, reason, at }: { readonly actor: Actor; readonly reason: string; readonly at: Date },
  session: mongo.ClientSession,
): Promise<void> {
  if (changed.length === 0) return;
  const records = changed.map(({ resident, what }) => ({
    _id: new mongoose.Types.ObjectId(),
    community,
    resident,
    what,
    by: actor.name,
    reason,
    at,
  }));
  await collection(KeyChange).insertMany(records, { session });
}

/** How many phones and cards of a community were changed after one moment and before another. */
export async function keyChangesSince(community: string, after: Date, before: Date): Promise<{ phones: number; cards: number }> {
  const count = (what: KeyChangeRecord['what']) => forReaders(KeyChange).countDocuments({ community, what, at: { $gt: after, $lt: before } });
  const [phones, cards] = await Promise.all([count('phone'), count('card')]);
  return { phones, cards };
}

/**
 * A phone or card by which a resident votes, changed by hand while voting was open. The number of these changes is public; who made them and why is
 * kept.
 */
interface KeyChangeRecord {
  _id: Types.ObjectId;
  community: string;
  /** `_id` of the resident whose phone or card it is. */
  resident: string;
  /** `phone` stands for a chat as well. */
  what: 'phone' | 'card';
  by: string;
  reason: string;
  at: Date;
}

const schema = new Schema<KeyChangeRecord>(
  {
    community: { type: String, required: true },
    resident: { type: String, required: true },
    what: { type: String, enum: ['phone', 'card'], required: true },
    by: { type: String, required: true },
    reason: { type: String, required: true },
    at: { type: Date, required: true },
  },
  { strict: 'throw', versionKey: false, collection: 'keychanges' },
);
schema.index({ community: 1, what: 1, at: 1 });

export const KeyChange = model<KeyChangeRecord>('KeyChange', schema);
