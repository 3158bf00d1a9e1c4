import type { Meaning } from './commandIn.ts';
import type { Scored } from './intentBook.ts';
import { longestAt } from './longestWord.ts';
import type { Mentions } from './mentions.ts';
import { CLEAR, type Said, SURE, weight } from './said.ts';
import { gapEnd } from './scan.ts';
import type { Vocabulary } from './vocabulary.ts';

/** A yes or a no, told at length. A yes that casts a ballot must have no other word in it that could deny it. */
export function confirmation({ plain, vocabulary }: Said, { all }: Mentions, kinds: readonly Scored[], casts: boolean): Meaning | undefined {
  const likeliest = kinds.map((each) => ({ ...each, likeness: each.likeness + (each.kind === 'yes' || each.kind === 'no' ? EXPECTED : 0) }));
  const top = likeliest.reduce((a, b) => (b.likeness > a.likeness ? b : a));
  if (all.length > 0 || /^(.)不\1|(?:[?？吗]|对么)$/.test(plain)) return undefined;
  if (top.kind === 'no' && top.likeness >= SURE + EXPECTED) return { kind: 'answer', answer: { type: 'NO' } };
  const isDenied = /[不没莫别]|\b(?:no|not|don't)\b/.test(plain.replace(/[没莫]得?错|没有错|没毛病|[没莫]得?问题|没有问题|不错/g, ''));
  const mayBe =
    weight(plain) <= LONGEST_YES && !/[/=<>{}$@?？吗]/.test(plain) && !(isDenied && (casts || !/^\s*(?:嗯|对|是|yes|好|要得)/.test(plain)));
  const isOnlyYes = saysOnlyYes(plain, vocabulary);
  const isYes = (isDenied && !casts) || (isOnlyYes && !(casts && STOPS.test(plain)));
  const isClear = !casts || top.closest >= CLEAR;
  const isLike = top.kind === 'yes' && top.likeness >= (isOnlyYes ? ONLY_YES : YES) + EXPECTED && isClear;
  return isYes && isLike && mayBe ? { kind: 'answer', answer: { type: 'YES' } } : undefined;
}

/** A yes casts a ballot. */
const YES = 0.8;
/** The same if every word is one of a yes, or polite. */
const ONLY_YES = 0.6;
const LONGEST_YES = 12;
/** A yes to whether we are to stop is none to a ballot. */
const STOPS = /停|stop/;
const PARTICLE = /[啊呀哈嘛噻嘞哦喔呢撒哟咯的了]/;
/** A question for a yes or a no is mostly answered by one. */
const EXPECTED = 0.25;

/** Whether a message is made of wordings of a yes, particles and polite words. One other word may turn it round: 是的 cancel, 他说是的. */
function saysOnlyYes(plain: string, { book, words, wordsFrom }: Vocabulary): boolean {
  for (let at = gapEnd(plain, 0); at < plain.length; at = gapEnd(plain, at)) {
    const yes = longestAt(plain, at, book.yesFrom);
    const word = longestAt(plain, at, wordsFrom) ?? '';
    const said = yes ?? (words.get(word)?.has('polite') ? word : PARTICLE.exec(plain.slice(at, at + 1))?.[0]);
    if (!said) return false;
    at += said.length;
  }
  return true;
}
