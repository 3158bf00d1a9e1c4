import type { Option } from '../question.ts';
import { describedIn } from './described.ts';
import { isAllBut } from './mentions.ts';
import { type Said, saidOf } from './said.ts';

/**
 * The message with what points at one of some projects (picks that are known, or those that were talked of) said by its number: 后头那个改成5 is 4号改成5
 * where 3 and 4 are known, 贵的那个不要 is that of the dearer one. Undefined if nothing in it points at them.
 */
export function pointedOut(said: Said, known: readonly number[]): Said | undefined {
  const { plain, ballot, mentionsOf } = said;
  if (known.length < 2 || plain.length > MAX_CHARS) return undefined;
  const byCost = known.toSorted((a, b) => costOf(a, ballot) - costOf(b, ballot));
  const some = (all: string, written: string | undefined, taken: (many: number) => readonly number[]) => {
    const many = written ? '一两三'.indexOf(written.replace('二', '两')) + 1 : 1;
    const numbers = many < known.length ? taken(many) : [];
    return numbers.length === many ? numbers.map((number) => `${number}号`).join('和') : all;
  };
  const pointed = plain
    .replace(BY_COST, (all: string, many?: string) => some(all, many, (count) => (IS_DEAR.test(all) ? byCost.toReversed() : byCost).slice(0, count)))
    .replace(FIRST, (all: string, many?: string) => some(all, many, (count) => known.slice(0, count)))
    .replace(LAST, (all: string, many?: string) => some(all, many, (count) => known.slice(-count)))
    .replace(MIDDLE, (all: string) => (known.length === 3 ? `${known[1]}号` : all));
  const named = mentionsOf(pointed).all;
  const others = known.filter((number) => !named.includes(number));
  const resolved =
    named.length === 0 || isAllBut(plain) ? pointed : pointed.replace(OTHER, (all: string, many?: string) => some(all, many, () => others));
  return resolved === plain ? undefined : saidOf({ ...said, text: resolved, plain: resolved });
}

/** The message with the project that was told last said by its number, where it is pointed at beside one that is named: that one and the lamps, 那个和路灯. */
export function toldOut(said: Said, told: number): Said | undefined {
  const { plain, mentionsOf } = said;
  const { all } = mentionsOf(plain);
  if (all.length === 0 || all.includes(told) || plain.length > MAX_CHARS) return undefined;
  const named = plain.replace(BESIDE_NAMED, (pointed) => (/[a-z]/.test(pointed) ? `number ${told}` : `${told}号`));
  return named === plain ? undefined : saidOf({ ...said, text: named, plain: named });
}

const BESIDE_NAMED =
  /\b(?:that|this)(?: one)?(?=,? (?:and|plus) )|(?<=\b(?:and|plus) )(?:that|this)(?: one)?(?=$|[.!?,])|(?:那|这)个(?=[和跟]|加上|还有)|(?<=[和跟]|加上|还有)(?:那|这)个(?=$|[\s\p{P}])/u;

/** The message with the number of a project that comes to picks under no name of its own: 换成老年人吃饭的那个. */
export function describedOut(said: Said): Said | undefined {
  const { plain, ballot, mentionsOf, vocabulary } = said;
  const [, tail] = COMES.exec(plain) ?? [];
  if (tail === undefined || plain.length > MAX_CHARS || mentionsOf(tail).all.length > 0) return undefined;
  const [number, another] = describedIn(tail, ballot, vocabulary.book);
  if (number === undefined || another !== undefined) return undefined;
  const named = plain.replace(tail, `${number}号`);
  return saidOf({ ...said, text: named, plain: named });
}

const COMES =
  /(?:换成?|改成?|改投|再?加上?个?|再?添个?|再?来个?|还要|(?<![不没莫别])(?:要|投|选))([^\s\p{P}不没莫别了换改加]{2,12}(?:的那?个?|那个))(?:[嘛哈吧噻哦]|[\s\p{P}])*$/u;
const MAX_CHARS = 60;
/** What may stand behind it: 另一个小广场那边的 is none of them. */
const ONE_OR_MORE = '(?:那|这)?(?:([一两二三])个|个)(?=$|[\\s\\p{P}换改不去删拿莫别我就要也可行得吧嘛了给和跟留投算哈都好扯])';
/** 贵的那个, 里头最便宜的两个; not 太贵了. */
const BY_COST = new RegExp(
  `(?:(?:这|那)?(?:里头|里面|其中)的?)?(?:最(?:便宜|贵|省钱)的?|(?<![太好点这那么很嫌])(?:便宜|贵)(?:点儿?|些)?(?:的|(?=那个|这个)))(?:${ONE_OR_MORE}|(?=$|[\\s\\p{P}莫不别去删换留丢扔拿甩]))|\\bthe (?:cheap(?:er|est)|dearer|dearest|pricier|(?:more|most) expensive)(?: one)?\\b`,
  'gu',
);
const IS_DEAR = /贵|dear|expensive|pricier/;
const FIRST = new RegExp(
  `(?:(?<=^|[\\s\\p{P}要投选把给留就将是删掉换只了那])(?:前|头)(?:面|头|边)?的?${ONE_OR_MORE}|头一个|\\bthe first(?: one)?\\b)`,
  'gu',
);
const LAST = new RegExp(
  `(?<=^|[\\s\\p{P}要投选把给留就将是删掉换只了那面头])(?:最后|末尾|后(?:面|头|边))的?${ONE_OR_MORE}|\\bthe last(?: one)?\\b`,
  'gu',
);
const MIDDLE = /(?:中间|当中)的?(?:那|这)?一?个|\bthe middle(?: one)?\b/gu;
const OTHER = new RegExp(`(?:另外?|剩下?|余下|其余)的?${ONE_OR_MORE}|\\bthe other(?: one)?\\b`, 'gu');

function costOf(number: number, ballot: readonly Option[]): number {
  return ballot.find((option) => option.number === number)?.cost ?? 0;
}
