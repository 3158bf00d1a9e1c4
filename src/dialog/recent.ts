import type { Command, CommandName } from './command.ts';
import type { Catalogue } from './flow.ts';
import type { Inbound } from './input.ts';
import type { OpenFlow } from './openFlow.ts';
import type { Talk } from './talk.ts';
import type { Meaning } from './understand/commandIn.ts';

/** What came from an address lately. With it, a delivery that comes again does nothing, and a flood is noticed. */
export interface Recent {
  /**
   * The last `MESSAGES` messages and starts of calls in the last 24 hours, oldest first. Each takes `WIDTH` characters: the beginning of
   * its key and the second in which it came.
   */
  readonly seen: string;
  /** The last `STEPS` further steps of calls, each as in `seen`. Calls know by themselves which of their steps are past. */
  readonly steps?: string;
  readonly flood?: Flood;
  /** When the last turn's message came, in milliseconds since the epoch. The unencrypted `at` has only the hour. */
  readonly at?: number;
  /** The last messages of a day that no command took, oldest first: for the person who calls back. Gone once they were passed on, or were not to be. */
  readonly words?: readonly Words[];
  /** What was talked of last. */
  readonly talk?: Talk;
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
function secondOfLast({ seen }: Recent, nth: number): number | undefined {
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
  { flood, words = [], talk }: { flood?: Flood; words?: readonly Words[]; talk?: Talk } = {},
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
    ...((talk?.picks || talk?.topic || talk?.missed) && { talk }),
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
function seconds(at: Date): number {
  return Math.floor(at.getTime() / 1000);
}

/** What is done with a message from an address that sends too much. */
interface InFlood {
  readonly isTaken: boolean;
  /** It is done, but no longer answered. */
  readonly isUnsaid: boolean;
  /** The flood after this message. */
  readonly after: Flood;
}

const MAX_TURNS = 30;
const WITHIN = 10 * 60;
const HOUR = 60 * 60;
/** How many answers an address gets during a flood, and how many of them to messages that do not defend its owner. */
const MOST_ANSWERS = 20;
const MOST_OTHERS = 10;
/** Commands by which owners defend themselves if somebody else writes in their name. Half of the answers are reserved for them. */
const DEFENCE: ReadonlySet<CommandName> = new Set(['disownBallot', 'delete', 'person']);
const TAKEN: ReadonlySet<CommandName> = new Set([...DEFENCE, 'stop', 'start', 'receipt', 'requestMembership', 'identify']);

/** The flood that an address is in, or that this message starts; undefined if there is none. */
export function floodAt(recent: Recent, at: Date): Flood | undefined {
  const second = seconds(at);
  if (recent.flood && second < recent.flood.until) return recent.flood;
  const since = secondOfLast(recent, MAX_TURNS);
  return since !== undefined && since > second - WITHIN ? { until: second + HOUR, answers: 0, others: 0 } : undefined;
}

/** A flood without an answer left: what needs none is still done. */
export function unanswered(flood: Flood | undefined): Flood {
  return { until: flood?.until ?? 0, answers: MOST_ANSWERS, others: MOST_OTHERS, told: true };
}

/**
 * What is done with a message during a flood, ballots aside. A sender can be forged, so commands that help the number's owner are still
 * taken, and so are answers to what these commands asked. When all answers are used up, only commands that change something without a
 * question are taken. `meaning` is undefined if a channel understood the message itself.
 */
export function acceptedInFlood(flood: Flood, meaning: Meaning | undefined, open: OpenFlow | undefined, catalogue: Catalogue): InFlood {
  const defends = meaning !== undefined && isDefence(meaning, open, catalogue);
  const isUnsaid = isSpent(flood, defends);
  const isTaken = meaning !== undefined && isOfUse(meaning, open, catalogue) && (!isUnsaid || isDoneUnsaid(meaning));
  return { isTaken, isUnsaid, after: isUnsaid ? flood : oneMoreAnswer(flood, defends) };
}

/** Whether a flooded address has got all its answers to a message of this kind. */
function isSpent({ answers, others }: Flood, defends: boolean): boolean {
  return answers >= MOST_ANSWERS || (!defends && others >= MOST_OTHERS);
}

function oneMoreAnswer(flood: Flood, defends: boolean): Flood {
  return { ...flood, answers: flood.answers + 1, others: flood.others + (defends ? 0 : 1) };
}

/** Whether a message defends the owner. A card counts too, if it is asked for on the way to such a command. */
function isDefence(meaning: Meaning, open: OpenFlow | undefined, catalogue: Catalogue): boolean {
  if (meaning.kind === 'command') return DEFENCE.has(meaning.command.name);
  if (meaning.kind !== 'answer' || !open) return false;
  const { commands = [] } = (open.flowTarget && catalogue[open.flowTarget.flow]) ?? {};
  return catalogue[open.flow]?.role === 'prove' || commands.some((name) => DEFENCE.has(name));
}

function isOfUse(meaning: Meaning, open: OpenFlow | undefined, catalogue: Catalogue): boolean {
  if (meaning.kind === 'command') return TAKEN.has(meaning.command.name);
  if (meaning.kind !== 'answer' || !open) return false;
  const { role, commands = [] } = catalogue[open.flow] ?? {};
  return role === 'prove' || commands.some((name) => TAKEN.has(name));
}

function isDoneUnsaid(meaning: Meaning): boolean {
  if (meaning.kind === 'command') return asksNothing(meaning.command);
  return meaning.kind === 'answer' && (meaning.answer.type === 'CODE' || meaning.answer.type === 'FREE_TEXT');
}

function asksNothing({ name, text, card }: Command): boolean {
  if (name === 'requestMembership') return text !== undefined;
  if (name === 'identify') return card !== undefined;
  return name === 'stop' || name === 'start' || name === 'person';
}
