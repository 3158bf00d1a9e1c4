import type { Intent } from './command.ts';
import { type Understood, understoodIn } from './doubted.ts';
import type { OpenFlow } from './openFlow.ts';
import type { Option, PicksChange, Reply } from './question.ts';
import type { Meaning } from './understand/commandIn.ts';
import type { Outcome } from './understand/judgement.ts';
import { outcomeOf } from './understand/outcomeOf.ts';

/** What was talked of last, for a message that says only what changes of it, or asks on without naming it. */
export interface Talk {
  readonly picks?: LastPicks;
  readonly topic?: Topic;
  /** What somebody else votes for who is there, until their card comes. */
  readonly another?: { readonly numbers: readonly number[]; readonly second: number };
  /** The last message, as it was understood. */
  readonly last?: Understood;
  /** The last answer was in this language, which is not the conversation's. */
  readonly saidIn?: { readonly language: string; readonly second: number };
  /** A message about the picks that are read back was not understood: the next yes may mean that one. */
  readonly unclear?: { readonly second: number };
  /** What the message before was supposed to ask: whether it did was asked. */
  readonly supposed?: { readonly intent: Intent; readonly second: number };
  /** What came of the last message. */
  readonly meant?: { readonly outcome: Outcome; readonly second: number };
  /** How many messages in a row were not understood while nothing was open. */
  readonly missed?: { readonly count: number; readonly second: number };
}

/** The picks that were read back, refused or cast last. */
export interface LastPicks {
  readonly numbers: readonly number[];
  readonly isCast?: true;
  /** They were read back and not meant. */
  readonly isLeft?: true;
  /** What they were before the change that was read back. */
  readonly before?: readonly number[];
  /** When, in seconds since the epoch. */
  readonly second: number;
}

/** The project that was asked about last, and what was asked of it; or that something was passed on, or cast. */
export interface Topic {
  readonly about: 'project' | 'letter' | 'ballot';
  readonly number?: number;
  /** The projects that were talked of one after the other, up to three, the last one at the end. */
  readonly recent?: readonly number[];
  readonly intent?: Intent;
  readonly second: number;
}

/** The project that was told last, if that is what is talked of. */
export function toldProject({ topic }: Talk): number | undefined {
  return topic?.about === 'project' ? topic.number : undefined;
}

const PICKS_SECONDS = 15 * 60;
const TOPIC_SECONDS = 5 * 60;
const LAST_SECONDS = 2 * 60;

/** What of it still counts when a message comes. */
export function talkAt({ picks, topic, another, last, saidIn, unclear, supposed, meant, missed }: Talk, at: Date): Talk {
  const second = secondOf(at);
  return {
    ...(picks && second - picks.second < PICKS_SECONDS && { picks }),
    ...(topic && second - topic.second < TOPIC_SECONDS && { topic }),
    ...(another && second - another.second < TOPIC_SECONDS && { another }),
    ...(last && second - last.second < LAST_SECONDS && { last }),
    ...(saidIn && second - saidIn.second < TOPIC_SECONDS && { saidIn }),
    ...(unclear && second - unclear.second < TOPIC_SECONDS && { unclear }),
    ...(supposed && second - supposed.second < TOPIC_SECONDS && { supposed }),
    ...(meant && second - meant.second < TOPIC_SECONDS && { meant }),
    ...(missed && second - missed.second < TOPIC_SECONDS && { missed }),
  };
}

interface Ended {
  readonly text: string | undefined;
  readonly meaning: Meaning | undefined;
  readonly reply: Reply;
  readonly open: Pick<OpenFlow, 'role' | 'asked'> | undefined;
  /** The language of the answer, if it is not the conversation's. */
  readonly saidIn: string | undefined;
}

/** The talk after a turn that was answered so. */
export function talkAfter(before: Talk, { text, meaning, reply, open, saidIn }: Ended, at: Date): Talk {
  const second = secondOf(at);
  if (meaning?.kind === 'command' && meaning.command.name === 'disownBallot') return {};
  const isLeft = meaning?.kind === 'answer' && meaning.answer.type === 'NO' ? true : undefined;
  const picks = picksAfter(meaning, reply, open, second) ?? (isLeft && before.picks ? { ...before.picks, isLeft } : before.picks);
  const topic = afterOthers(topicAfter(text, meaning, reply, second), before.topic) ?? before.topic;
  const isOfAnother = meaning?.kind === 'intent' && meaning.intent === 'proxy' && meaning.numbers.length > 0;
  const another = isOfAnother ? { numbers: meaning.numbers, second } : undefined;
  const isMissed = reply.outcome === 'notUnderstood' && !open;
  const missed = isMissed ? { count: (before.missed?.count ?? 0) + 1, second } : undefined;
  const isOfPicks = open?.role === 'vote' && open.asked.expects === 'confirmation';
  const isUnclear = reply.outcome === 'notUnderstood' && isOfPicks && /[\p{L}\p{N}]/u.test(text ?? '');
  const supposed = isMissed && meaning?.kind === 'unknown' ? meaning.supposed : undefined;
  const last = understoodIn(text, meaning, reply, second);
  return {
    ...(last && { last }),
    ...(saidIn && { saidIn: { language: saidIn, second } }),
    ...(isUnclear && { unclear: { second } }),
    ...(picks && { picks }),
    ...(topic && { topic }),
    ...(another && { another }),
    ...(supposed && { supposed: { intent: supposed, second } }),
    ...(meaning && { meant: { outcome: outcomeOf(meaning), second } }),
    ...(missed && { missed }),
  };
}

