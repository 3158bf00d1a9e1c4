import { CHANNEL_NAMES } from '../../contacts/channel.ts';
import { addressHmac, type ContactPoint } from '../../contacts/contact.ts';
import { collection } from '../../store/collection.ts';
import { forReaders } from '../../store/connect.ts';
import { encrypted, index, oneOf, optional, type RecordOf, records } from '../../store/records.ts';
import { maskNumbers } from '../../store/text.ts';
import { textIfOurs } from '../../store/unlessForged.ts';
import type { Vault } from '../../store/vault.ts';
import { DAY_MS } from '../../store/wallTime.ts';
import { ORIGINS } from '../proposals/index.ts';

/** The index of what waits for an answer in a community. */
export const WAITING = { community: 1, 'answer.at': 1, at: 1 } as const;

/** What somebody has against the list that is published before the vote. The number counts from 1 in a cycle. */
export const Objection = records(
  'objections',
  {
    _id: { cycle: String, number: Number },
    community: String,
    origin: oneOf(ORIGINS),
    /** The number on the list that it is about; absent if it is about the list as a whole. */
    about: optional(Number),
    /** As written, encrypted (`objectionText`). It is public, with numbers masked, once it is answered. */
    text: encrypted('objectionText'),
    /** Over which channel and to which address the answer goes (encrypted), and the `addressHmac(…)`; gone after a deletion. */
    channel: optional(oneOf(CHANNEL_NAMES)),
    address: optional(encrypted('objectionAddress')),
    from: optional(String),
    resident: optional(String),
    /** Who wrote it down for somebody else. */
    writtenBy: optional(String),
    /** `community|day|n`, with n of 1…50, for a person who is not on the roster: a community takes fifty of these in a day. */
    strangerSlot: optional(String),
    at: Date,
    due: Date,
    /** `text` is encrypted; it is public with numbers masked. */
    answer: optional({ text: encrypted('objectionAnswer'), by: String, at: Date }),
    /** An HMAC of the act's key, or of the form's: it counts once. */
    key: String,
  },
  [
    index({ '_id.cycle': 1, '_id.number': -1 }, { unique: true }),
    index(WAITING),
    // whose author is no longer kept
    index({ community: 1, 'answer.at': 1 }, { partialFilterExpression: { address: { $exists: true } } }),
    index({ key: 1 }, { unique: true }),
    index({ strangerSlot: 1 }, { unique: true, partialFilterExpression: { strangerSlot: { $exists: true } } }),
    index({ from: 1 }, { partialFilterExpression: { from: { $exists: true } } }),
    index({ community: 1, resident: 1 }, { partialFilterExpression: { resident: { $exists: true } } }),
  ],
);
export type ObjectionRecord = RecordOf<typeof Objection>;

/** Forgets the authors of objections that were answered before a moment; the words are public and stay. */
export async function forgetObjectors(communities: readonly string[], before: Date): Promise<void> {
  await collection(Objection).updateMany(
    { community: { $in: [...communities] }, 'answer.at': { $lte: before }, address: { $exists: true } },
    { $unset: { channel: 1, address: 1, from: 1, resident: 1 } },
  );
}

const ANSWERED_WITHIN_MS = 10 * DAY_MS;

/** In characters, as people count them. */
export const LONGEST_OBJECTION = 500;

/** An objection as it comes in. */
export interface NewObjection
  extends Pick<ObjectionRecord, 'community' | 'origin' | 'about' | 'resident' | 'writtenBy' | 'strangerSlot' | 'at' | 'key'> {
  readonly text: string;
  readonly contact?: ContactPoint;
}

/** An objection as it is kept: to be answered in writing within ten days. */
export function objectionOf(vault: Vault, _id: ObjectionRecord['_id'], { text, contact, ...given }: NewObjection): ObjectionRecord {
  const author = contact && {
    channel: contact.channel,
    address: vault.encrypt('objectionAddress', nameOf(_id), contact.address),
    from: addressHmac(vault, { community: given.community, ...contact }),
  };
  const { about, resident, writtenBy, strangerSlot, ...always } = given;
  return {
    _id,
    ...always,
    ...(about !== undefined && { about }),
    ...(resident !== undefined && { resident }),
    ...(writtenBy !== undefined && { writtenBy }),
    ...(strangerSlot !== undefined && { strangerSlot }),
    ...author,
    text: encryptedObjection(vault, _id, text),
    due: new Date(given.at.getTime() + ANSWERED_WITHIN_MS),
  };
}

/** Objections that came until then should have an answer. */
export function dueFrom(now: Date): Date {
  return new Date(now.getTime() - ANSWERED_WITHIN_MS);
}

/** The number of a cycle's last objection; undefined if there is none. */
export async function lastObjection(cycle: string): Promise<number | undefined> {
  const last = await collection(Objection).findOne({ '_id.cycle': cycle }, { sort: { '_id.number': -1 }, projection: { _id: 1 } });
  return last?._id.number;
}

