import type { mongo } from 'mongoose';
import { CHANNEL_NAMES } from '../../contacts/channel.ts';
import { addressHmac } from '../../contacts/contact.ts';
import { collection } from '../../store/collection.ts';
import { isDuplicate, numbered } from '../../store/databaseErrors.ts';
import { encrypted, index, oneOf, optional, type RecordOf, records } from '../../store/records.ts';
import { maskNumbers } from '../../store/text.ts';
import { textIfOurs } from '../../store/unlessForged.ts';
import type { Vault } from '../../store/vault.ts';
import { DAY_MS } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import { endRecordings, type Spoken, spoken } from './recording.ts';

export const INQUIRY_KINDS = ['question', 'complaint', 'report', 'call', 'disownBallot'] as const;
export type InquiryKind = (typeof INQUIRY_KINDS)[number];

const ANSWERED_WITHIN_MS = 3 * DAY_MS;

/** Until when an inquiry of this moment is to be answered: within three days. */
export function dueAt(at: Date): Date {
  return new Date(at.getTime() + ANSWERED_WITHIN_MS);
}

/** An inquiry in a community's inbox, for a person to answer: a question, a complaint, a report of votes that are bought or pressed, a person to call, a ballot that was disowned after the close. */
export const Inquiry = records(
  'inquiries',
  {
    _id: { community: String, number: Number },
    kind: oneOf(INQUIRY_KINDS),
    /** Encrypted (`inquiryText`); absent while a spoken one is not written down, and when the letter is no longer kept. */
    text: optional(encrypted('inquiryText')),
    spoken: optional(spoken),
    channel: oneOf(CHANNEL_NAMES),
    /** The address to which the answer goes, encrypted, and its `addressHmac(…)`; gone after a deletion, and when the letter is no longer kept. */
    address: optional(encrypted('inquiryAddress')),
    from: optional(String),
    resident: optional(String),
    at: Date,
    /** Who of the staff took it upon themselves: their `id` as an `Actor`, their name, when. */
    taken: optional({ who: String, by: String, at: Date }),
    /** `text` is encrypted; gone when the letter is no longer kept. */
    answer: optional({ text: optional(encrypted('inquiryAnswer')), by: String, at: Date }),
    /** The act's key: an act counts once. */
    key: String,
  },
  [
    index({ '_id.community': 1, '_id.number': -1 }, { unique: true }),
    // what waits in one community, and in many at once: it has no answer
    index({ '_id.community': 1, 'answer.at': 1, '_id.number': 1 }),
    index({ 'answer.at': 1, '_id.community': 1, at: 1 }),
    // what is no longer kept
    index({ '_id.community': 1, 'answer.at': 1 }, { partialFilterExpression: { 'answer.text': { $exists: true } } }),
    index({ '_id.community': 1, key: 1 }, { unique: true }),
    index({ '_id.community': 1, from: 1 }, { partialFilterExpression: { from: { $exists: true } } }),
    index({ '_id.community': 1, resident: 1 }, { partialFilterExpression: { resident: { $exists: true } } }),
    // what waits to be written down
    index(
      { '_id.community': 1, 'spoken.state': 1, at: 1, 'spoken.recording': 1 },
      { partialFilterExpression: { 'spoken.state': { $exists: true } } },
    ),
    index({ 'spoken.recording': 1 }, { partialFilterExpression: { 'spoken.recording': { $exists: true } } }),
  ],
);
export type InquiryRecord = RecordOf<typeof Inquiry>;

/** An inquiry as it comes in. */
export interface NewInquiry extends Omit<InquiryRecord, '_id' | 'text' | 'address' | 'from'> {
  readonly text: string;
  readonly address: string;
}

/** Writes an inquiry and gives its number in the community's inbox. If it was written before under its key, it gives that number. */
export function insertInquiry({ vault }: World, community: string, { text, address, ...inquiry }: NewInquiry): Promise<number> {
  const inquiries = collection(Inquiry);
  return numbered(
    async () => (await inquiries.findOne({ '_id.community': community }, { sort: { '_id.number': -1 }, projection: { _id: 1 } }))?._id.number,
    async (number) => {
      const _id = { community, number };
      const encrypted = { ...(text !== '' && { text: encryptedInquiry(vault, _id, text) }), address: encryptedInquiryAddress(vault, _id, address) };
      const from = addressHmac(vault, { community, channel: inquiry.channel, address });
      try {
        await inquiries.insertOne({ _id, ...inquiry, ...encrypted, from } satisfies InquiryRecord);
        return number;
      } catch (error) {
        const mine = isDuplicate(error) && (await inquiries.findOne({ '_id.community': community, key: inquiry.key }, { projection: { _id: 1 } }));
        if (mine) return mine._id.number;
        throw error;
      }
    },
  );
}