function picksAfter(meaning: Meaning | undefined, { says, asks, outcome }: Reply, open: Ended['open'], second: number): LastPicks | undefined {
  const isCast = outcome === 'cast' || outcome === 'changed';
  const shown = (isCast ? says : [...says, ...(asks ? [asks] : [])]).map(({ params }) => params?.picks).find(areOptions);
  if (shown && (isCast || outcome === 'askConfirmation')) {
    const numbers = shown.map(({ number }) => number);
    const change = isCast ? undefined : changeIn(meaning);
    const before = beforeChange(numbers, change);
    return { numbers, second, ...(isCast && { isCast }), ...(before && { before }) };
  }
  const isRefused = open?.role === 'vote' && open.asked.expects === 'numbers' && meaning !== undefined;
  const numbers = isRefused ? numbersIn(meaning) : undefined;
  const before = beforeChange(numbers ?? [], changeIn(meaning));
  return numbers?.length ? { numbers, second, ...(before && { before }) } : undefined;
}

function beforeChange(numbers: readonly number[], change: PicksChange | undefined): readonly number[] | undefined {
  return change && [...numbers.filter((number) => !change.added.includes(number)), ...change.dropped];
}

function changeIn(meaning: Meaning | undefined): PicksChange | undefined {
  if (meaning?.kind === 'named') return meaning.change;
  return meaning?.kind === 'answer' && meaning.answer.type === 'NAMED' ? meaning.answer.change : undefined;
}

function areOptions(picks: unknown): picks is readonly Option[] {
  return Array.isArray(picks) && picks.length > 0;
}

function numbersIn(meaning: Meaning): readonly number[] | undefined {
  if (meaning.kind === 'numbers' || meaning.kind === 'named') return meaning.numbers;
  if (meaning.kind === 'command') return meaning.command.name === 'vote' ? meaning.command.numbers : undefined;
  if (meaning.kind !== 'answer') return undefined;
  return meaning.answer.type === 'NUMBERS' || meaning.answer.type === 'NAMED' ? meaning.answer.numbers : undefined;
}

function topicAfter(text: string | undefined, meaning: Meaning | undefined, { says, asks, outcome }: Reply, second: number): Topic | undefined {
  const picked = says.map(({ params }) => params?.picks).find(areOptions) ?? (asks && [asks.params?.picks].find(areOptions));
  const only = picked?.length === 1 ? picked[0]?.number : undefined;
  if (outcome === 'cast' || outcome === 'changed') return { about: 'ballot', second, ...(only !== undefined && { number: only }) };
  if (outcome === 'askConfirmation' && only !== undefined) return { about: 'project', number: only, second };
  if (outcome === 'passedOn') return { about: 'letter', second };
  if (meaning?.kind === 'intent') {
    if (meaning.intent === 'proxy') return undefined;
    if (meaning.intent === 'extremes') {
      const one = says.map(({ params }) => params?.[DEAREST.test(text ?? '') ? 'most' : 'least']).find(areOptions)?.[0];
      return one && { about: 'project', number: one.number, intent: 'extremes', second };
    }
    const [number, another] = meaning.numbers;
    if (number === undefined) return undefined;
    const { intent } = meaning;
    return another === undefined ? { about: 'project', number, intent, second } : { about: 'project', recent: meaning.numbers, intent, second };
  }
  const shown =
    meaning?.kind === 'command' && (meaning.command.name === 'projects' || meaning.command.name === 'progress') ? meaning.command : undefined;
  const [number] = shown?.numbers ?? [];
  return number === undefined ? undefined : { about: 'project', number, ...(shown?.name === 'progress' && { intent: 'built' }), second };
}

/** A project that is talked of after others is one of several: 两个我都要. */
function afterOthers(topic: Topic | undefined, before: Topic | undefined): Topic | undefined {
  if (topic?.about !== 'project') return topic;
  const now = topic.recent ?? (topic.number === undefined ? [] : [topic.number]);
  const others = (before?.about === 'project' ? (before.recent ?? []) : []).filter((number) => !now.includes(number));
  const number = topic.number ?? (before?.about === 'project' ? before.number : undefined);
  return { ...topic, ...(number !== undefined && { number }), recent: [...others, ...now].slice(-MOST_RECENT) };
}

const MOST_RECENT = 3;
const DEAREST = /最[^少便]{0,4}(?:贵|多|烧|费|高)|贵|\b(?:dearest|expensive|most)\b/i;

function secondOf(at: Date): number {
  return Math.floor(at.getTime() / 1000);
}
