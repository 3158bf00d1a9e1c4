import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../../store/files.ts';
import { NUMERAL_CHARACTERS, numeral } from '../../store/numerals.ts';

/** From where to where something stands in a text: UTF-16 code units, the end not among them. */
export interface Stretch {
  readonly from: number;
  readonly to: number;
}

/** What of a text is compared: a Chinese character, a word of Latin letters or a number. */
export interface Unit extends Stretch {
  /** In small letters; numbers in digits, however they are written. */
  readonly unit: string;
}

/** A text, taken apart into what is asked for and where. */
export interface PlacedText {
  /** Without punctuation, and without the places. */
  readonly units: readonly Unit[];
  /** Words that others say otherwise, with what they mean. */
  readonly words: readonly (Stretch & { readonly meaning: number })[];
  /** The numbers of each kind of place that it names: of courtyards (`三号院`), buildings (`2栋`), entrances (`3单元`), phases and groups. */
  readonly places: ReadonlyMap<string, ReadonlySet<string>>;
  readonly placed: readonly Stretch[];
}

const NUMERALS = [...NUMERAL_CHARACTERS].join('');
const NUMBER = `(?:\\p{Nd}+|[${NUMERALS}]+)`;
const NAME = `(?:${NUMBER}|[A-Za-z](?![A-Za-z]))`;
/** What stands behind the number of a place. 院子 and 院坝 are no courtyard with a number, and 一组 is also said of things: a group has its 第. */
const KINDS: readonly (readonly [string, string])[] = [
  ['courtyard', '号?(?:大院|院)(?![子坝落])'],
  ['building', '(?:号楼|栋楼?|幢楼?)'],
  ['entrance', '单元'],
  ['phase', '期'],
];
const AND = '[和与跟及、,，到至-]';
const PLACES = KINDS.map(([kind, behind]) => ({ kind, pattern: new RegExp(`(?<!每)(${NAME})(?:${AND}(${NAME}))*${behind}`, 'gu') }));
const GROUP = { kind: 'group', pattern: new RegExp(`第(${NUMBER})[组队]`, 'gu') };
const EACH_NAME = new RegExp(NAME, 'gu');
const UNITS = new RegExp(`\\p{Nd}+|[${NUMERALS}]+|\\p{Script=Latin}+|\\p{L}`, 'gu');
const IS_NUMBER = new RegExp(`^${NUMBER}$`, 'u');

/** With what residents ask for anything. */
const ASKING = /希望|建议|请人|请|能不能|可不可以|想要|一下|社区|小区|我们|最近|需要|组织|举办|安装|设置|增加/gu;

/** Has V8 compile the patterns, a millisecond each, in steps: the first text would wait for all of them at once. */
export function* readyPatterns(): Generator<void, void> {
  for (const pattern of [...PLACES.map(({ pattern }) => pattern), GROUP.pattern, EACH_NAME, UNITS, ASKING]) {
    for (const _ of '三号院3栋'.matchAll(pattern));
    yield;
  }
}

/** Takes a text apart. Full-width letters and digits count as others do. */
export function placedText(text: string): PlacedText {
  const places = new Map<string, Set<string>>();
  const placed: Stretch[] = [];
  for (const { kind, pattern } of [...PLACES, GROUP])
    for (const found of text.matchAll(pattern)) {
      const names = places.get(kind) ?? new Set();
      places.set(kind, names);
      for (const [name] of found[0].matchAll(EACH_NAME)) names.add(plain(name));
      placed.push({ from: found.index, to: found.index + found[0].length });
    }
  const isPlaced = ({ from, to }: Stretch) => placed.some((place) => from < place.to && to > place.from);
  const asking = Array.from(text.matchAll(ASKING), ({ 0: ask, index }) => ({ from: index, to: index + ask.length }));
  const units: Unit[] = [];
  for (const found of text.matchAll(UNITS)) {
    const from = found.index;
    const to = from + found[0].length;
    if (isPlaced({ from, to }) || asking.some((ask) => from < ask.to && to > ask.from)) continue;
    units.push({ unit: plain(found[0]), from, to });
  }
  const words = sameWords(text).filter((word) => !isPlaced(word));
  return { units, words, places, placed };
}

