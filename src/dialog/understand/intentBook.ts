import { z } from 'zod';
import { boundedMap } from '../../store/cache.ts';
import { CodedError } from '../../store/codedError.ts';
import { COMMANDS, type CommandName, INTENTS, type Intent } from '../command.ts';
import { type Like, likenessTo, type Units } from './likeness.ts';
import { byFirst, longestAt, normalise } from './normalise.ts';
import type { Syllables } from './syllables.ts';

/** Stands for a project in a wording. */
export const PROJECT = '◇';

/** What a wording is for: an intent, a command in other words, an answer to a yes or no, or nothing that is answered. */
export type Kind = Intent | CommandName | 'yes' | 'no' | 'others';
const KINDS: readonly Kind[] = [...INTENTS, ...COMMANDS, 'yes', 'no', 'others'];

/** One language's `intents.yaml`: wordings by kind, and its four lists beside them. */
export type IntentWords = Readonly<Record<string, readonly string[] | Readonly<Record<string, readonly string[]>>>>;
/** Wordings are lines of one text: eight thousand entries of a list take YAML half a second. */
const lines = z.string().transform((text) => text.split('\n').filter(Boolean));
const file = z.record(z.string(), z.union([lines, z.record(z.string(), z.array(z.string()))]));

/** How like a text is to the wordings of a kind. */
export interface Scored {
  readonly kind: Kind;
  readonly likeness: number;
  /** How like it is to the likest wording alone: 1 the same. */
  readonly closest: number;
}

/** The wordings of all languages, compiled once. */
export interface IntentBook {
  /** What else a project may be called that has this word in its title. */
  readonly things: ReadonlyMap<string, readonly string[]>;
  /** By what people describe a project whose title has one of these words, divided by |. */
  readonly describes: ReadonlyMap<string, readonly string[]>;
  readonly syllables: Syllables;
  /** The wordings of a yes by their first character, for `longestAt`. */
  readonly yesFrom: ReadonlyMap<string, readonly string[]>;
  /** A normalised text as units; what may be pinyin has a second reading. */
  readonly unitsOf: (plain: string) => readonly [Units, ...Units[]];
  /** The kinds that a normalised text is like, the likest first. */
  readonly kindsOf: (plain: string) => readonly Scored[];
  /** Which part of a normalised text's content stands in wordings of this kind too: 1 all of it, 0 none. */
  readonly knows: (plain: string, kind: Kind) => number;
  /** Whether a word is in many wordings: it is no name of a project. */
  readonly isCommon: (word: string) => boolean;
  /** The same book for one message, of which it reads and compares no part twice. */
  readonly forOneMessage: () => IntentBook;
}

/** Checks what was read from an `intents.yaml`. Throws `CodedError` with the kind that is unknown. */
export function intentWords(language: string, read: unknown): IntentWords {
  const checked = file.safeParse(read);
  if (!checked.success) throw new CodedError('intents-unreadable', `${language}/intents.yaml: ${z.prettifyError(checked.error)}`);
  for (const [kind, listed] of Object.entries(checked.data)) {
    const isList = Array.isArray(listed);
    if (isList ? kind !== 'drop' && !KINDS.some((each) => each === kind) : kind !== 'same' && kind !== 'things' && kind !== 'describes')
      throw new CodedError(
        'unknown-intent',
        `${language}/intents.yaml: "${kind}" is no kind; kinds are those of src/dialog/command.ts, commands, yes, no and others.`,
      );
  }
  return checked.data;
}

