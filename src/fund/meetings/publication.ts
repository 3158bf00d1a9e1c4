import { model, type mongo, Schema } from 'mongoose';
import { z } from 'zod';
import { collection } from '../../store/collection.ts';
import { encrypted } from '../../store/encryptedFields.ts';
import type { Vault } from '../../store/vault.ts';
import { type CycleRecord, stageAt, voteOf } from '../cycles/index.ts';
import type { ObjectionCounts } from './objection.ts';

/** A list as it was published before the vote. Who publishes again makes a new one; the newest counts. */
export interface PublicationRecord {
  /** `number` counts from 1 in a cycle. */
  _id: { cycle: string; number: number };
  community: string;
  /** The list, encrypted, because titles may be a resident's words (`publishedList`). */
  list: Buffer;
  /** It is a list of proposals, because there were no projects; the ballot is made of them later. */
  ofProposals?: true;
  /** Since when the ballot says something else than the list. */
  differs?: Date;
  from: Date;
  to: Date;
  by: string;
  /** The supervisor's check. `finding`: what is wrong; absent if the list is right. */
  check?: { by: string; at: Date; finding?: string };
}

const schema = new Schema<PublicationRecord>(
  {
    _id: { type: new Schema({ cycle: { type: String, required: true }, number: { type: Number, required: true } }, { _id: false }), required: true },
    community: { type: String, required: true },
    list: { ...encrypted('publishedList'), required: true },
    ofProposals: Boolean,
    differs: Date,
    from: { type: Date, required: true },
    to: { type: Date, required: true },
    by: { type: String, required: true },
    check: { type: { by: String, at: Date, finding: String }, _id: false },
  },
  { strict: 'throw', versionKey: false, collection: 'publications' },
);
schema.index({ '_id.cycle': 1, '_id.number': -1 }, { unique: true });

export const Publication = model<PublicationRecord>('Publication', schema);

/** A project, or a proposal that can be one, as it was published. `cost` is in whole units of the cycle's currency; null if it is not known. */
export type PublishedItem = z.output<typeof item>;

const item = z.strictObject({ number: z.int(), title: z.string(), cost: z.int().nullable() });

/** The list as it was published, decrypted. */
export function publishedList(vault: Vault, { _id, list }: Pick<PublicationRecord, '_id' | 'list'>): PublishedItem[] {
  return z.array(item).parse(JSON.parse(vault.decrypt('publishedList', nameOf(_id), list)));
}

/** A list, encrypted as `list` keeps it. */
export function encryptedList(vault: Vault, _id: PublicationRecord['_id'], list: readonly PublishedItem[]): Buffer {
  return vault.encrypt('publishedList', nameOf(_id), JSON.stringify(list));
}

function nameOf({ cycle, number }: PublicationRecord['_id']): string {
  return `${cycle}|${number}`;
}

/** A cycle's publication that counts; null if nothing was published. */
export function publicationOf(cycle: string, session?: mongo.ClientSession): Promise<PublicationRecord | null> {
  return collection(Publication).findOne({ '_id.cycle': cycle }, { sort: { '_id.number': -1 }, promoteBuffers: true, ...(session && { session }) });
}

/** Whether it is the time for objections: the stage `publish`, and as long as a list is published, in whatever stage before the vote. */
export function takesObjections(cycle: CycleRecord, publication: Pick<PublicationRecord, 'to'> | null, at: Date): boolean {
  if (!isBeforeVote(cycle, at)) return false;
  return stageAt(cycle, at) === 'publish' || (publication !== null && at < publication.to);
}

/** Whether the vote has not opened yet: a list is published, objected to and changed before it. */
export function isBeforeVote(cycle: CycleRecord, at: Date): boolean {
  const vote = voteOf(cycle, at);
  return !vote || at < vote.from;
}

/**
 * How a publication stands: `unchecked` by a supervisor, or found to be `wrong`; the ballot `differs` from it; an objection is `overdue`, or some are
 * still `open`; else it is `clear`. The first that holds.
 */
export type PublicationState = 'unchecked' | 'wrong' | 'differs' | 'overdue' | 'open' | 'clear';

/** How a publication stands with the objections of its cycle. */
export function publicationState(
  { check, differs }: Pick<PublicationRecord, 'check' | 'differs'>,
  { open, overdue }: Pick<ObjectionCounts, 'open' | 'overdue'>,
): PublicationState {
  if (!check) return 'unchecked';
  if (check.finding !== undefined) return 'wrong';
  if (differs) return 'differs';
  if (overdue > 0) return 'overdue';
  return open > 0 ? 'open' : 'clear';
}
