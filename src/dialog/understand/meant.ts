import { COMMANDS, type CommandName, INTENTS } from '../command.ts';
import type { Meaning } from './commandIn.ts';
import type { Kind, Scored } from './intentBook.ts';
import type { Mentions } from './mentions.ts';
import { TOLD, weight } from './said.ts';

/** What is done for a kind that a message is like: an intent is answered, a command is done or asked about. */
export function meant({ kind, likeness, closest }: Scored, { all }: Mentions, mayStop: boolean): Meaning | undefined {
  const intent = INTENTS.find((each) => each === kind);
  if (intent) return { kind: 'intent', intent, numbers: ABOUT_PROJECTS.has(intent) ? [...all] : [] };
  const name = COMMANDS.find((each) => each === kind);
  if (!name) return undefined;
  if (LANGUAGES.has(kind) && likeness < LANGUAGE) return undefined;
  const isAtOnce = AT_ONCE.has(kind) || (IF_CERTAIN.has(kind) && closest >= CERTAIN && mayStop);
  return { kind: isAtOnce ? 'command' : 'near', command: commandOf(name, all) };
}

function commandOf(name: CommandName, all: readonly number[]) {
  const [number] = all;
  return name === 'projects' && number !== undefined ? { name, numbers: [number] } : { name };
}

/** So like one wording alone it must be for what changes something to be done without a question. */
const CERTAIN = 0.76;

/** Kinds that are answered for the projects which a message names. */
export const ABOUT_PROJECTS: ReadonlySet<Kind> = new Set<Kind>(['built', 'cost', 'where']);
/** Commands that only show something, and those that a wrong guess does not harm. */
export const AT_ONCE: ReadonlySet<Kind> = new Set<Kind>([
  'vote',
  'projects',
  'progress',
  'receipt',
  'repeat',
  'menu',
  'help',
  'english',
  'mandarin',
  'sichuan',
]);
export const LANGUAGES: ReadonlySet<Kind> = new Set<Kind>(['english', 'mandarin', 'sichuan']);
const LANGUAGE = 0.6;

/** Whether it is answered with a fact, at once. */
export function isFact(kind: Kind): boolean {
  return kind !== 'manners' && !LANGUAGES.has(kind) && (AT_ONCE.has(kind) || INTENTS.some((intent) => intent === kind));
}

/** Done at once only if it is so like one wording. */
export const IF_CERTAIN: ReadonlySet<Kind> = new Set<Kind>(['stop', 'person']);

/** What is answered and records nothing. Thanks in one clause say nothing of the others. */
export function shownOnly(meaning: Meaning | undefined): Meaning | undefined {
  if (meaning?.kind === 'intent') return TELLS_NOTHING.has(meaning.intent) ? undefined : meaning;
  return meaning?.kind === 'ownAnswer' || (meaning?.kind === 'command' && AT_ONCE.has(meaning.command.name)) ? meaning : undefined;
}

/** That somebody was heard, and that nothing was recorded, is no fact. */
export const TELLS_NOTHING: ReadonlySet<Kind> = new Set<Kind>(['manners', 'pause', 'hearsay']);

/** A complaint or a proposal in its own words; what is too short has none. */
export function passedOn(text: string, plain: string, name: 'complain' | 'propose'): Meaning {
  const least = !NAMED.test(plain) ? TOLD : NO_TEXT;
  return { kind: 'near', command: { name, ...(weight(plain) >= least && { text: text.trim() }) } };
}

const NO_TEXT = 9;
/** Only that somebody complains: they have not said yet what about. */
const NAMED = /投诉|举报|反映|提议|建议|complain|suggest|propos/;
