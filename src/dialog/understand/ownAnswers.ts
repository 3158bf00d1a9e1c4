import type { IntentBook } from './intentBook.ts';
import { type Likeness, likenessTo } from './likeness.ts';
import { normalise } from './normalise.ts';
import { type Topic, topicOf, topicsOf } from './topics.ts';

/** A community's own answers: what is asked, in its own wordings. */
export type OwnAnswers = readonly { readonly asks: readonly string[] }[];

interface Asked {
  readonly compare: Likeness;
  /** Which answer each wording is for. */
  readonly answerOf: readonly number[];
  readonly contents: readonly ReadonlySet<string>[];
  /** What is asked in it that is not in many other questions: 垃圾, not 几点. A message needs half of it at least. */
  readonly own: readonly (readonly string[])[];
  /** How each wording sounds as it stands, for what is typed in pinyin. */
  readonly sounds: readonly ReadonlySet<string>[];
  readonly topics: readonly Topic[];
}

const compiled = new WeakMap<OwnAnswers, Asked>();
const SURE = 0.6;
/** A longer message is about something else, even if all the words of a wording are in it. */
const LONGEST = 24;

/** Which of a community's own answers a normalised message asks for, counted from 0, and how like it is to its wording. */
export function ownAnswerTo(plain: string, answers: OwnAnswers, book: IntentBook): { answer: number; likeness: number } | undefined {
  if (answers.length === 0) return undefined;
  let asked = compiled.get(answers);
  if (!asked) {
    asked = compile(answers, book);
    compiled.set(answers, asked);
  }
  const { compare, answerOf, contents, sounds, own } = asked;
  let best: { answer: number; likeness: number } | undefined;
  for (const units of book.unitsOf(plain)) {
    const heard = new Set(units.spoken);
    const hasOwn = (place: number) => units.written.length === 0 || own[place]?.length === 0 || hasHalf(units.written, own[place] ?? []);
    const [first] = compare(units, 1).nearest;
    const cosine = first && hasOwn(first.place) ? { answer: answerOf[first.place] ?? 0, likeness: first.likeness } : undefined;
    const covered = (units.written.length > 0 ? contents : sounds)
      .map((content, place) => ({
        answer: answerOf[place] ?? 0,
        likeness: content.size > 0 && hasOwn(place) ? [...content].filter((unit) => heard.has(unit)).length / content.size : 0,
      }))
      .reduce((a, b) => (b.likeness > a.likeness ? b : a), { answer: 0, likeness: 0 });
    for (const each of [cosine, plain.length <= LONGEST ? covered : undefined]) if (each && each.likeness > (best?.likeness ?? 0)) best = each;
  }
  const answer = topicOf(plain, asked.topics, book);
  if (answer !== undefined) return { answer, likeness: 1 };
  return best && best.likeness >= SURE ? best : undefined;
}

function hasHalf(written: readonly string[], own: readonly string[]): boolean {
  return own.filter((unit) => written.includes(unit)).length * 2 >= own.length;
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
    own: wordings.map(({ units }) => units.written.filter((unit) => !book.isCommon(unit))),
    sounds: wordings.map(({ sounds }) => new Set(sounds)),
    topics: topicsOf(answers, book),
  };
}
