import type { Option } from '../question.ts';
import type { IntentBook } from './intentBook.ts';
import { normalise } from './normalise.ts';

/** By what a ballot's projects are described: words for things like theirs (`describes`), and pairs of characters of title, other names and detail that no other one has. */
interface Described {
  readonly words: ReadonlyMap<string, readonly number[]>;
  readonly own: ReadonlyMap<string, number>;
}

const compiled = new WeakMap<readonly Option[], Described>();

/**
 * The projects that a message describes without naming them, in order: 给老年人做饭的. `named` gives those that a part of it names. Empty if it could be another one as
 * well. What stands where somebody points or chooses counts double: the rest may be a story. What is not wanted does not count. They have to be read back.
 */
export function describedIn(
  plain: string,
  ballot: readonly Option[],
  book: Pick<IntentBook, 'describes'>,
  named: (part: string) => readonly number[] = () => [],
): readonly number[] {
  const found = knownOf(ballot, book);
  const parts = partsOf(plain)
    .filter((part) => !REFUSED.test(part))
    .map((part) => ({ part, isPointed: POINTS.test(part), scores: scoresIn(part, found) }));
  if (SEVERAL.test(plain)) {
    const several = new Set(
      parts.flatMap(({ part, isPointed, scores }) => {
        const names = named(part);
        return names.length > 0 ? names : ((isPointed ? onlyIn(scores) : undefined) ?? []);
      }),
    );
    if (several.size > 1) return [...several];
  }
  const sums = new Map<number, number>();
  for (const { isPointed, scores } of parts)
    for (const [number, score] of scores) sums.set(number, (sums.get(number) ?? 0) + score * (isPointed ? 2 : 1));
  const only = onlyIn(sums);
  return only === undefined ? [] : [only];
}

function knownOf(ballot: readonly Option[], book: Pick<IntentBook, 'describes'>): Described {
  const known = compiled.get(ballot) ?? { words: wordsOf(ballot, book), own: ownPairs(ballot) };
  compiled.set(ballot, known);
  return known;
}

/** The one project that a part of a message describes, and where its words stand; undefined if it could be another one as well. */
export function descriptionIn(
  part: string,
  ballot: readonly Option[],
  book: Pick<IntentBook, 'describes'>,
): { readonly number: number; readonly start: number; readonly end: number } | undefined {
  const { words, own } = knownOf(ballot, book);
  const number = onlyIn(scoresIn(part, { words, own }));
  if (number === undefined) return undefined;
  const said = [...words].flatMap(([word, numbers]) => (numbers.includes(number) && has(part, word) ? [word] : []));
  const pairs = pairsOf(part).filter((pair) => own.get(pair) === number);
  const places = [...said, ...pairs]
    .map((word) => ({ start: part.indexOf(word), end: part.indexOf(word) + word.length }))
    .filter(({ start }) => start >= 0);
  if (places.length === 0) return undefined;
  return { number, start: Math.min(...places.map(({ start }) => start)), end: Math.max(...places.map(({ end }) => end)) };
}

const LEAST = 1;
/** Another one is so much less like it. */
const APART = 2;
const POINTS = /[投选](?![诉影稿递资篮])|支持|赞成|[要顶]|那(?:一?个|样|项|种)|的(?:项目)?\s*$|\b(?:one|ones|that|vote|want|pick|choose|thing)\b/;
const REFUSED = /[不莫别](?:想|愿意?|得)?[要投选支]|反对|没必要/;
const SEVERAL = /[两三][样个项]|一个是|和|跟|还有|以及|、|\band\b/;
const PARTS = /[,，。.!！?？;；…~\n、]|和|跟|还有|以及|一个是|\band\b|(?<=\p{Script=Han})\s+(?=\p{Script=Han})/u;

function partsOf(plain: string): string[] {
  return plain.split(PARTS).filter((part) => part.trim() !== '');
}

function onlyIn(scores: ReadonlyMap<number, number>): number | undefined {
  const [[number, first] = [], [, second = 0] = []] = [...scores].toSorted(([, one], [, other]) => other - one);
  return first !== undefined && first >= LEAST && first >= second * APART ? number : undefined;
}

function scoresIn(part: string, { words, own }: Described): Map<number, number> {
  const scores = new Map<number, number>();
  const add = (number: number, score: number) => scores.set(number, (scores.get(number) ?? 0) + score);
  const found = [...words.keys()].filter((word) => has(part, word));
  for (const word of found)
    if (!found.some((other) => other !== word && other.includes(word))) for (const number of words.get(word) ?? []) add(number, 1);
  for (const number of new Set(pairsOf(part).flatMap((pair) => own.get(pair) ?? []))) add(number, 1);
  return scores;
}

function has(part: string, word: string): boolean {
  return /^[a-z]/.test(word) ? ` ${part.replace(/[^a-z' -]/g, ' ')} `.includes(` ${word} `) : part.includes(word);
}

function wordsOf(ballot: readonly Option[], { describes }: Pick<IntentBook, 'describes'>): Map<string, number[]> {
  const words = new Map<string, number[]>();
  for (const { number, label, title = label } of ballot) {
    const written = normalise(title);
    for (const [things, describing] of describes)
      if (things.split('|').some((thing) => written.includes(thing)))
        for (const word of new Set(describing)) words.set(word, [...new Set([...(words.get(word) ?? []), number])]);
  }
  return words;
}

function ownPairs(ballot: readonly Option[]): Map<string, number> {
  const owners = new Map<string, Set<number>>();
  for (const { number, label, title = label, also = [], detail = '' } of ballot)
    for (const pair of [title, detail, ...also].flatMap((text) => pairsOf(normalise(text))))
      owners.set(pair, (owners.get(pair) ?? new Set()).add(number));
  return new Map(
    [...owners].flatMap(([pair, [number, another]]) => (number !== undefined && another === undefined ? [[pair, number] as const] : [])),
  );
}

/** Of several characters that say something; where something is, and how many there are, does not. */
function pairsOf(text: string): string[] {
  return (text.replace(SAYS_NOTHING, '|').match(/\p{Script=Han}+/gu) ?? []).flatMap((run) =>
    [...run].slice(1).map((character, index) => [...run][index] + character),
  );
}

const SAYS_NOTHING =
  /小区|社区|那[块个些]?|这[块个些]?|[一二三四五六七八九十两几]+[个件台盏口套张处号栋楼]|[的了在和跟给把个地要想我你他们有没不是就都也投选票号]|放|装|修|建|办|每|后面|前面|门口|旁边|东边|西边/gu;