/** Compiles the wordings of all languages. */
export function intentBook(languages: readonly IntentWords[], syllables: Syllables): IntentBook {
  const read = reader(languages, syllables);
  const wordings = languages.flatMap((words) =>
    KINDS.flatMap((kind) => {
      const listed = words[kind];
      return Array.isArray(listed) ? listed.map((wording: string) => ({ kind, wording })) : [];
    }),
  );
  const kinds = KINDS.filter((kind) => wordings.some((wording) => wording.kind === kind));
  const known = wordings.map(({ kind, wording }) => ({ units: read(normalise(wording))[0], group: kinds.indexOf(kind) }));
  const acquainted = acquaintedWith(
    known.map(({ units, group }) => ({ units: units.written, group })),
    PROJECT,
  );
  const groups = {
    groupOf: Uint8Array.from(wordings, ({ kind }) => kinds.indexOf(kind)),
    sizes: kinds.map((kind) => wordings.filter((wording) => wording.kind === kind).length),
  };
  const compare = likenessTo(
    known.map(({ units }) => units),
    groups,
  );
  const common = boundedMap<string, boolean>(MOST_COMMON);
  const kindsOf = (units: Units): Scored[] => {
    const { nearest, typical } = compare(units, NEIGHBOURS);
    const sums = summed(nearest, groups.groupOf);
    const found = kinds.map((kind, group) => {
      const { sum, closest } = sums.get(group) ?? NOTHING;
      return { kind, likeness: sum + TYPICAL * (typical[group] ?? 0), closest };
    });
    return found.sort((a, b) => b.likeness - a.likeness);
  };
  const reading = (unitsOf: IntentBook['unitsOf']) => ({
    unitsOf,
    knows: (plain: string, kind: Kind) => acquainted(unitsOf(plain)[0].written, kinds.indexOf(kind)),
    kindsOf: (plain: string) =>
      unitsOf(plain)
        .map(kindsOf)
        .reduce((best, each) => ((each[0]?.likeness ?? 0) > (best[0]?.likeness ?? 0) ? each : best)),
  });
  const book: IntentBook = {
    ...reading(read),
    things: listedIn(languages, 'things'),
    describes: listedIn(languages, 'describes'),
    syllables,
    yesFrom: byFirst(wordings.filter(({ kind }) => kind === 'yes').map(({ wording }) => normalise(wording))),
    isCommon: (word) => common.getOrMake(word, () => wordings.filter(({ wording }) => wording.includes(word)).length >= COMMON),
    forOneMessage: () => {
      const { unitsOf, knows, kindsOf: compared } = reading(remembered(read));
      return { ...book, unitsOf, knows, kindsOf: remembered(compared) };
    },
  };
  return book;
}

/** A function of a text that finds once what it is asked again, for as long as one message is understood. */
export function remembered<Found>(find: (text: string) => Found): (text: string) => Found {
  const known = new Map<string, Found>();
  return (text) => {
    const before = known.get(text);
    if (before !== undefined) return before;
    const found = find(text);
    known.set(text, found);
    return found;
  };
}

const NEIGHBOURS = 12;
const COMMON = 10;
const MOST_COMMON = 1_000;
/** How much further wordings of a kind add to its likest one. */
const FURTHER = [1, 0.25, 0.12, 0.06];
/** How much it adds that the grams of a text are typical for a kind. */
const TYPICAL = 0.4;

interface Sum {
  readonly sum: number;
  readonly closest: number;
  readonly count: number;
}
const NOTHING: Sum = { sum: 0, closest: 0, count: 0 };

/** For each group among the likest, what its wordings add up to. */
function summed(likest: readonly Like[], groupOf: Uint8Array): Map<number, Sum> {
  const sums = new Map<number, Sum>();
  for (const { place, likeness } of likest) {
    const group = groupOf[place] ?? 0;
    const { sum, closest, count } = sums.get(group) ?? { ...NOTHING, closest: likeness };
    sums.set(group, { sum: sum + likeness * (FURTHER[count] ?? 0), closest, count: count + 1 });
  }
  return sums;
}

function listedIn(languages: readonly IntentWords[], list: 'things' | 'describes'): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const words of languages) {
    const listed = words[list] ?? {};
    if (isLines(listed)) continue;
    for (const [thing, names] of Object.entries(listed))
      found.set(thing, [...(found.get(thing) ?? []), ...names.map((name) => normalise(name).trim())]);
  }
  return found;
}

