import { PROJECT } from './intentBook.ts';
import type { Mentions } from './mentions.ts';

/** Projects that a message names side by side (3和7), with the words around them that are theirs. */
export interface Group {
  readonly numbers: readonly number[];
  /** As they were written; `第二个` may be the second of what was shown. */
  readonly written: readonly string[];
  /** What stands before it since the group before it, and behind it. A pause is `|`. */
  readonly before: string;
  readonly after: string;
  /** All that stands between the group before it and this one. */
  readonly between: string;
}

/** The groups of a message in order; empty if it names no project, or is typed in pinyin. */
export function groupsOf(plain: string, { found, masked }: Mentions): Group[] {
  const texts = masked.split(PROJECT).map(withPauses);
  if (found.length === 0 || texts.length !== found.length + 1) return [];
  const groups: { numbers: number[]; written: string[]; first: number; last: number }[] = [];
  found.forEach(({ number, start, end }, index) => {
    const group = groups.at(-1);
    const before = group ? (texts[group.first] ?? '') : '';
    const isAfterChange =
      (texts[index]?.includes('|') === true && CHANGES.test(before)) ||
      (/^\s+$/.test(texts[index] ?? '') && SWAPPED.test(before) && SWAPS.test(texts[index + 1] ?? '')) ||
      (/^\s+$/.test(texts[index] ?? '') && (/还是\s*$/.test(before) || (/[投选要]\s*$/.test(before) && LEAVES.test(texts[index + 1] ?? ''))));
    if (group && JOINED.test(texts[index] ?? '') && !isAfterChange) {
      group.numbers.push(number);
      group.written.push(plain.slice(start, end));
      group.last = index;
    } else groups.push({ numbers: [number], written: [plain.slice(start, end)], first: index, last: index });
  });
  const shares = groups.map(({ last }) => shared(texts[last + 1] ?? ''));
  return groups.map(({ numbers, written, first }, index) => {
    const between = texts[first] ?? '';
    const isLast = index === groups.length - 1;
    return {
      numbers,
      written,
      between,
      before: index === 0 ? between : (shares[index - 1]?.[1] ?? ''),
      after: isLast ? (texts.at(-1) ?? '') : (shares[index]?.[0] ?? ''),
    };
  });
}

/** Signs are pauses, and a blank between Chinese characters is one. */
function withPauses(text: string): string {
  return text
    .replace(/[,，。.!！?？;；:：~…\n]+/gu, '|')
    .replace(/(?<=\p{Script=Han})\s+(?=\p{Script=Han})/gu, '|')
    .replace(TOLD_BEFORE, '|');
}

/** A blank before a project, behind more than a word or two that belong to it: 家长都说缺耍的地方 ◇. */
const TOLD_BEFORE = /(?<=\p{Script=Han}{5})(?<![投选要给加换改去掉成对持是和跟把个的])\s+$/u;
/** 加1号，9号就算了; 1改2，8改9: behind a pause, something else may be said of the next one. */
const CHANGES = /[加添补减改换调去删留]|不[要投选是]|\b(?:add|drop|swap|change|keep|remove|not?|without)\b/;
/** 9改7 4改8: two swaps. */
const SWAPPED = /[改换]成?\s*$/;
const SWAPS = /^号?[改换]/;
/** 投十号 五号不动. */
const LEAVES = /^号?(?:不[动变要投]|留|算了|保留)/u;
const JOINED = /^[\s、|]*(?:号)?[\s、|]*(?:和|跟|与|及|and|&|\+)?\s*(?:the|number)?[\s、]*$/u;

/** What stands between two groups: what is said of the first one, and what is said before the second one. Without a pause, it may be either. */
function shared(text: string): readonly [after: string, before: string] {
  const isChinese = /\p{Script=Han}/u.test(text);
  const pause = text.search(isChinese ? /(?<=[^|\s])[|\s]/u : /(?<=[^|\s])\|/u);
  if (pause > 0) return [text.slice(0, pause), text.slice(pause)];
  return text.startsWith('|') || (isChinese && text.startsWith(' ')) ? ['', text] : [text, text];
}
