import type { Option } from '../question.ts';
import { namesOf } from './names.ts';
import { normalise } from './normalise.ts';
import { numeralOf } from './numerals.ts';
import { type Like, type Sayable, soundsLike } from './soundsLike.ts';
import type { SaidRole, Vocabulary } from './vocabulary.ts';

/** What people say before they say something, and behind it. */
const BEFORE = /^(?:嗯|呃|额|啊|哦|喔|诶|哎|唉|那个|这个(?=.{2})|就是(?=.)|那就|那|就(?=.{2})|喂|你好|uh|um|er|well|so|please)[\s\p{P}]*/u;
const BEHIND = /[\s\p{P}]*(?:啊|呀|吧|嘛|哈|哦|喔|噻|嘞|哎|咯|喽|谢谢|谢谢你|please|thanks|thank you)$/u;

/** Words without what a hesitating person says first, as recognisers write 那个 and 嗯 down: 哪个, 第二个, 大哥. */
export function withoutLead(text: string): string {
  const rest = text.replace(LEAD, '');
  return /[\p{L}\p{N}]/u.test(rest) ? rest : text;
}

const LEAD = /^(?:[\s\p{P}]*(?:嗯+|呃+|额|啊|哦|\p{Script=Han}{0,2}[个個歌哥]|uh|um|er|well)[，,。.、\s]+)+/iu;

/** What is said in the place of a key, if nothing else is said; fillers do not count. */
export function saidIn(text: string, { said }: Vocabulary): SaidRole | undefined {
  const whole = bare(normalise(withoutLead(text)));
  return said.get(whole) ?? said.get(withoutFillers(whole));
}

/** What stands between two picks. */
const BETWEEN = /[和跟与]|还有|再加|加上|[\s\p{P}]+/u;
/** The fewest syllables by which a title can be told. */
const LEAST_SYLLABLES = 2;
/** What a person says may be taken for something of so many syllables at most; a television says more. */
const MOST_SYLLABLES = 16;

/** What may be said in the place of a key, in groups that count as the same, and what can be picked. */
export interface MayBeSaid {
  readonly roles: readonly (readonly SaidRole[])[];
  readonly options: readonly Option[];
}

/**
 * What an utterance sounds like of all that may be said here, though a machine wrote it down in other characters: one phrase, or several picks. Undefined if
 * nothing is near enough, or two are as near. It is a guess, and has to be read back.
 */
export function byEar(text: string, { roles, options }: MayBeSaid, { said, book }: Vocabulary): Like | undefined {
  const soundsOf = (words: string) => {
    const characters = [...words];
    const sounds = characters.flatMap((character) => book.syllables.of(character) ?? []);
    return sounds.length === characters.length ? sounds : [];
  };
  const phrase = (words: string, kind: string) => ({ text: words, sounds: soundsOf(words), kind });
  const phrases = [...said].flatMap(([words, role]) => {
    const group = roles.findIndex((each) => each.includes(role));
    return group >= 0 ? [phrase(words, `said ${group}`)] : [];
  });
  const names = namesOf(options, book).all.filter(({ sounds }) => sounds.length >= LEAST_SYLLABLES);
  const picks = [
    ...names.map(({ number, text: words, sounds }) => ({ text: words, sounds, kind: `${number}` })),
    ...options.map(({ number }) => phrase(`${numeralOf(number)}号`, `${number}`)),
  ];
  const heardIn = (words: string) => soundsOf(withoutFillers(bare(normalise(words))));
  const isSaid = ({ sounds }: Sayable) => sounds.length > 0;
  const whole = heardIn(withoutLead(text));
  if (whole.length === 0 || whole.length > MOST_SYLLABLES) return undefined;
  const one = soundsLike(whole, [...phrases, ...(DENIES.test(text) ? [] : picks)].filter(isSaid));
  if (one || DENIES.test(text)) return one;
  const parts = withoutLead(text)
    .split(BETWEEN)
    .filter((part) => /[\p{L}\p{N}]/u.test(part))
    .map((part) => soundsLike(heardIn(part), picks.filter(isSaid)));
  if (parts.length < 2 || parts.includes(undefined)) return undefined;
  return { text: parts.map((part) => part?.text).join('和'), off: Math.max(...parts.map((part) => part?.off ?? 1)) };
}

const DENIES = /[不没莫别]/;

function bare(plain: string): string {
  return plain.replace(/(?<=\p{Script=Han})[\s\p{P}]+|[\s\p{P}]+(?=\p{Script=Han})|^[\s\p{P}]+|[\s\p{P}]+$/gu, '').replace(/\s+/g, ' ');
}

function withoutFillers(plain: string): string {
  const shorter = plain.replace(BEFORE, '').replace(BEHIND, '');
  return shorter === plain || shorter === '' ? plain : withoutFillers(shorter);
}