/** The most objections of one kind that a page lists. */
const MAX_LISTED = 500;

/** A cycle's objections in the order of their numbers: of those that wait for an answer the first 500, of those that have one the last 500. */
export async function objectionsOf(cycle: string, isAnswered: boolean): Promise<ObjectionRecord[]> {
  const found = await forReaders(Objection)
    .find(
      { '_id.cycle': cycle, 'answer.at': isAnswered ? { $gt: new Date(0) } : null },
      { sort: { '_id.number': isAnswered ? -1 : 1 }, limit: MAX_LISTED, promoteBuffers: true },
    )
    .toArray();
  return isAnswered ? found.reverse() : found;
}

/** How many objections of a cycle have an answer, how many wait for one, and of how many of these the day has passed. */
export interface ObjectionCounts {
  readonly answered: number;
  readonly open: number;
  readonly overdue: number;
}

/** More objections that wait are not counted. */
export const MOST_OPEN = 10_000;

/** None is ever removed: the last number says how many there are, and only those that wait are looked at. */
export async function countObjections(community: string, cycle: string, now: Date): Promise<ObjectionCounts> {
  const waiting = { community, 'answer.at': null, '_id.cycle': cycle };
  const limited = { limit: MOST_OPEN, hint: WAITING };
  const [last, open, overdue] = await Promise.all([
    forReaders(Objection).findOne({ '_id.cycle': cycle }, { sort: { '_id.number': -1 }, projection: { _id: 1 } }),
    forReaders(Objection).countDocuments(waiting, limited),
    forReaders(Objection).countDocuments({ ...waiting, at: { $lte: dueFrom(now) } }, limited),
  ]);
  return { answered: Math.max(0, (last?._id.number ?? 0) - open), open, overdue }; // one may have come between the two reads
}

/** By when those are to be answered that wait and are not late, by the slug of the community; those of the communities in which any are. */
export async function objectionsDue(communities: readonly string[], now: Date): Promise<Map<string, Date[]>> {
  const found = await forReaders(Objection)
    .aggregate<{ _id: string; due: Date[] }>([
      { $match: { community: { $in: [...communities] }, 'answer.at': null, at: { $gt: dueFrom(now) } } },
      { $group: { _id: '$community', due: { $push: '$due' } } },
    ])
    .toArray();
  return new Map(found.map(({ _id, due }) => [_id, due]));
}

/** Takes the author off objections, and numbers out of what they wrote; gives how many it was. `from` is an `addressHmac`. */
export async function forgetObjections(vault: Vault, which: { from: string } | { community: string; resident: string }): Promise<number> {
  const objections = await collection(Objection).find(which).toArray();
  for (const objection of objections) {
    const { _id } = objection;
    const said = objectionText(vault, objection);
    const text = said ? encryptedObjection(vault, _id, maskNumbers(said)) : objection.text;
    await collection(Objection).updateOne({ _id }, { $set: { text }, $unset: { channel: 1, address: 1, from: 1, resident: 1 } });
  }
  return objections.length;
}

/** What an objection says, as written, decrypted; empty if it is of another record. */
export function objectionText(vault: Vault, { _id, text }: Pick<ObjectionRecord, '_id' | 'text'>): string {
  return textIfOurs(vault, 'objectionText', nameOf(_id), text) ?? '';
}

/** The text of the answer, decrypted; undefined if there is none. */
export function objectionAnswer(vault: Vault, { _id, answer }: Pick<ObjectionRecord, '_id' | 'answer'>): string | undefined {
  return answer && textIfOurs(vault, 'objectionAnswer', nameOf(_id), answer.text);
}

/** The text of an answer, encrypted as `answer` keeps it. */
export function encryptedObjectionAnswer(vault: Vault, _id: ObjectionRecord['_id'], text: string): Buffer {
  return vault.encrypt('objectionAnswer', nameOf(_id), text);
}

/** Where the answer goes; undefined if it can go to nobody. */
export function authorContact(vault: Vault, { _id, channel, address }: ObjectionRecord): ContactPoint | undefined {
  const read = textIfOurs(vault, 'objectionAddress', nameOf(_id), address);
  return channel && read ? { channel, address: read } : undefined;
}

/** The person who objects, as the log knows them: the resident's `_id` and the `addressHmac`, whatever is known. */
export function objectorOf({ resident, from }: Pick<ObjectionRecord, 'resident' | 'from'>): string[] {
  return [resident, from].filter((name) => name !== undefined);
}

function encryptedObjection(vault: Vault, _id: ObjectionRecord['_id'], text: string): Buffer {
  return vault.encrypt('objectionText', nameOf(_id), text);
}

function nameOf({ cycle, number }: ObjectionRecord['_id']): string {
  return `${cycle}|${number}`;
}

/** How many objections a community got from a moment on until before another. */
export function countObjectionsCome(community: string, from: Date, until: Date): Promise<number> {
  return forReaders(Objection).countDocuments({ community, at: { $gte: from, $lt: until } });
}
