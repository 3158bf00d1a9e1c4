import type { Command, CommandName } from './command.ts';
import type { Catalogue } from './flow.ts';
import type { Inbound } from './input.ts';
import type { OpenFlow } from './openFlow.ts';
import type { Option, Reply } from './question.ts';
import type { Meaning } from './understand/commandIn.ts';

/** What came from an address lately, so that a delivery that comes again does nothing and a flood is noticed. */
export interface Recent {
  /** Of the last 24 hours, the last `MESSAGES` messages and beginnings of calls, oldest first: of each `WIDTH` characters, the beginning of its key and the second it came in. */
  readonly seen: string;
  /** The same of the last `STEPS` further steps of calls, which know by themselves which of them are past. */
  readonly steps?: string;
  readonly flood?: Flood;
  /** When the last turn's message came, in milliseconds since the epoch: in the clear beside it is only the hour. */
  readonly at?: number;
}

/** More than thirty messages came in ten minutes: for an hour only some kinds are taken. */
export interface Flood {
  /** The second at which it is over. */
  readonly until: number;
  /** How many were answered since, the notice aside. */
  readonly answers: number;
  /** How many of these went to something else than the owner's defence. */
  readonly others: number;
  /** The notice was said. */
  readonly told?: true;
}

/** What was answered to a delivery. */
export interface Answered extends Kept {
  readonly key: string;
}

/** An answer as it is kept, so that the same delivery gets the same. Never what was picked: the picks are in the ledger under the turn's key. */
export interface Kept {
  /** The turn that gave this answer first, where this one only said it again: the picks are found under its key. */
  readonly first?: string;
  /** It was kept while its ballot was still under way: it holds only where that is in the ledger. */
  readonly casts?: true;
  /** The address had had all its answers. */
  readonly isUnsaid?: true;
  readonly reply: Reply;
  readonly language: string;
}

const DAY = 24 * 60 * 60;
const MOST = 30;
const WITHIN = 10 * 60;
const HOUR = 60 * 60;
/** So many answers an address gets while it is flooded, and so many of them to something else than its owner's defence. */
const MOST_ANSWERS = 20;
const MOST_OTHERS = 10;
/** More than an address can send in a day without being flooded, and what is taken of it then. */
const MESSAGES = 5_000;
const STEPS = 200;
/** 72 bits of a key, and the second with base 36. */
const KEY = 12;
const SECOND = 6;
const WIDTH = KEY + SECOND;

export const NOTHING_YET: Recent = { seen: '' };

/** Whether this delivery was taken before. */
export function seenBefore({ seen, steps = '' }: Recent, key: string): boolean {
  return has(seen, short(key)) || has(steps, short(key));
}

/** The flood that an address is in, or that this message begins. */
export function floodAt({ seen, flood }: Recent, at: Date): Flood | undefined {
  const second = seconds(at);
  if (flood && second < flood.until) return flood;
  const thirtieth = seen.length - MOST * WIDTH;
  return thirtieth >= 0 && secondAt(seen, thirtieth) > second - WITHIN ? { until: second + HOUR, answers: 0, others: 0 } : undefined;
}

/** Whether a flooded address has had all its answers to a message that defends its owner, or to another. */
function isSpent({ answers, others }: Flood, defends: boolean): boolean {
  return answers >= MOST_ANSWERS || (!defends && others >= MOST_OTHERS);
}

/** The flood after one more answer. */
function oneMoreAnswer(flood: Flood, defends: boolean): Flood {
  return { ...flood, answers: flood.answers + 1, others: flood.others + (defends ? 0 : 1) };
}

/** Whether whose address it is has said nothing here yet: what came belongs to a call of theirs that was cut off. */
export function onlySteps({ seen, steps = '' }: Recent): boolean {
  return steps !== '' && seen === '';
}

