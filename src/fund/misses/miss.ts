import type { mongo } from 'mongoose';
import { wholeDay } from '../../contacts/addressBook.ts';
import { boundedMap } from '../../store/cache.ts';
import { collection } from '../../store/collection.ts';
import { groupCommit, updateEach } from '../../store/groupCommit.ts';
import { underway } from '../../store/pauses.ts';
import { encrypted, index, optional, type RecordOf, records } from '../../store/records.ts';
import { maskNumbers } from '../../store/text.ts';
import { textIfOurs } from '../../store/unlessForged.ts';
import type { Vault } from '../../store/vault.ts';
import { DAY_MS } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';

/** A message that was not understood, so that wordings and answers can be added. Nothing tells who wrote it; who wrote the same on the same day is only counted. */
export const Miss = records(
  'misses',
  {
    /** `vault.hmac('miss', community, day, text)`; `missKey` once somebody at the desk has said what was meant. */
    _id: String,
    community: String,
    /** The day (UTC), never the hour; of what was meant, when that was said. */
    day: Date,
    /** Without numbers, encrypted; without names, too, once it was said what was meant. */
    text: encrypted('missText'),
    count: Number,
    /** What was meant (`sayMeant`): a kind of the dialog, or what is none. */
    kind: optional(String),
    /** Of the community's own answer that was meant, its first wording. */
    asks: optional(String),
  },
  [index({ community: 1, day: 1 }), index({ day: 1 })],
);
type MissRecord = RecordOf<typeof Miss>;

/** For how many days a miss is kept, and what was meant by one: until it is learnt. */
export const MISSES_DAYS = 30;
const MEANT_DAYS = 365;
/** Characters; a longer text is cut. */
const MAX_CHARS = 120;
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
  return /\p{L}/u.test(masked) ? [...masked].slice(0, MAX_CHARS).join('') : undefined;
}

/** A text that was missed, and how often in the last thirty days. */
export interface Missed {
  readonly text: string;
  readonly count: number;
}

/** What a community's residents wrote in the last thirty days and was not understood, the most frequent first. It has not been said yet what was meant. */
export async function readMisses({ vault, now }: Pick<World, 'vault' | 'now'>, community: string, session?: mongo.ClientSession): Promise<Missed[]> {
  const found = await collection(Miss)
    .find({ community }, { promoteBuffers: true, ...(session && { session }) })
    .toArray();
  const said = new Set(found.flatMap(({ _id, kind }) => (kind === undefined ? [] : [_id])));
  const counts = new Map<string, number>();
  for (const { _id, day, text, count, kind } of found) {
    if (kind !== undefined || day <= keptSince(now())) continue;
    const plain = textIfOurs(vault, 'missText', _id, text);
    if (plain !== undefined && !said.has(missKey(vault, community, plain))) counts.set(plain, (counts.get(plain) ?? 0) + count);
  }
  return [...counts]
    .map(([text, count]) => ({ text, count }))
    .toSorted((one, other) => other.count - one.count || one.text.localeCompare(other.text));
}

/** The records of a text that was missed on these days. */
export function missIds(vault: Vault, community: string, days: readonly Date[], text: string): string[] {
  return days.map((day) => vault.hmac('miss', community, day.toISOString(), text));
}

/** Names a text that was missed, on whatever day. */
export function missKey(vault: Vault, community: string, text: string): string {
  return vault.hmac('miss', community, 'meant', text);
}

/** Deletes the misses that are older than thirty days, and what was meant after a year. */
export async function forgetMisses(now: Date): Promise<void> {
  await collection(Miss).deleteMany({ kind: { $exists: false }, day: { $lte: keptSince(now) } });
  await collection(Miss).deleteMany({ kind: { $exists: true }, day: { $lte: keptSince(now, MEANT_DAYS) } });
}

function keptSince(now: Date, days = MISSES_DAYS): Date {
  return new Date(now.getTime() - (days + 1) * DAY_MS);
}

/** A message that was not understood. `sender` is any name for the writer: it is counted in memory and never stored. */
interface NewMiss {
  readonly community: string;
  readonly sender: string;
  readonly at: Date;
  readonly text: string;
}

/** How many texts of one sender, and how many of a community, are kept a day. */
export const MOST_OF_ONE = 5;
export const MOST_A_DAY = 300;
const MOST_SENDERS = 50_000;
/** What waits to be written; more is dropped. */
const MOST_WAITING = 1_000;
/** Nobody waits for what is kept: it is written after so long, in milliseconds, with all that came meanwhile. Written at once, it cost a conversation a fifth of its CPU. */
const REST_MS = 1_000;

/**
 * Keeps what was not understood, beside the turns: it returns at once, many are written together, and what cannot be written is dropped and reported.
 * One sender cannot fill what is kept, and neither can many.
 */
export function keepMisses({ vault }: Pick<World, 'vault'>, report: (error: unknown) => void): Misses {
  const senders = boundedMap<string, number>(MOST_SENDERS);
  const write = groupCommit((misses: readonly Kept[]) => writeAll(vault, misses), REST_MS);
  const waiting = underway();
  return { keep, written: waiting.ended };

  function keep({ community, sender, at, text }: NewMiss): void {
    const day = wholeDay(at);
    const name = `${day.getTime()} ${sender}`;
    const kept = senders.get(name) ?? 0;
    const plain = withoutNumbers(text);
    if (plain === undefined || kept >= MOST_OF_ONE || waiting.size >= MOST_WAITING) return;
    senders.set(name, kept + 1);
    const [_id = ''] = missIds(vault, community, [day], plain);
    void waiting.add(write({ _id, community, day, plain }).catch(report));
  }
}

interface Misses {
  keep(miss: NewMiss): void;
  /** Resolves once everything is written, or given up. */
  written(): Promise<void>;
}

/** A text that was missed; its `_id` is the same for the same text on the same day. */
interface Kept extends Pick<MissRecord, '_id' | 'community' | 'day'> {
  readonly plain: string;
}

async function writeAll(vault: Vault, misses: readonly Kept[]): Promise<undefined[]> {
  const counts = new Map<string, number>();
  for (const { _id } of misses) counts.set(_id, (counts.get(_id) ?? 0) + 1);
  const texts = [...new Map(misses.map((miss) => [miss._id, miss])).values()];
  const days = new Map(texts.map(({ community, day }) => [`${community} ${day.getTime()}`, { community, day }]));
  for (const { community, day } of days.values()) {
    const here = texts.filter((miss) => miss.community === community && miss.day.getTime() === day.getTime());
    const room = MOST_A_DAY - (await collection(Miss).countDocuments({ community, day }, { limit: MOST_A_DAY }));
    const statements = here.map(({ _id, plain }, place) => ({
      q: { community, _id },
      u: { $inc: { count: counts.get(_id) ?? 1 }, $setOnInsert: { day, text: vault.encrypt('missText', _id, plain) } },
      ...(place < room && { upsert: true as const }),
    }));
    await updateEach(Miss, statements, { w: 1 }); // it does no harm if one is lost
  }
  return misses.map(() => undefined);
}
