import { model, Schema } from 'mongoose';
import { CHANNELS, type Channel } from '../../contacts/act.ts';
import { addressHmac } from '../../contacts/contact.ts';
import { native } from '../../store/collection.ts';
import { isDuplicate, numbered } from '../../store/databaseErrors.ts';
import { maskNumbers } from '../../store/text.ts';
import type { Vault } from '../../store/vault.ts';
import type { World } from '../../store/world.ts';
import { endRecordings, type Spoken, spokenFields } from './recording.ts';

export const LETTER_KINDS = ['question', 'complaint', 'call', 'notMe'] as const;
export type LetterKind = (typeof LETTER_KINDS)[number];

/** What lies in a community's inbox for a person to answer: questions, complaints, people to call, reports after the close. */
export interface LetterRecord {
  _id: { community: string; number: number };
  kind: LetterKind;
  /** Encrypted (`letterText`); none while a spoken one is not written down. */
  text?: Buffer;
  spoken?: Spoken;
  channel: Channel;
  /** Where the answer goes, encrypted, and `addressHmac(…)` of it; gone after a deletion. */
  address?: Buffer;
  from?: string;
  resident?: string;
  at: Date;
  /** `text` encrypted. */
  answer?: { text: Buffer; by: string; at: Date };
  /** Counts once: the act's key. */
  key: string;
}

const schema = new Schema<LetterRecord>(
  {
    _id: {
      type: new Schema({ community: { type: String, required: true }, number: { type: Number, required: true } }, { _id: false }),
      required: true,
    },
    kind: { type: String, enum: LETTER_KINDS, required: true },
    text: Buffer,
    spoken: spokenFields,
    channel: { type: String, enum: CHANNELS, required: true },
    address: Buffer,
    from: String,
    resident: String,
    at: { type: Date, required: true },
    answer: { type: { text: Buffer, by: String, at: Date }, _id: false },
    key: { type: String, required: true },
  },
  { strict: 'throw', versionKey: false, collection: 'letters' },
);
schema.index({ '_id.community': 1, '_id.number': -1 }, { unique: true });
schema.index({ key: 1 }, { unique: true });
schema.index({ from: 1 }, { partialFilterExpression: { from: { $exists: true } } });
schema.index({ '_id.community': 1, resident: 1 }, { partialFilterExpression: { resident: { $exists: true } } });
schema.index({ 'spoken.recording': 1 }, { partialFilterExpression: { 'spoken.recording': { $exists: true } } });

export const Letter = model<LetterRecord>('Letter', schema);

/** A letter as it comes in. */
export interface NewLetter extends Omit<LetterRecord, '_id' | 'text' | 'address' | 'from'> {
  readonly text: string;
  readonly address: string;
}

/** Gives the letter its number in the community's inbox; written before under its key, that one's. */
export function insertLetter({ vault }: World, community: string, { text, address, ...letter }: NewLetter): Promise<number> {
  const letters = native(Letter);
  return numbered(
    async () => (await letters.findOne({ '_id.community': community }, { sort: { '_id.number': -1 }, projection: { _id: 1 } }))?._id.number,
    async (number) => {
      const _id = { community, number };
      const encrypted = { ...(text !== '' && { text: encryptedLetter(vault, _id, text) }), address: encryptedLetterAddress(vault, _id, address) };
      const from = addressHmac(vault, { community, channel: letter.channel, address });
      try {
        await letters.insertOne({ _id, ...letter, ...encrypted, from } satisfies LetterRecord);
        return number;
      } catch (error) {
        const mine = isDuplicate(error) && (await letters.findOne({ key: letter.key }, { projection: { _id: 1 } }));
        if (mine) return mine._id.number;
        throw error;
      }
    },
  );
}

/** What was spoken becomes a letter's text. */
export async function letterWrittenDown(vault: Vault, _id: LetterRecord['_id'], text: string, spoken: Spoken): Promise<void> {
  await native(Letter).updateOne({ _id }, { $set: { text: encryptedLetter(vault, _id, text), spoken } });
}

/** The recording of a letter is lost before anybody wrote it down. */
export async function letterLost(_id: LetterRecord['_id'], recording: string): Promise<void> {
  await native(Letter).updateOne({ _id, 'spoken.recording': recording, 'spoken.state': 'beingWrittenDown' }, { $set: { 'spoken.state': 'lost' } });
}

/** Takes the sender off letters, and the numbers out of what they wrote; gives how many letters it was. `from` is an `addressHmac`. */
export async function forgetLetters(
  vault: Vault,
  at: Date,
  which: { from: string } | { '_id.community': string; resident: string },
): Promise<number> {
  const letters = await native(Letter)
    .find(which, { projection: { text: 1, spoken: 1 } })
    .toArray();
  await endRecordings(at, letters);
  for (const letter of letters) {
    const { _id } = letter;
    const text = encryptedLetter(vault, _id, maskNumbers(letterText(vault, letter)));
    await native(Letter).updateOne({ _id }, { $set: { text }, $unset: { address: 1, from: 1, resident: 1 } });
  }
  return letters.length;
}

type Id = LetterRecord['_id'];

/** What somebody wrote; empty while a spoken one is not written down. */
export function letterText(vault: Vault, { _id, text }: Pick<LetterRecord, '_id' | 'text'>): string {
  return text ? vault.decrypt('letterText', nameOf(_id), text) : '';
}

function encryptedLetter(vault: Vault, _id: Id, text: string): Buffer {
  return vault.encrypt('letterText', nameOf(_id), text);
}

/** What was answered. */
export function answerText(vault: Vault, { _id, answer }: Pick<LetterRecord, '_id' | 'answer'>): string | undefined {
  return answer && vault.decrypt('letterAnswer', nameOf(_id), answer.text);
}

export function encryptedAnswer(vault: Vault, _id: Id, text: string): Buffer {
  return vault.encrypt('letterAnswer', nameOf(_id), text);
}

/** Where the answer goes; none after a deletion. */
export function letterAddress(vault: Vault, { _id, address }: Pick<LetterRecord, '_id' | 'address'>): string | undefined {
  return address && vault.decrypt('letterAddress', nameOf(_id), address);
}

function encryptedLetterAddress(vault: Vault, _id: Id, address: string): Buffer {
  return vault.encrypt('letterAddress', nameOf(_id), address);
}

function nameOf({ community, number }: Id): string {
  return `${community}|${number}`;
}
