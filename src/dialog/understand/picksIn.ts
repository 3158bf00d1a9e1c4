import { scan } from './scan.ts';
import type { TitleAt } from './titleAt.ts';
import type { Vocabulary } from './vocabulary.ts';

export interface Picks {
  /** As they were sent: a number that was sent twice is there twice. */
  readonly numbers: number[];
  readonly card?: string;
  /** False if it has to be read back first: titles, digits read out, a question mark. */
  readonly isSure: boolean;
}

/**
 * The picks in a message, from a place on: numbers, and titles if `titleAt` is given. Every piece must be one with which picks are
 * written; anything else ("不", "还是", "楼", "万") makes it something else: `undefined`. `tolerance` is how many other characters may stand
 * beside a title, if nothing says the opposite.
 */
export function picksIn(plain: string, from: number, vocabulary: Vocabulary, titleAt?: TitleAt, tolerance = 0): Picks | undefined {
  const numbers: number[] = [];
  let card: string | undefined;
  let isSure = true;
  let hasTitle = false;
  let foreign = 0;
  let isRange = false;
  let last: 'start' | 'number' | 'after' | 'title' | 'between' | 'other' = 'start';
  let isGlued = false;
  for (const token of scan(saidPlainly(plain, from), from, vocabulary, titleAt)) {
    const glued = isGlued && last === 'number';
    isGlued = token.kind !== 'gap';
    switch (token.kind) {
      case 'gap':
        isRange = token.isRange;
        continue;
      case 'number':
        if (glued || (isRange && numbers.length > 0)) return undefined;
        numbers.push(...token.values.filter((value) => !(hasTitle && numbers.includes(value))));
        isSure &&= token.isSure;
        last = 'number';
        break;
      case 'card':
        if (glued || card !== undefined) return undefined;
        card = token.digits;
        last = 'other';
        break;
      case 'title':
        if (!numbers.includes(token.number)) numbers.push(token.number);
        hasTitle = true;
        last = 'title';
        break;
      case 'word': {
        const { roles } = token;
        const isNumbered = last === 'number' || last === 'after' || last === 'title';
        if (roles.has('after') && isNumbered) last = 'after';
        else if (roles.has('between') && numbers.length > 0) last = 'between';
        else if (roles.has('doubt')) [isSure, last] = [false, 'other'];
        else if (roles.has('polite') || (roles.has('lead') && numbers.length === 0)) last = last === 'between' ? last : 'other';
        else if (roles.has('never') || roles.has('question') || roles.has('no')) return undefined;
        else foreign += token.text.length;
        break;
      }
      case 'foreign':
        if (glued) return undefined;
        foreign += token.text.length;
        last = 'other';
        break;
    }
    if (foreign > tolerance) return undefined;
    isRange = false;
  }
  if (foreign > 0 && !hasTitle) return undefined;
  return { numbers, isSure: isSure && !hasTitle && last !== 'between', ...(card !== undefined && { card }) };
}

/** What a message says from a place on, without what only repeats it or ends it. */
function saidPlainly(plain: string, from: number): string {
  return plain.slice(0, from) + plain.slice(from).replace(REPEATED, '$1号').replace(NOTHING_MORE, '');
}

/** 7号7号. Without the 号, it may be a slip of the finger, and it stays as it was sent. */
const REPEATED = /(?<![\d第一二三四五六七八九十百两])(\d{1,3}|[一二三四五六七八九十百两]{1,4})号(?:[\s,，!！。]*\1号(?![线楼院门栋幢房桌]))+/gu;
/** 1跟3,莫得了: after a pause, it says that this was all. */
const NOTHING_MORE =
  /(?<=[\d号一二三四五六七八九十嘛哈噻撒嘞])[\s,，。!！]+(?:(?:[莫没]得|没有|冇|够|莫|没)(?:其他|别的)?[了喽咯]|(?:其[他它]的?|别的|其余的?)(?:就|都|我)?(?:[莫没]得|没有|不[选要投])了?|(?:[莫没]得|没有)(?:其他|别的)的?)[嘛哈]?[\s\p{P}]*$/u;
