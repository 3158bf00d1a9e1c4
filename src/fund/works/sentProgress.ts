import { model, Schema } from 'mongoose';
import type { ContactPoint } from '../../contacts/contact.ts';
import { encrypted } from '../../store/encryptedFields.ts';
import type { Vault } from '../../store/vault.ts';

/**
 * News of a work that came by message. While pictures are on their way it waits; afterwards it stays for a day, so that pictures which follow are known to
 * belong to it.
 */
export interface SentProgressRecord {
  /** An HMAC of the act: it counts once. */
  _id: string;
  community: string;
  work: { cycle: string; number: number };
  /** `addressHmac(…)` of the phone or chat. */
  from: string;
  at: Date;
  state: 'waiting' | 'done';
  /** Encrypted: `Sent`; gone once it is done. */
  sent?: Buffer;
  /** While it waits: when the next try is due, and how often it was tried. */
  dueAt?: Date;
  attempts: number;
}

const schema = new Schema<SentProgressRecord>(
  {
    _id: { type: String, required: true },
    community: { type: String, required: true },
    work: { type: { cycle: { type: String, required: true }, number: { type: Number, required: true } }, required: true, _id: false },
    from: { type: String, required: true },
    at: { type: Date, required: true },
    state: { type: String, enum: ['waiting', 'done'], required: true },
    sent: encrypted('sentProgress'),
    dueAt: Date,
    attempts: { type: Number, required: true },
  },
  { strict: 'throw', versionKey: false, collection: 'sentProgress' },
);
schema.index({ from: 1, at: -1 });
schema.index({ dueAt: 1 }, { partialFilterExpression: { dueAt: { $exists: true } } });
schema.index({ at: 1 });

export const SentProgress = model<SentProgressRecord>('SentProgress', schema);

/** What was sent, by whom, and the carrier's names of its pictures. */
export interface Sent extends ContactPoint {
  readonly key: string;
  readonly text: string;
  readonly pictures: readonly string[];
  readonly language: string;
  /** Of the project, for what is told of it. */
  readonly title: string;
}

export function encryptedSent(vault: Vault, _id: string, sent: Sent): Buffer {
  return vault.encrypt('sentProgress', _id, JSON.stringify(sent));
}

/** It needs no check of its form, because we encrypted it. */
export function sentIn(vault: Vault, { _id, sent }: SentProgressRecord): Sent | undefined {
  return sent && JSON.parse(vault.decrypt('sentProgress', _id, sent));
}