/** Units of a text that are looked at: whoever writes 300 different signs takes no more memory than others. */
const MOST_UNITS = 150;
/** A meaning counts more than the characters by which it is written. */
const OF_A_MEANING = 1.6;

/** What a text is compared by, and how much each counts: single units, pairs of them, which keep the order, and meanings. */
export function gramsOf({ units, words }: Pick<PlacedText, 'units' | 'words'>): Map<string, number> {
  const grams = new Map<string, number>();
  units.slice(0, MOST_UNITS).forEach(({ unit }, index) => {
    grams.set(unit, 1);
    const next = units[index + 1];
    if (next) grams.set(pairOf(unit, next.unit), 1);
  });
  for (const { meaning } of words.slice(0, MOST_UNITS)) grams.set(`=${meaning}`, OF_A_MEANING);
  return grams;
}

/** Two units that stand one after the other. */
export function pairOf(unit: string, next: string | undefined): string {
  return `${unit} ${next ?? ''}`;
}

/** Whether two texts are of the same place; undefined if one of them names none, or they name places of different kinds. */
export function samePlace(one: PlacedText['places'], other: PlacedText['places']): boolean | undefined {
  let same: boolean | undefined;
  for (const [kind, names] of one) {
    const others = other.get(kind);
    if (!others) continue;
    if (![...names].some((name) => others.has(name))) return false;
    same = true;
  }
  return same;
}

function plain(unit: string): string {
  const written = unit.normalize('NFKC').toLowerCase();
  if (!IS_NUMBER.test(written)) return written;
  return String(numeral(written) ?? written.replace(/^0+(?=\d)/, ''));
}

/** Words that residents use for the same thing, a line each. */
export const SAME_WORDS = linesOf('sameWords.txt').map((line) => line.split(' '));

/** The lines of a list in `locales/zh-CN/`. */
export function linesOf(name: string): string[] {
  return readFileSync(join(root, 'locales/zh-CN', name), 'utf8')
    .trim()
    .split('\n');
}

interface Meaning {
  readonly word: string;
  readonly meaning: number;
}

/** By the first sign of a word: those that begin with it, the longest first. */
const BY_FIRST = meanings();

function meanings(): ReadonlyMap<string, readonly Meaning[]> {
  const found = new Map<string, Meaning[]>();
  for (const [meaning, words] of SAME_WORDS.entries())
    for (const word of words) {
      const first = word[0] ?? '';
      found.set(first, [...(found.get(first) ?? []), { word, meaning }]);
    }
  for (const words of found.values()) words.sort((one, other) => other.word.length - one.word.length);
  return found;
}

/** What may stand within a word without changing what it means: 种点花, 换个灯. */
const FILLERS = new Set('点些个几');

/** A word that others say otherwise: from where to where it stands, and what it means, as a number. */
interface SameWord extends Stretch {
  readonly meaning: number;
}

/** The words of a text that others say otherwise. */
function sameWords(text: string): readonly SameWord[] {
  const kept = Array.from({ length: text.length }, (_, index) => index).filter((index) => !FILLERS.has(text[index] ?? ''));
  const bare = kept.map((index) => text[index]).join('');
  const within = wordsIn(bare).map(({ from, to, meaning }) => ({ from: kept[from] ?? 0, to: (kept[to - 1] ?? 0) + 1, meaning }));
  return kept.length === text.length ? within : [...wordsIn(text), ...within];
}

/** From left to right, the longest one that stands at a place. */
function wordsIn(text: string): SameWord[] {
  const words: SameWord[] = [];
  for (let from = 0; from < text.length; ) {
    const found = BY_FIRST.get(text[from] ?? '')?.find(({ word }) => text.startsWith(word, from));
    const to = from + (found?.word.length ?? 1);
    if (found) words.push({ from, to, meaning: found.meaning });
    from = to;
  }
  return words;
}