/** An inquiry by its number; null if there is none. */
export function findInquiry(community: string, number: number, session?: mongo.ClientSession): Promise<InquiryRecord | null> {
  return collection(Inquiry).findOne({ '_id.community': community, '_id.number': number }, { ...(session && { session }) });
}

/** What was spoken becomes an inquiry's text; gives false if there is no such inquiry (any more). */
export async function inquiryWrittenDown(
  vault: Vault,
  _id: InquiryRecord['_id'],
  text: string,
  spoken: Spoken,
  session: mongo.ClientSession,
): Promise<void> {
  await collection(Inquiry).updateOne({ _id }, { $set: { text: encryptedInquiry(vault, _id, text), spoken } }, { session });
}

/** The writer of an inquiry, as the log knows them: the resident's `_id` and the `addressHmac`, whatever is known. */
export function authorOf({ resident, from }: Pick<InquiryRecord, 'resident' | 'from'>): string[] {
  return [resident, from].filter((name) => name !== undefined);
}

/** Notes that the recording of an inquiry was lost before anybody wrote it down. */
export async function inquiryLost(_id: InquiryRecord['_id'], recording: string): Promise<void> {
  await collection(Inquiry).updateOne(
    { _id, 'spoken.recording': recording, 'spoken.state': 'beingWrittenDown' },
    { $set: { 'spoken.state': 'lost' } },
  );
}

/** Takes the sender off inquiries, and numbers out of what they wrote; gives how many inquiries it was. `from` is an `addressHmac`. */
export async function forgetInquiries(
  vault: Vault,
  at: Date,
  which: { '_id.community': string; from: string } | { '_id.community': string; resident: string },
): Promise<number> {
  const inquiries = await collection(Inquiry)
    .find(which, { projection: { text: 1, spoken: 1 } })
    .toArray();
  await endRecordings(at, inquiries);
  for (const inquiry of inquiries) {
    const { _id } = inquiry;
    const said = inquiryText(vault, inquiry);
    const masked = said && { $set: { text: encryptedInquiry(vault, _id, maskNumbers(said)) } };
    await collection(Inquiry).updateOne({ _id }, { ...(masked || {}), $unset: { address: 1, from: 1, resident: 1 } });
  }
  return inquiries.length;
}

/** Forgets the words of what was answered before a moment, and who wrote it; that it was, its kind and its days stay. */
export async function forgetAnswered(communities: readonly string[], before: Date): Promise<void> {
  await collection(Inquiry).updateMany(
    { '_id.community': { $in: [...communities] }, 'answer.at': { $lte: before }, 'answer.text': { $exists: true } },
    { $unset: { text: 1, address: 1, from: 1, resident: 1, 'answer.text': 1 } },
  );
}

type Id = InquiryRecord['_id'];

/** The text of an inquiry, decrypted; empty while a spoken one is not written down. */
export function inquiryText(vault: Vault, { _id, text }: Pick<InquiryRecord, '_id' | 'text'>): string {
  return textIfOurs(vault, 'inquiryText', nameOf(_id), text) ?? '';
}

/** A text, encrypted as an inquiry keeps it. */
export function encryptedInquiry(vault: Vault, _id: Id, text: string): Buffer {
  return vault.encrypt('inquiryText', nameOf(_id), text);
}

/** The text of the answer, decrypted; undefined if there is none, or none any more. */
export function answerText(vault: Vault, { _id, answer }: Pick<InquiryRecord, '_id' | 'answer'>): string | undefined {
  const { text } = answer ?? {};
  return textIfOurs(vault, 'inquiryAnswer', nameOf(_id), text);
}

/** The text of an answer, encrypted as `answer` keeps it. */
export function encryptedAnswer(vault: Vault, _id: Id, text: string): Buffer {
  return vault.encrypt('inquiryAnswer', nameOf(_id), text);
}

/** The address to which the answer goes, decrypted; undefined after a deletion. */
export function inquiryAddress(vault: Vault, { _id, address }: Pick<InquiryRecord, '_id' | 'address'>): string | undefined {
  return textIfOurs(vault, 'inquiryAddress', nameOf(_id), address);
}

function encryptedInquiryAddress(vault: Vault, _id: Id, address: string): Buffer {
  return vault.encrypt('inquiryAddress', nameOf(_id), address);
}

function nameOf({ community, number }: Id): string {
  return `${community}|${number}`;
}
