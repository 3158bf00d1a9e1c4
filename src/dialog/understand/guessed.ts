import type { CommandName } from '../command.ts';
import { takesPicks } from './answerTo.ts';
import { clausesOf, isForeign } from './clauses.ts';
import type { Meaning } from './commandIn.ts';
import { askedBy, type Guessed } from './guess.ts';
import type { Kind } from './intentBook.ts';
import { isFact, meant, passedOn, shownOnly } from './meant.ts';
import type { Mentions } from './mentions.ts';
import { beginningOf } from './normalise.ts';
import { asksAtAll, NOISE, type Said, TOLD, weight } from './said.ts';
import { areAlternatives, VOTES } from './saysVote.ts';
import { THREATENS } from './unsaid.ts';

/** What a message most likely means. `others`: how likely it is meant for somebody else; 0 if that is not the likeliest. */
export function guessOf(said: Said): Guessed & { readonly mentions: Mentions; readonly others: number } {
  const { plain, vocabulary, open, mentionsOf } = said;
  const mentions = mentionsOf(beginningOf(plain));
  const unitsOf = (text: string) => vocabulary.book.unitsOf(text)[0];
  const whole = vocabulary.guess(unitsOf(mentions.masked), askedBy(open), clausesOf(mentions.masked).slice(0, MOST_GUESSED).map(unitsOf));
  const guess = (whole.kind === 'complain' ? wantedAfterAll(said, mentions) : undefined) ?? whole;
  return { ...guess, mentions, others: guess.kind === 'others' ? guess.chance : 0 };
}

const MOST_GUESSED = 12;

/** A story of trouble that ends in what is wanted: 报了三次没人来,算了,短信给我取消了. Which of its last clauses says so, if one surely does. */
function wantedAfterAll({ vocabulary, open }: Said, { masked }: Mentions): Guessed | undefined {
  const clauses = clausesOf(masked);
  if (clauses.length <= LAST_CLAUSES) return undefined;
  const last = clauses.slice(-LAST_CLAUSES).map((clause) => vocabulary.guess(vocabulary.book.unitsOf(clause)[0], askedBy(open)));
  return last.findLast(({ kind, chance }) => WANTED.has(kind) && chance >= SURELY_WANTED);
}

const LAST_CLAUSES = 2;
const WANTED: ReadonlySet<Kind> = new Set<Kind>(['stop', 'person', 'propose']);
const SURELY_WANTED = 0.95;

/** Of what is like no wording, what it most likely means. A yes that may cast a ballot is never guessed. */
export function guessed(said: Said, { mentions, kind, chance }: ReturnType<typeof guessOf>): Meaning | undefined {
  const plain = beginningOf(said.plain);
  const { vocabulary, open, text } = said;
  if (NOISE.test(plain) || THREATENS.test(plain) || areAlternatives(mentions)) return undefined;
  const isShort = weight(plain) < TOLD;
  const isVague = mentions.all.length > 0 && (!takesPicks(open) || /[a-z]/.test(plain)); // T 3
  const length = weight(plain);
  if (length < LEAST || (length === LEAST && chance < ALMOST_SURE) || (isShort && isVague)) return undefined;
  if (chance < (isShort ? GUESSED_SHORT : weight(plain) < FEW ? GUESSED_FEW : GUESSED) || kind === 'yes') return undefined;
  if (kind === 'manners') return chance >= GUESSED_MANNERS ? { kind: 'intent', intent: 'manners', numbers: [] } : undefined;
  if (picksBeside(said, mentions, kind)) return { kind: 'named', numbers: [...mentions.wanted] };
  if (kind === 'others') return undefined;
  if (kind === 'no') return open?.expects === 'confirmation' && chance >= GUESSED_NO ? { kind: 'answer', answer: { type: 'NO' } } : undefined;
  if (kind === 'vote' && mentions.all.length > 0)
    return mentions.wanted.length > 0 && !/[=<>{}]/.test(plain) ? { kind: 'named', numbers: [...mentions.wanted] } : undefined;
  if (kind === 'vote' && !VOTES.test(plain)) return undefined;
  if (kind === 'complain' || kind === 'propose') return passedOn(text, plain, kind);
  if (kind === 'ask') return { kind: 'near', command: { name: 'ask', text: text.trim() } };
  if (isFact(kind) && chance < GUESSED_FOREIGN && isForeign(plain, mentions, kind, vocabulary)) return undefined;
  return meant({ kind, likeness: chance, closest: 0 }, mentions, false);
}

/** So likely it must be to be answered; a no; what is made of words that are not of that kind. */
const GUESSED = 0.3;
const GUESSED_SHORT = 0.8;
const GUESSED_FEW = 0.5;
const FEW = 9;
/** Fewer characters tell nothing. */
const LEAST = 2;
const ALMOST_SURE = 0.93;
const GUESSED_MANNERS = 0.8;
const GUESSED_NO = 0.6;
const GUESSED_FOREIGN = 0.6;

/** A person who was asked for picks and names some chooses them, whatever else they say: 最贵那个,反正不是我掏钱. */
function picksBeside({ open, plain }: Said, { wanted, masked }: Mentions, kind: Kind): boolean {
  if (!takesPicks(open) || wanted.length === 0 || asksAtAll(plain) || /还是|或|\bor\b/.test(plain)) return false;
  return isFact(kind) || (kind === 'no' && open?.expects === 'confirmation') || (kind === 'others' && BEGINS.test(masked));
}

const BEGINS = /^[\s\p{P}]*◇/u;

/** What is told in a complaint or request that is asked about may be something else: 我投诉过三次了没得用,这回要跟你们领导当面说. */
export function toldInstead(said: Said, name: CommandName): Meaning | undefined {
  const guess = guessOf(said);
  const isOther = guess.kind !== name && TOLD_TO_PERSONS.has(guess.kind) && guess.chance >= ASKED_BACK;
  return isOther ? guessed(said, guess) : undefined;
}

const TOLD_TO_PERSONS: ReadonlySet<Kind> = new Set<Kind>(['complain', 'propose', 'person']);

/** Whether a person who is asked for a text asks back, or only says thanks. A text itself is like no question, but may have a part that is. */
export function askedBack(said: Said): Meaning | undefined {
  const guess = guessOf(said);
  const meaning = guess.chance >= ASKED_BACK ? guessed(said, guess) : undefined;
  if (meaning?.kind === 'near' && ELSEWHERE.has(guess.kind) && guess.chance >= WANTS_ELSE) return meaning;
  return meaning?.kind === 'intent' ? meaning : shownOnly(meaning);
}

const ASKED_BACK = 0.8;
/** What is wanted instead of writing a text, and how likely it must be. */
const ELSEWHERE: ReadonlySet<Kind> = new Set<Kind>(['person', 'stop']);
const WANTS_ELSE = 0.9;

/** 是的,太多了,眼睛都看花了: a yes, and why. Only where it casts nothing. */
export function isStopAgreed(said: Said): boolean {
  const { plain, open } = said;
  if (open?.expects !== 'confirmation' || open.command !== 'stop' || !AGREES.test(plain)) return false;
  const { kind, chance } = guessOf(said);
  return (kind === 'yes' || kind === 'stop') && chance >= GUESSED_YES;
}

const AGREES = /^\s*(?:对头?|是+的?|嗯+|要得|yes|yeah|yep)(?:[\s\p{P}]|$)(?!.*(?:但|不过|还是|还要|不是|\bbut\b))/u;
const GUESSED_YES = 0.9;
