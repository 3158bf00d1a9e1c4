import { INTENTS, type Intent } from '../command.ts';
import type { Talk } from '../talk.ts';
import { answerTo } from './answerTo.ts';
import { clausesOf, isForeign } from './clauses.ts';
import type { Meaning } from './commandIn.ts';
import { guessOf } from './guessed.ts';
import { likeliest } from './likeliest.ts';
import { passedOn, TELLS_NOTHING } from './meant.ts';
import { beginningOf } from './normalise.ts';
import { asksAtAll, NOISE, OURS, type Said, weight } from './said.ts';
import { titleAt } from './titleAt.ts';
import { INSULTS, THREATENS } from './unsaid.ts';

/**
 * What is not understood, and asks something: likeness to wordings and what was learnt are taken together. Where one question is much likelier than all else it is
 * answered, else it is asked whether it is that one. The next message answers that: a yes, or another wording of likely the same. Nothing is told to who curses.
 */
export function supposed(meaning: Meaning, said: Said, { supposed: before }: Talk): Meaning {
  const { open, plain, vocabulary } = said;
  if (open) return meaning;
  const answer = before && answerTo({ key: '', expects: 'confirmation' }, plain, vocabulary, titleAt([], vocabulary.book.isCommon), false);
  if (before && answer?.type === 'YES') return { kind: 'intent', intent: before.intent, numbers: [] };
  if (answer?.type === 'NO') return { kind: 'intent', intent: 'pause', numbers: [] };
  if (meaning.kind !== 'unknown' || weight(plain) < LEAST || weight(plain) > MAX_CHARS || NOISE.test(plain)) return meaning;
  if (INSULTS.test(plain) || THREATENS.test(plain)) return meaning;
  const found = asksAtAll(plain) ? asked(said) : undefined;
  if (!found) return saysTrouble(said) ? passedOn(said.text, plain, 'complain') : meaning;
  const { intent, share } = found;
  const isAlien = isForeign(plain, said.mentionsOf(beginningOf(plain)), intent, vocabulary);
  const least = before?.intent === intent ? ASKED : isAlien ? 1 : OURS.test(plain) ? TOLD : TOLD_OF_ANYBODY;
  if (share >= least) return { kind: 'intent', intent, numbers: [] };
  return { kind: 'unknown', supposed: intent };
}

/** What a message most likely asks: the whole of it, or one of its last clauses, of which less is believed: 我13号要住院,怕赶不到,你们这个整到哪天为止嘛. */
function asked(said: Said): { readonly intent: Intent; readonly share: number } | undefined {
  if (said.mentionsOf(beginningOf(said.plain)).all.length > 0) return undefined;
  const clauses = clausesOf(said.plain);
  const last = clauses.length > 1 ? clauses.slice(-LAST_CLAUSES).filter(asksAtAll) : [];
  for (const plain of [said.plain, ...last]) {
    const guess = guessOf({ ...said, plain });
    if (guess.chanceOf('others') >= FOR_OTHERS) return undefined;
    const [first] = likeliest(guess.mentions.masked, guess, said.vocabulary.book);
    const isPart = plain !== said.plain;
    const intent = INTENTS.find((each) => each === first?.kind && !TELLS_NOTHING.has(each));
    if (first && intent && first.share >= (isPart ? TOLD : ASKED)) return { intent, share: isPart ? first.share * PART : first.share };
  }
  return undefined;
}

/** Somebody is to do something, or is to be told: it is asked whether it is passed on. */
function saysTrouble({ plain }: Said): boolean {
  return weight(plain) >= LEAST_TROUBLE && TO_BE_PASSED.test(plain) && !OF_A_VOTE.test(plain);
}

const TO_BE_PASSED =
  /帮(?:我|忙)?(?:们)?.{0,3}(?:问|转告|反映|带到|说一?声|查)|转告|[喊叫派来](?:个|一个)?(?:人|师傅)来|请.{0,6}(?:来|派)|[谁哪]个?来?管(?!账)|找(?:谁|哪个)退|合理[吗不嘛]|上班在干|打了.{0,4}电话.{0,4}[没莫]|冒烟|着火|起火|漏气|天然气|煤气味|\bcan (?:someone|somebody|you) (?:speak|come|check|fix|send|look)\b/;
const OF_A_VOTE = /[投选](?!诉)|选?票|\bvot/;
const LEAST_TROUBLE = 9;
const LAST_CLAUSES = 2;
/** A part of a message says less than the whole. */
const PART = 0.85;

/** Of what is likelier it is told, of what is less likely it is asked: chosen by three writers of whom nothing was learnt (docs/understanding.md). */
const TOLD = 0.7;
/** Without a word of ours. */
const TOLD_OF_ANYBODY = 0.88;
const ASKED = 0.35;
/** What is so likely meant for somebody else is not even asked about. */
const FOR_OTHERS = 0.5;
const LEAST = 4;
const MAX_CHARS = 70;
