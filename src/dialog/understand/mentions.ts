import type { Option } from '../question.ts';
import { deniedOf, isAllBut, isJoined } from './denied.ts';
import { type IntentBook, PROJECT } from './intentBook.ts';
import { type Mention, type Names, nameAt, namesOf } from './names.ts';
import { describedAt, numberAt, wordAt } from './numberedAt.ts';
import type { Vocabulary } from './vocabulary.ts';

/** The projects that a message names, wherever they stand in it. */
export interface Mentions {
  /** All of them, in order, each once. */
  readonly all: readonly number[];
  /** Those that are not denied: of "the lamp, not the garden" the lamp; of "all but the garden" the others. */
  readonly wanted: readonly number[];
  /** The message with ◇ in place of each. */
  readonly masked: string;
}

/** Finds the projects in a normalised message: by number, title, the end of a title, another name for it, and what sounds the same. */
export function mentionsIn(plain: string, ballot: readonly Option[], { book, numbers }: Vocabulary): Mentions {
  const names = namesOf(ballot, book);
  const typed = typedIn(plain, names, book);
  if (typed) return typed;
  const found: Mention[] = [];
  const isCounted = COUNTS_REASONS.test(plain);
  for (let at = 0; at < plain.length; ) {
    if (found.at(-1)?.end === at) at += RANK.exec(plain.slice(at, at + 3))?.[0].length ?? 0;
    if (isCounted) at += COUNTED.exec(plain.slice(at, at + 2))?.[0].length ?? 0;
    const mention = nameAt(plain, at, names, book) ?? numberAt(plain, at, ballot) ?? wordAt(plain, at, ballot, numbers);
    const mentioned = describedAt(plain, at, ballot) ?? (mention ? [mention] : []);
    found.push(...mentioned);
    at = mentioned[0]?.end ?? at + 1;
  }
  const all = [...new Set(found.map(({ number }) => number))];
  const except = isAllBut(plain);
  const areDenied = deniedOf(plain, found);
  const isWanted = new Map<number, boolean>();
  found.forEach(({ number }, index) => {
    const isGroup = isJoined(plain, found[index - 1], found[index]) || isJoined(plain, found[index], found[index + 1]);
    if (!areDenied[index]) isWanted.set(number, true);
    else if (!isGroup || !isWanted.has(number)) isWanted.set(number, false); // 不要花园, but of "1和3,不是1和2" 1 is still wanted
  });
  const wanted =
    except && all.length > 0
      ? ballot.map(({ number }) => number).filter((number) => !all.includes(number))
      : all.filter((number) => isWanted.get(number));
  return { all, wanted, masked: masked(plain, found) };
}

/** 路灯第一,花园第二: how much somebody wants them, not their numbers. */
const RANK = /^第[一二三四1-4](?![个号项样])/;

/** 路灯,理由如下:第一,安全;第二,便宜: reasons are counted, not projects. */
const COUNTS_REASONS = /第一[,，、].{3,}第二[,，、]/u;
const COUNTED = /^第[一二三四]/;

/** What is typed in pinyin: "lu deng" is 路灯. Undefined if no name is in it. */
function typedIn(plain: string, { all: names }: Names, { syllables }: IntentBook): Mentions | undefined {
  const heard = /^[a-z][a-z\s\p{P}]*$/u.test(plain) ? syllables.in(plain) : undefined;
  if (!heard) return undefined;
  let text = ` ${heard.join(' ')} `;
  const all: number[] = [];
  for (const { number, sounds } of names) {
    const sound = ` ${sounds.join(' ')} `;
    if (sounds.length === 0 || !text.includes(sound)) continue;
    if (!all.includes(number)) all.push(number);
    text = text.replaceAll(sound, ` ${PROJECT} `);
  }
  return all.length > 0 ? { all, wanted: all, masked: text.trim() } : undefined;
}

function masked(plain: string, found: readonly Mention[]): string {
  let text = '';
  let at = 0;
  for (const { start, end } of found) {
    text += plain.slice(at, start) + PROJECT;
    at = end;
  }
  return text + plain.slice(at);
}
