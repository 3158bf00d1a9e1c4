import type { IntentBook } from './intentBook.ts';
import { normalise } from './normalise.ts';

/** What one of a community's own answers is about, and what else is asked of it. */
export interface Topic {
  readonly answer: number;
  /** Words of which one has to be in a message: 垃圾, garbage. */
  readonly words: readonly string[];
  /** Units of its wordings beside those words, of which one has to be there, too: 收, 倒, 什么. */
  readonly beside: ReadonlySet<string>;
}

/** A longer clause tells something, even if a word of the topic is in it. */
const LONGEST = 16;
const ASKS =
  /[?？吗么呢啥几咋哪]|什么|多久|好久|多少|没得|没有|时间|钟点|(.)[不没]\1|不[嘛哦哈呢]*$|\b(?:what|when|where|who|which|how|is|are|do|does|can|could|time)\b/;
/** Who asks why, or says that nobody does it, complains. */
const COMPLAINS = /为什么|为啥|凭什么|没人|不管|臭|脏|乱|烂|堆|坏|\b(?:why|nobody|smell|dirty)/;
/** A pair of characters that stands in one wording only may be no word. */
const LEAST = 2;
/** How English asks for what Chinese wordings ask with these units. */
const ENGLISH = [
  { asks: /\b(?:when|what time|hours?|how late|schedule|time|days?)\b/, unit: '时' },
  { asks: /\b(?:where|address|which (?:place|building))\b/, unit: '哪' },
  { asks: /\b(?:how|what do i)\b/, unit: '怎' },
  { asks: /\bwho\b/, unit: '谁' },
] as const;

/**
 * The answer that a message asks for in other words: a question that has the word which only this answer's wordings share, and one more of
 * them. Undefined if there is none.
 */
export function topicOf(plain: string, topics: readonly Topic[], book: IntentBook): number | undefined {
  if (topics.length === 0) return undefined;
  const clauses = plain.split(/[,，。.!！;；…~\n\s]+(?=\p{Script=Han})/u);
  for (const clause of clauses) {
    const isLatin = /^[\p{Script=Latin}\s\p{P}\d]+$/u.test(clause);
    if (!ASKS.test(clause) || COMPLAINS.test(clause) || (!isLatin && clause.length > LONGEST)) continue;
    const units = book.unitsOf(clause)[0].written;
    const text = units.join(isLatin ? ' ' : '');
    const about = topics.filter(({ words }) => words.some((word) => hasWord(text, word)));
    const fitting = about.filter(({ beside }) =>
      isLatin ? ENGLISH.some(({ asks, unit }) => asks.test(clause) && beside.has(unit)) : units.some((unit) => beside.has(unit)),
    );
    if (fitting.length === 1) return fitting[0]?.answer;
  }
  return undefined;
}

function hasWord(text: string, word: string): boolean {
  return /^[a-z]/.test(word) ? ` ${text} `.includes(` ${word} `) : text.includes(word);
}

/** What each answer is about: pairs of characters that at least half of its wordings have, that no other answer has, and that are not common. */
export function topicsOf(answers: readonly { readonly asks: readonly string[] }[], book: IntentBook): Topic[] {
  const texts = answers.map(({ asks }) => asks.map((ask) => book.unitsOf(normalise(ask))[0].written));
  return texts.flatMap((wordings, answer) => {
    const counts = new Map<string, number>();
    for (const units of wordings) for (const pair of new Set(pairsOf(units))) counts.set(pair, (counts.get(pair) ?? 0) + 1);
    const isOwn = (pair: string) => !texts.some((others, other) => other !== answer && others.some((units) => units.join('').includes(pair)));
    const own = [...counts]
      .filter(
        ([pair, count]) =>
          count >= LEAST &&
          count * 2 >= wordings.length &&
          isOwn(pair) &&
          !book.isCommon(pair) &&
          [...pair].some((character) => !book.isCommon(character)),
      )
      .map(([pair]) => pair);
    if (own.length === 0) return [];
    const names = [...book.things].filter(([thing]) => own.some((pair) => thing.includes(pair))).flatMap(([, listed]) => listed);
    const beside = new Set(wordings.flat().filter((unit) => !own.some((pair) => pair.includes(unit))));
    return [{ answer, words: [...own, ...names.filter((name) => /^[a-z ]+$/.test(name))], beside }];
  });
}

function pairsOf(units: readonly string[]): string[] {
  return units.flatMap((unit, index) =>
    /^\p{Script=Han}$/u.test(unit) && /^\p{Script=Han}$/u.test(units[index + 1] ?? '') ? [unit + units[index + 1]] : [],
  );
}