function isLines(listed: IntentWords[string]): listed is readonly string[] {
  return Array.isArray(listed);
}

const HAN = /\p{Script=Han}/u;
const WORD = /[\p{Script=Latin}']+/uy;

/** Reads a normalised text into units: words that say the same become one, words that say nothing are left out. */
function reader(languages: readonly IntentWords[], syllables: Syllables): IntentBook['unitsOf'] {
  const same = new Map<string, string>();
  const drop = new Set<string>();
  for (const words of languages) {
    const { same: groups = {}, drop: dropped = [] } = words;
    if (Array.isArray(dropped)) for (const word of dropped) drop.add(normalise(word));
    if (Array.isArray(groups)) continue;
    for (const [head, variants] of Object.entries(groups)) for (const word of [head, ...variants]) same.set(normalise(word), normalise(head));
  }
  const from = byFirst(same.keys());
  return (plain) => {
    const written: string[] = [];
    const add = (text: string) => {
      if (!drop.has(text)) written.push(text);
    };
    for (let at = 0; at < plain.length; ) {
      const word = longestAt(plain, at, from);
      if (word) {
        for (const unit of pieces(same.get(word) ?? word)) add(unit);
        at += word.length;
        continue;
      }
      const unit = unitAt(plain, at);
      if (unit.text) add(unit.text);
      at += unit.length;
    }
    const heard = written.map((unit) => syllables.of(unit) ?? unit);
    const units = { written, spoken: heard };
    const typed = /^[a-z\s\p{P}◇#]+$/u.test(plain) ? syllables.in(plain) : undefined;
    return typed ? [units, { written: [], spoken: typed }] : [units];
  };
}

function pieces(text: string): string[] {
  return HAN.test(text) ? [...text] : text.split(/\s+/);
}

function unitAt(plain: string, at: number): { readonly text: string; readonly length: number } {
  const character = String.fromCodePoint(plain.codePointAt(at) ?? 0);
  if (HAN.test(character) || character === PROJECT) return { text: character, length: character.length };
  WORD.lastIndex = at;
  const word = WORD.exec(plain)?.[0];
  if (word) return { text: word, length: word.length };
  const digits = /^\d+/.exec(plain.slice(at, at + 40))?.[0];
  if (digits) return { text: '#', length: digits.length };
  return { text: '', length: character.length };
}

/** Which part of a text's content the wordings of a group have too: 1 all of it, 0 none. Rare units count more. */
type Acquainted = (units: readonly string[], group: number) => number;

/** A number, whatever it is, tells nothing about the rest. */
const NUMBER = '#';
/** A text that consists only of units which are in one of so many wordings says nothing: 的了吗. */
const EVERYWHERE = 12;

/**
 * Learns from the units of the known texts, of which each is in a group. `always` is a unit that counts as known everywhere. A text with
 * nothing but units that are everywhere is not known at all.
 */
function acquaintedWith(known: readonly { readonly units: readonly string[]; readonly group: number }[], always: string): Acquainted {
  const having = new Map<string, { count: number; groups: Set<number> }>();
  for (const { units, group } of known) {
    for (const unit of new Set(units)) {
      const found = having.get(unit) ?? { count: 0, groups: new Set() };
      found.count++;
      found.groups.add(group);
      having.set(unit, found);
    }
  }
  const texts = known.length; // the texts themselves are not kept: 3.5 MB
  const weightOf = (unit: string) => Math.log(1 + texts / ((having.get(unit)?.count ?? 0) + 1));
  const least = Math.log(1 + EVERYWHERE);
  return (units, group) => {
    let all = 0;
    let own = 0;
    let heaviest = 0;
    for (const unit of new Set(units)) {
      if (unit === NUMBER) continue;
      const weight = unit === always ? least : weightOf(unit);
      heaviest = Math.max(heaviest, weight);
      all += weight;
      if (unit === always || having.get(unit)?.groups.has(group)) own += weight;
    }
    return heaviest < least ? 0 : own / all;
  };
}