/** With this delivery added; `flood`: the one that the address is in now, as it stands after it. */
export function remember(
  { seen, steps, flood: before }: Recent,
  { key, at, isContinued }: Pick<Inbound, 'key' | 'at' | 'isContinued'>,
  flood?: Flood,
): Recent {
  const second = seconds(at);
  const fresh = seen.slice(expired(seen, second - DAY));
  const one = short(key) + second.toString(36).padStart(SECOND, '0');
  const all = isContinued ? { seen: fresh, steps: last((steps ?? '') + one, STEPS) } : { seen: last(fresh + one, MESSAGES), steps };
  const still = flood ?? (before && second < before.until ? before : undefined);
  return { seen: all.seen, ...(all.steps && { steps: all.steps }), ...(still && { flood: still }), at: at.getTime() };
}

/** An answer as it may be kept. */
export function withoutPicks({ reply: { says, asks, ...reply }, ...answered }: Kept): Kept {
  const strip = <Said extends Reply['says'][number]>(said: Said): Said =>
    said.params?.picks ? { ...said, params: { ...said.params, picks: null } } : said;
  const whole = says.filter(({ params }) => !params?.isPart); // a part of what was picked is found nowhere
  return { ...answered, reply: { ...reply, says: whole.map(strip), ...(asks && { asks: strip(asks) }) } };
}

function has(all: string, key: string): boolean {
  for (let at = all.indexOf(key); at >= 0; at = all.indexOf(key, at + 1)) if (at % WIDTH === 0) return true;
  return false;
}

/** Where what came after this second begins. */
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

function seconds(at: Date): number {
  return Math.floor(at.getTime() / 1000);
}

export interface WhereToLook {
  /** What was picked under a turn's key, null where no ballot was cast under it. */
  readonly picksOf: (key: string) => Promise<readonly Option[] | null>;
  /** What is open, for what was only asked about. */
  readonly asked?: Reply['asks'];
  /** What a channel read back by itself. */
  readonly readBack?: readonly Option[];
}

/** An answer as it was given, with the picks looked up where it named some, for those are not kept; undefined where they are not found. */
export async function repeatedReply({ picksOf, asked, readBack }: WhereToLook, { key, first = key, reply }: Answered): Promise<Reply | undefined> {
  if (!namesPicks(reply)) return reply;
  const picks = (await picksOf(first)) ?? readBack ?? asked?.params?.picks;
  return picks ? withPicks(reply, picks) : undefined;
}

function namesPicks({ says, asks }: Reply): boolean {
  return [...says, ...(asks ? [asks] : [])].some(({ params }) => params?.picks === null);
}

function withPicks({ says, asks, ...reply }: Reply, picks: NonNullable<Reply['says'][number]['params']>[string]): Reply {
  const fill = <Said extends Reply['says'][number]>(said: Said): Said =>
    said.params?.picks === null ? { ...said, params: { ...said.params, picks } } : said;
  return { ...reply, says: says.map(fill), ...(asks && { asks: fill(asks) }) };
}

/** What a message comes to from an address that sends too much. */
export interface InFlood {
  readonly isTaken: boolean;
  /** What is done is not answered any more. */
  readonly isUnsaid: boolean;
  /** The flood once this message is done. */
  readonly after: Flood;
}

/** With these somebody in whose name others write defends themselves: half of the answers are kept for them. */
const DEFENCE: ReadonlySet<CommandName> = new Set(['disownBallot', 'delete', 'person']);
const TAKEN: ReadonlySet<CommandName> = new Set([...DEFENCE, 'stop', 'start', 'receipt', 'requestMembership', 'identify']);

/**
 * What a message comes to in a flood, ballots aside. A sender can be forged: what is of use to the number's owner is taken in a flood, too, and
 * what these commands asked may be answered; once the answers are spent, what changes something without asking back. `meaning`: undefined where a
 * channel understood it itself.
 */
export function acceptedInFlood(flood: Flood, meaning: Meaning | undefined, open: OpenFlow | undefined, catalogue: Catalogue): InFlood {
  const defends = meaning !== undefined && isDefence(meaning, open, catalogue);
  const isUnsaid = isSpent(flood, defends);
  const isTaken = meaning !== undefined && isOfUse(meaning, open, catalogue) && (!isUnsaid || isDoneUnsaid(meaning));
  return { isTaken, isUnsaid, after: isUnsaid ? flood : oneMoreAnswer(flood, defends) };
}

/** A card counts, too, where it is asked for on the way to leaving. */
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
