import type { IntentBook } from './intentBook.ts';
import { type Likeness, likenessTo } from './likeness.ts';
import { normalise } from './normalise.ts';
import { INSULTS } from './unsaid.ts';

/** A community's own answers: what is asked, in its own wordings. */
export type OwnAnswers = readonly { readonly asks: readonly string[] }[];

interface Asked {
  readonly compare: Likeness;
  /** Which answer each wording is for. */
  readonly answerOf: readonly number[];
  readonly contents: readonly ReadonlySet<string>[];
  /** What each wording is about besides how it asks: of 什么时候停水 only 停水. A message needs half of it at least. */
  readonly own: readonly (readonly string[])[];
  /** How the wordings of each answer ask: when, where. */
  readonly frames: readonly ReadonlySet<string>[];
  /** How each wording sounds as it stands, for what is typed in pinyin. */
  readonly sounds: readonly ReadonlySet<string>[];
  readonly topics: readonly Topic[];
}

const compiled = new WeakMap<OwnAnswers, Asked>();
const SURE = 0.6;
/** A longer message is about something else, even if all the words of a wording are in it. */
const MAX_CHARS = 24;

/** Which of a community's own answers a normalised message asks for, counted from 0, and how like it is to its wording. */
export function ownAnswerTo(plain: string, answers: OwnAnswers, book: IntentBook): { answer: number; likeness: number } | undefined {
  if (answers.length === 0) return undefined;
  let asked = compiled.get(answers);
  if (!asked) {
    asked = compile(answers, book);
    compiled.set(answers, asked);
  }
  const { compare, answerOf, contents, sounds, own, frames } = asked;
  let best: { answer: number; likeness: number } | undefined;
  for (const units of book.unitsOf(plain)) {
    const heard = new Set(units.spoken);
    const share = (place: number) => (units.written.length === 0 ? 1 : sharedOf(units.written, own[place] ?? []));
    const hasOwn = (place: number) => share(place) >= HALF;
    const [first] = compare(units, 1).nearest;
    const cosine = first && hasOwn(first.place) ? { answer: answerOf[first.place] ?? 0, likeness: first.likeness } : undefined;
    const covered = (units.written.length > 0 ? contents : sounds)
      .map((content, place) => ({
        answer: answerOf[place] ?? 0,
        likeness: content.size > 0 && hasOwn(place) ? [...content].filter((unit) => heard.has(unit)).length / content.size : 0,
      }))
      .reduce((a, b) => (b.likeness > a.likeness ? b : a), { answer: 0, likeness: 0 });
    const place = own.findIndex((_, at) => units.written.length > 0 && share(at) === 1 && asksSo(plain, frames[answerOf[at] ?? 0]));
    const whole = place < 0 ? undefined : { answer: answerOf[place] ?? 0, likeness: WHOLE };
    for (const each of [cosine, ...(plain.length <= MAX_CHARS ? [covered, whole] : [])])
      if (each && each.likeness > (best?.likeness ?? 0)) best = each;
  }
  const answer = topicOf(plain, asked.topics, book);
  if (answer !== undefined) return { answer, likeness: 1 };
  return best && best.likeness >= SURE ? best : undefined;
}

const HALF = 0.5;
/** All that a wording is about is asked in the same way. */
const WHOLE = 0.9;

/** Which share of what a wording is about a message has. Without anything of its own, a wording is like any question. */
function sharedOf(written: readonly string[], own: readonly string[]): number {
  const text = ` ${written.filter((unit) => unit !== '的').join(' ')} `;
  return own.length === 0 ? 0 : own.filter((pair) => text.includes(` ${pair} `)).length / own.length;
}

/** What a question has in common with many others. */
const FRAME =
  /什么时候|什么|时候|为什么|哪[里儿个天]?|怎么(?:样|办)?|多久|好久|多少|好多|几[点号时]?|谁|可以|能不能|可不可以|请问|是不是|有没有|还有|社区|小区|[您你我]们?|这里|[在有要的了吗呢嘛哦啊是到去得能]|\b(?:when|what|where|who|how|why|which|is|are|do|does|can|could|will|time|the|a|an|i|you|we|my|your|to|of|in|at|on|for|it|there)\b/gu;
/** How a question asks. */
const FRAMES: readonly (readonly [string, RegExp])[] = [
  ['when', /什么时候|时候|几[点号时]|哪天|好久|多久|时间|钟|\b(?:when|time|hours|days?|schedule|how late)\b/],
  ['where', /哪[里儿个]|在哪|地方|地址|\bwhere\b/],
  ['why', /为什么|为啥|凭什么|\bwhy\b/],
  ['how', /怎么|如何|咋|\bhow\b/],
  ['who', /谁|哪个|\bwho\b/],
];

