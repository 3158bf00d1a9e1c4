import { numeral } from '../../store/numerals.ts';
import type { Option } from '../question.ts';
import { descriptionIn } from './described.ts';
import { type Mentions, mentionsOf } from './mentions.ts';
import type { Mention } from './names.ts';
import { MEASURE } from './numberedAt.ts';
import type { Vocabulary } from './vocabulary.ts';

/**
 * The projects that a message may name where it surely is about picks: beside those that are named for certain, numerals that stand by themselves (再加个五) and
 * what describes one alone (能种菜那块空地). What is made of them has to be read back.
 */
export function looselyNamed(plain: string, ballot: readonly Option[], { found }: Mentions, { book }: Pick<Vocabulary, 'book'>): Mentions {
  const more: Mention[] = [];
  for (const { part, start } of partsOf(plain)) {
    if (found.some((mention) => mention.start >= start && mention.start < start + part.length)) continue;
    const numerals = numeralsIn(part, ballot);
    const described = numerals.length === 0 ? descriptionIn(part, ballot, book) : undefined;
    for (const each of described ? [described] : numerals) more.push({ ...each, start: start + each.start, end: start + each.end });
  }
  return more.length === 0
    ? mentionsOf(plain, ballot, found)
    : mentionsOf(
        plain,
        ballot,
        [...found, ...more].sort((one, other) => one.start - other.start),
      );
}

function partsOf(plain: string): { readonly part: string; readonly start: number }[] {
  const parts: { part: string; start: number }[] = [];
  let start = 0;
  for (const pause of plain.matchAll(PAUSES)) {
    parts.push({ part: plain.slice(start, pause.index), start });
    start = pause.index + pause[0].length;
  }
  return [...parts, { part: plain.slice(start), start }].filter(({ part }) => part.trim() !== '');
}

const PAUSES = /[,，。.!！?？;；:：…~\n、"“”]|和|跟|还有|以及|换成|改成|\b(?:and|for|with|but)\b|(?<=\p{Script=Han})\s+(?=\p{Script=Han})/gu;

function numeralsIn(part: string, ballot: readonly Option[]): Mention[] {
  return [...part.matchAll(NUMERAL)].flatMap(({ index, 0: text, 1: written = '' }) => {
    const number = /^\d/.test(written) ? Number(written) : numeral(written);
    const end = index + text.length;
    if (number === undefined || MEASURE.test(part.slice(end)) || !ballot.some((option) => option.number === number)) return [];
    return [{ number, start: index, end }];
  });
}

const NUMERAL =
  /(?<![\d零一二两三四五六七八九十百第几这那周期月初])(?:序号|号码|编号|no\.?)?\s*(\d{1,2}|十|[二三四五六七八九])(?![\d零一二两三四五六七八九十百])/gu;
