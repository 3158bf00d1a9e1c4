import type { Option } from '../question.ts';
import type { IntentBook } from './intentBook.ts';
import { normalise } from './normalise.ts';

/** A project that is named, and where in the message. */
export interface Mention {
  readonly number: number;
  readonly start: number;
  readonly end: number;
}

/** The names of a ballot's projects. */
export interface Names {
  /** The longest first. */
  readonly all: readonly Name[];
  /** The same by the sound of their first character, or by the character itself if it has none. */
  readonly from: ReadonlyMap<string, readonly Name[]>;
}

interface Name {
  readonly number: number;
  readonly text: string;
  /** Its syllables; empty for a name in Latin letters. */
  readonly sounds: readonly string[];
  /** It is a piece of the project's place, which means the project only together with what follows: 菜市场那段. */
  readonly isPlace: boolean;
}

const compiled = new WeakMap<readonly Option[], Names>();
/** The shortest end of a title that names it. */
const LEAST = 2;

export function namesOf(ballot: readonly Option[], book: IntentBook): Names {
  const known = compiled.get(ballot);
  if (known) return known;
  const titles = ballot.map(({ number, label, title = label, labelEn, also = [] }) => ({
    number,
    label: normalise(label),
    text: normalise(title).replace(/[.…\s]+$/, ''),
    also: [...(labelEn ? [labelEn] : []), ...also].map((word) => normalise(word).trim()),
  }));
  const texts = titles.flatMap(({ number, label, text, also }) => [
    ...[...new Set([...endsOf(label), ...endsOf(text).filter(({ length }) => length > LEAST), ...beginningsOf(text)])].map((part) => ({
      number,
      text: part,
    })),
    ...also.map((word) => ({ number, text: word, isOther: true })),
    ...[...book.things].flatMap(([thing, names]) => (text.includes(thing) ? names.map((name) => ({ number, text: name })) : [])),
  ]);
  const places = ballot.flatMap(({ number, place }) =>
    place
      ? wordedAnew(normalise(place))
          .flatMap(piecesOf)
          .map((text) => ({ number, text }))
      : [],
  );
  const isOnly = (name: { number: number; text: string }, among: readonly { number: number; text: string }[]) =>
    !among.some((other) => other.text === name.text && other.number !== name.number);
  const all = [
    ...texts
      .filter((name) => isOnly(name, texts))
      .map(({ number, text, ...name }) => {
        const isHeard = !text.includes('的') && !('isOther' in name && [...text].length <= LEAST); // 天网 sounds as 今天往
        return { number, text, sounds: isHeard ? soundsOf(text, book) : [], isPlace: false };
      }),
    ...places.filter((name) => isOnly(name, [...places, ...texts])).map((name) => ({ ...name, sounds: [], isPlace: true })),
  ].sort((a, b) => b.text.length - a.text.length);
  const from = new Map<string, Name[]>();
  for (const name of all) {
    const start = startAt(name.text, 0, book);
    from.set(start, [...(from.get(start) ?? []), name]);
  }
  const names = { all, from };
  compiled.set(ballot, names);
  return names;
}

/** How people say what is written: 三院背后 is 3号院后面. */
const WORDED: readonly (readonly [written: RegExp, said: (found: string) => string])[] = [
  [/号院/g, () => '院'],
  [/的/g, () => ''],
  [/后面/g, () => '背后'],
  [/面/g, () => '头'],
  [/旁边/g, () => '边上'],
  [/旁边/g, () => '边边上'],
  [/[1-9]/g, (digit) => NUMERALS.charAt(Number(digit))],
  [/[一二三四五六七八九]/g, (written) => String(NUMERALS.indexOf(written))],
];
const NUMERALS = '零一二三四五六七八九';

function wordedAnew(place: string): string[] {
  const places = new Set([place]);
  for (const [written, said] of WORDED) for (const each of [...places]) places.add(each.replace(written, said));
  return [...places];
}

/** The pieces of a place of Chinese characters: of 小广场东边 also 小广场 and 广场东. */
function piecesOf(place: string): string[] {
  const pieces = new Set<string>();
  for (const run of place.match(/\p{Script=Han}+/gu) ?? [])
    for (let from = 0; from < run.length; from++)
      for (let length = PLACE; length <= LONGEST_PLACE && from + length <= run.length; length++) pieces.add(run.slice(from, from + length));
  return [...pieces];
}

function endsOf(title: string): string[] {
  if (/\p{Script=Latin}/u.test(title)) return [title];
  const characters = [...title];
  return characters.slice(0, Math.max(1, characters.length - LEAST + 1)).map((_, index) => characters.slice(index).join(''));
}

/** 儿童游乐场 without its last character. */
function beginningsOf(title: string): string[] {
  return /^\p{Script=Han}{5,}$/u.test(title) ? [title.slice(0, -1)] : [];
}

function soundsOf(text: string, { syllables }: IntentBook): string[] {
  const heard = [...text].flatMap((character) => syllables.of(character) ?? []);
  return heard.length >= LEAST && heard.length === [...text].length ? heard : [];
}

/** What follows a place that stands for its project: 菜市场那段, 小广场要修. */
const IN_PLACE = /^[面头边上里]?的?(?:那|这|哪)一?[个段块截条坨片路]|^(?:要|准备|打算|拿来)?(?:修|建|装|搞|弄|做)(?:什么|啥|灯)|^的?(?:那|这)个/;
/** The shortest piece of a place that names it. */
const PLACE = 3;
const LONGEST_PLACE = 6;

export const LETTER = /[\p{Script=Latin}']/u;

export function nameAt(plain: string, at: number, { from }: Names, book: IntentBook): Mention | undefined {
  if (FIGURATIVE.test(plain.slice(at, at + 9))) return undefined;
  const name = from.get(startAt(plain, at, book))?.find(({ text, sounds, isPlace }) => {
    if (plain.startsWith(text, at)) return isPlace ? IN_PLACE.test(plain.slice(at + text.length)) : isWhole(plain, at, text);
    return sounds.length > 0 && sounds.every((sound, index) => book.syllables.of(plain.charAt(at + index)) === sound);
  });
  return name && { number: name.number, start: at, end: at + name.text.length };
}

/** It says what somebody thinks of something else. */
const FIGURATIVE = /^waste of\b/;

function startAt(text: string, at: number, { syllables }: IntentBook): string {
  const character = text.charAt(at);
  return syllables.of(character) ?? character;
}

/** A name in Latin letters stands as a word of its own. */
function isWhole(plain: string, at: number, text: string): boolean {
  if (!LETTER.test(text.charAt(0))) return true;
  return !LETTER.test(plain.charAt(at - 1)) && !LETTER.test(plain.charAt(at + text.length));
}
