import { model, Schema } from 'mongoose';
import { collection } from '../../store/collection.ts';
import { encrypted } from '../../store/encryptedFields.ts';
import { maskNumbers } from '../../store/text.ts';
import type { Vault } from '../../store/vault.ts';
import { DAY_MS } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';

/** A message that was not understood, so that wordings and answers can be added. Nothing tells who wrote it; who wrote the same on the same day is only counted. */
export interface MissRecord {
  /** `vault.hmac('miss', community, day, text)`. */
  _id: string;
  community: string;
  /** The day (UTC), never the hour. */
  day: Date;
  /** Without numbers, encrypted. */
  text: Buffer;
  count: number;
}

const schema = new Schema<MissRecord>(
  {
    _id: { type: String, required: true },
    community: { type: String, required: true },
    day: { type: Date, required: true },
    text: { ...encrypted('missText'), required: true },
    count: { type: Number, required: true },
  },
  { strict: 'throw', versionKey: false, collection: 'misses' },
);
schema.index({ community: 1, day: 1 });
schema.index({ day: 1 });

export const Miss = model<MissRecord>('Miss', schema);

/** For how many days a miss is kept. */
export const MISSES_DAYS = 30;
/** Characters; a longer text is cut. */
const LONGEST = 120;
const DIGITS = /[0-9０-９]/gu;
/** Digits in words: a number that is spelt out has no word of fewer. */
const SPELT = /[〇零一二三四五六七八九幺两]{3,}/gu;

/** A text without its numbers, whatever they are, and with the length that is kept; undefined if no word is left. */
export function withoutNumbers(text: string): string | undefined {
  const masked = maskNumbers(text)
    .replace(DIGITS, '*')
    .replace(SPELT, (run) => '*'.repeat(run.length))
    .replace(/\s+/g, ' ')
    .trim();
  return /\p{L}/u.test(masked) ? [...masked].slice(0, LONGEST).join('') : undefined;
}

/** A text that was missed, as its record is made: only once for each day. */
export function missRecord(vault: Vault, community: string, day: Date, text: string): Omit<MissRecord, 'count'> {
  const _id = vault.hmac('miss', community, day.toISOString(), text);
  return { _id, community, day, text: vault.encrypt('missText', _id, text) };
}

/** A text that was missed, and how often in the last thirty days. */
export interface Missed {
  readonly text: string;
  readonly count: number;
}

/** What a community's residents wrote in the last thirty days and was not understood, the most frequent first. */
export async function readMisses({ vault, now }: Pick<World, 'vault' | 'now'>, community: string): Promise<Missed[]> {
  const found = await collection(Miss)
    .find({ community, day: { $gt: keptSince(now()) } }, { promoteBuffers: true })
    .toArray();
  const counts = new Map<string, number>();
  for (const { _id, text, count } of found) {
    const plain = vault.decrypt('missText', _id, text);
    counts.set(plain, (counts.get(plain) ?? 0) + count);
  }
  return [...counts]
    .map(([text, count]) => ({ text, count }))
    .toSorted((one, other) => other.count - one.count || one.text.localeCompare(other.text));
}

/** Deletes the misses that are older than thirty days. */
export async function forgetMisses(now: Date): Promise<void> {
  await collection(Miss).deleteMany({ day: { $lte: keptSince(now) } });
}

function keptSince(now: Date): Date {
  return new Date(now.getTime() - (MISSES_DAYS + 1) * DAY_MS);
}
