import type { Inbound } from './input.ts';

/** What came from an address lately. With it, a delivery that comes again does nothing, and a flood is noticed. */
export interface Recent {
  /**
   * The last `MESSAGES` messages and starts of calls in the last 24 hours, oldest first. Each takes `WIDTH` characters: the beginning of
   * its key and the second in which it came.
   */
  readonly seen: string;
  /** The same for the last `STEPS` further steps of calls. Calls know by themselves which of their steps are past. */
  readonly steps?: string;
  readonly flood?: Flood;
  /** When the last turn's message came, in milliseconds since the epoch. The unencrypted `at` has only the hour. */
  readonly at?: number;
  /** The last messages of a day that no command took, oldest first: for the person who calls back. Gone once they were passed on, or were not to be. */
  readonly words?: readonly Words[];
}

/** What somebody wrote, cut to a few words, and the second in which it came. */
export interface Words {
  readonly text: string;
  readonly second: number;
}

/** More than thirty messages came in ten minutes: for an hour only some kinds of messages are taken. */
export interface Flood {
  /** The second in which it ends. */
  readonly until: number;
  /** How many messages were answered since, without the notice. */
  readonly answers: number;
  /** How many of these answers went to messages that do not defend the owner. */
  readonly others: number;
  /** The notice was sent. */
  readonly told?: true;
}

const DAY = 24 * 60 * 60;
/** More than an address can send in a day without a flood and what is taken during one. */
const MESSAGES = 5_000;
const STEPS = 200;
/** 72 bits of a key, and the second in base 36. */
const KEY = 12;
const SECOND = 6;
const WIDTH = KEY + SECOND;
/** Of the words that are kept: how many messages, and how many characters in all. */
const MOST_MESSAGES = 3;
const MOST_CHARACTERS = 200;

export const NOTHING_YET: Recent = { seen: '' };

/** Whether this delivery was taken before. */
export function seenBefore({ seen, steps = '' }: Recent, key: string): boolean {
  return has(seen, short(key)) || has(steps, short(key));
}

/** Whether the owner of this address has said nothing here yet: what came are steps of a call that was cut off. */
export function onlySteps({ seen, steps = '' }: Recent): boolean {
  return steps !== '' && seen === '';
}

/** The second in which the message came that is the nth from the end; undefined if there are fewer. */
export function secondOfLast({ seen }: Recent, nth: number): number | undefined {
  const at = seen.length - nth * WIDTH;
  return at >= 0 ? secondAt(seen, at) : undefined;
}

/** The words that are kept, with those of one more message at their end, if there is one. */
export function lastWords({ words = [] }: Recent, at: Date, text?: string): readonly Words[] {
  const second = seconds(at);
  const all = [...words.filter((one) => one.second > second - DAY), ...(text ? [{ text, second }] : [])].slice(-MOST_MESSAGES);
  let left = MOST_CHARACTERS;
  const cut = all.toReversed().flatMap((one) => {
    const text = [...one.text].slice(0, left).join('');
    left -= [...text].length;
    return text ? { ...one, text } : [];
  });
  return cut.toReversed();
}

/** With this delivery added. `flood` is the one that the address is in now, `words` are those kept, as they are after this delivery. */
export function remember(
  { seen, steps, flood: before }: Recent,
  { key, at, isContinued }: Pick<Inbound, 'key' | 'at' | 'isContinued'>,
  { flood, words = [] }: { flood?: Flood; words?: readonly Words[] } = {},
): Recent {
  const second = seconds(at);
  const fresh = seen.slice(expired(seen, second - DAY));
  const one = short(key) + second.toString(36).padStart(SECOND, '0');
  const all = isContinued ? { seen: fresh, steps: last((steps ?? '') + one, STEPS) } : { seen: last(fresh + one, MESSAGES), steps };
  const still = flood ?? (before && second < before.until ? before : undefined);
  return {
    seen: all.seen,
    ...(all.steps && { steps: all.steps }),
    ...(still && { flood: still }),
    at: at.getTime(),
    ...(words.length > 0 && { words }),
  };
}

function has(all: string, key: string): boolean {
  for (let at = all.indexOf(key); at >= 0; at = all.indexOf(key, at + 1)) if (at % WIDTH === 0) return true;
  return false;
}

/** Where the entries that came after this second begin. */
function expired(all: string, second: number): number {
  let at = 0;
  while (at < all.length && secondAt(all, at) <= second) at += WIDTH;
  return at;
}

function last(all: string, most: number): string {
  return all.slice(Math.max(0, all.length - most * WIDTH));
}

function secondAt(all: string, at: number): number {
  return Number.parseInt(all.slice(at + KEY, at + WIDTH), 36);
}

function short(key: string): string {
  return key.slice(0, KEY).padEnd(KEY);
}

/** Whole seconds since the epoch. */
export function seconds(at: Date): number {
  return Math.floor(at.getTime() / 1000);
}