/** What a wording is about: neighbouring characters, or words; of a single one that itself. */
function ownOf(written: readonly string[]): string[] {
  const text = written.map((unit) => (unit.length === 1 ? unit : ` ${unit} `)).join('');
  const runs = text.replace(FRAME, '|').split('|');
  const units = runs.map((run) => run.match(/[a-z']+|\S/g) ?? []);
  const pairs = units.flatMap((run) => run.slice(1).map((unit, index) => `${run[index]} ${unit}`));
  return pairs.length > 0 ? pairs : units.flat();
}

/** Whether a message asks as one of the wordings does, or in no such way: 明天停不停水. */
function asksSo(plain: string, frames: ReadonlySet<string> | undefined): boolean {
  if (!ASKS.test(plain) || INSULTS.test(plain) || OF_LAST_YEAR.test(plain) || COMPLAINS.test(plain.replace(/为什么|为啥/g, ''))) return false;
  return asksAs(plain, frames);
}

function asksAs(plain: string, frames: ReadonlySet<string> | undefined): boolean {
  const found = framesOf(plain);
  return found.length === 0 || found.some((frame) => frames?.has(frame));
}

/** What was built with last year's money is told elsewhere. */
const OF_LAST_YEAR = /去年|上[次回年]|上一[次年]|\blast (?:year|time)\b/;

function framesOf(plain: string): string[] {
  return FRAMES.filter(([, pattern]) => pattern.test(plain)).map(([frame]) => frame);
}

function compile(answers: OwnAnswers, book: IntentBook): Asked {
  const wordings = answers.flatMap(({ asks }, answer) =>
    asks.map((ask) => ({
      answer,
      units: book.unitsOf(normalise(ask))[0],
      sounds: [...normalise(ask)].flatMap((character) => book.syllables.of(character) ?? []),
    })),
  );
  return {
    compare: likenessTo(wordings.map(({ units }) => units)),
    answerOf: wordings.map(({ answer }) => answer),
    contents: wordings.map(({ units }) => new Set(units.spoken)),
    own: wordings.map(({ units }) => ownOf(units.written)),
    frames: answers.map(({ asks }) => new Set(asks.flatMap((ask) => framesOf(normalise(ask))))),
    sounds: wordings.map(({ sounds }) => new Set(sounds)),
    topics: topicsOf(answers, book),
  };
}

/** What one of a community's own answers is about, and what else is asked of it. */
interface Topic {
  readonly answer: number;
  /** Words of which one has to be in a message: 垃圾, garbage. */
  readonly words: readonly string[];
  /** Units of its wordings beside those words and those of any question, of which one has to be there, too: 收, 倒, 时. */
  readonly beside: ReadonlySet<string>;
  /** How its wordings ask: when, where. */
  readonly frames: ReadonlySet<string>;
}

/** A longer clause tells something, even if a word of the topic is in it. */
const LONGEST_CLAUSE = 16;
const ASKS =
  /[?？吗么呢啥几咋哪]|什么|还是|多久|好久|多少|没得|没有|时间|钟点|(.)[不没]\1|不[嘛哦哈呢]*$|\b(?:what|when|where|who|which|how|is|are|do|does|can|could|time)\b/;
/** 想投纸质票: who wants it asks how to get it. */
const WISHES = /^(?:我们?|咱们?)?(?:还是)?(?:想|要|可以|能|能够|愿意|打算)(?!不)|\bi(?:'d| would| want| prefer)\b/;
/** A person who asks why, or says that nobody does it, complains. */
const COMPLAINS = /为什么|为啥|凭什么|没人|不管|臭|脏|乱|烂|堆|坏|\b(?:why|nobody|smell|dirty)/;
/** What stands in any question tells nothing of what is asked. */
const ASKING: ReadonlySet<string> = new Set('什么哪谁几吗呢的了是有');
/** A pair of characters that stands in one wording only may be no word. */
const LEAST = 2;
/**
 * The answer that a message asks for in other words: a question that has the word which only this answer's wordings share, and one more of
 * them. Undefined if there is none.
 */
function topicOf(plain: string, topics: readonly Topic[], book: IntentBook): number | undefined {
  if (topics.length === 0) return undefined;
  const clauses = plain.split(/[,，。.!！;；…~\n\s]+(?=\p{Script=Han})/u);
  for (const clause of clauses) {
    const isLatin = /^[\p{Script=Latin}\s\p{P}\d]+$/u.test(clause);
    if (!(ASKS.test(clause) || WISHES.test(clause)) || COMPLAINS.test(clause) || (!isLatin && clause.length > LONGEST_CLAUSE)) continue;
    const units = book.unitsOf(clause)[0].written;
    const text = units.join(isLatin ? ' ' : '');
    const about = topics.filter(({ words }) => words.some((word) => hasWord(text, word)));
    const fitting = about.filter(({ beside, frames }) =>
      isLatin ? (framesOf(clause).length > 0 || WISHES.test(clause)) && asksAs(clause, frames) : units.some((unit) => beside.has(unit)),
    );
    if (fitting.length === 1) return fitting[0]?.answer;
  }
  return undefined;
}

function hasWord(text: string, word: string): boolean {
  return /^[a-z]/.test(word) ? ` ${text} `.includes(` ${word} `) : text.includes(word);
}

/** What each answer is about: pairs of characters that at least half of its wordings have, that no other answer has, and that are not common. */
function topicsOf(answers: readonly { readonly asks: readonly string[] }[], book: IntentBook): Topic[] {
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
          (book.things.has(pair) || [...pair].some((character) => !book.isCommon(character))),
      )
      .map(([pair]) => pair);
    const isRare = (character: string) => /^\p{Script=Han}$/u.test(character) && !book.isCommon(character) && isOwn(character);
    const shared = [...new Set(wordings[0])].filter((character) => isRare(character) && wordings.every((units) => units.includes(character)));
    if (own.length === 0 && wordings.length >= LEAST) own.push(...shared); // 纸质票, 纸票
    if (own.length === 0) return [];
    const names = [...book.things].filter(([thing]) => own.some((pair) => thing.includes(pair))).flatMap(([, listed]) => listed);
    const beside = new Set(wordings.flat().filter((unit) => !ASKING.has(unit) && !own.some((pair) => pair.includes(unit))));
    const frames = new Set(answers[answer]?.asks.flatMap((ask) => framesOf(normalise(ask))));
    return [{ answer, frames, words: [...own, ...names.filter((name) => /^[a-z ]+$/.test(name))], beside }];
  });
}

function pairsOf(units: readonly string[]): string[] {
  return units.flatMap((unit, index) =>
    /^\p{Script=Han}$/u.test(unit) && /^\p{Script=Han}$/u.test(units[index + 1] ?? '') ? [unit + units[index + 1]] : [],
  );
}
