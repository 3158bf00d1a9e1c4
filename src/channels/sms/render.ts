import type { Said } from '../../dialog/dialog.ts';
import type { Item, ListStyle } from '../../dialog/manner.ts';
import type { Reply } from '../../dialog/question.ts';
import type { Words, WordsFor } from '../../dialog/wording.ts';
import { segments } from './segments.ts';

/** Twilio takes no longer message, in characters. */
const MAX_CHARS = 1_600;
/** How many segments a receipt, and a ballot of ten projects, may take, with the introduction for somebody new after it. */
const MOST_OF_RECEIPT = 2;
const MOST_OF_BALLOT = 4;
/** A text of at most so many code units surely fits two segments of 67, also if an emoji of many stands at the end of the first. */
const SURELY_WITHIN = 110;
/** How long a read-back may be. If a receipt does not fit its segments, the introduction gets brief, then the read-back shorter and shorter. */
const READ_BACK = 66;
const LESS = [50, 40, 30, 20, 0];
const SHORT_LABEL = 4;
/** How many characters of a ballot's labels stay, shorter and shorter. */
const LABELS = [12, 10, 8, 6, SHORT_LABEL];

/**
 * Each thing that is offered gets a line. What was picked stands in one line; if it does not fit a receipt, all titles are shortened
 * alike.
 */
export const smsLists = listsOf(READ_BACK);

/** The text of what is answered; empty if silence is the answer. */
export function smsText(wordsFor: WordsFor): (said: Said) => string {
  return ({ reply, language, community }) => (reply ? toText(reply, (lists) => wordsFor('sms', language, community, lists)) : '');
}

/**
 * The text of one turn: one message, because carriers reorder messages and bill each of them. A text that does not fit is cut at the end
 * of a line and says so. `wordsWith` words with lists of a style.
 */
export function toText(reply: Reply, wordsWith: (lists: ListStyle) => Words): string {
  const words = wordsWith(smsLists);
  const text = worded(reply, words);
  const isReceipt = reply.says.some(({ params }) => params?.picks);
  const isFirstBallot = reply.adds !== undefined && reply.asks?.params?.shown !== undefined;
  const most = isReceipt ? MOST_OF_RECEIPT : MOST_OF_BALLOT;
  if ((isReceipt || isFirstBallot) && text.length > SURELY_WITHIN && segments(text) > most) {
    const brief: Reply = { ...reply, ...(reply.adds && { adds: reply.adds.map((said) => ({ ...said, key: `${said.key}Brief` })) }) };
    const lists = isReceipt ? [READ_BACK, ...LESS].map((room) => listsOf(room)) : LABELS.map((label) => listsOf(READ_BACK, label));
    const fitting = lists.map((list) => worded(brief, wordsWith(list))).find((shorter) => segments(shorter) <= most);
    if (fitting) return fitting;
  }
  return text.length <= MAX_CHARS ? text : cut(text, `\n${words({ key: 'common.cut' })}`);
}

function worded({ says, asks, adds = [] }: Reply, words: Words): string {
  return [...says, ...(asks ? [asks] : []), ...adds].map(words).join('\n');
}

/** `room`: the characters of a read-back. `most`: those of an offered label, all of it if absent. */
function listsOf(room: number, most?: number): ListStyle {
  const label = (item: Item) => (most === undefined ? item : shortened(item, most)).label;
  return {
    offer: (items) => items.map((item) => [item.number, label(item), ...(item.cost === undefined ? [] : [item.cost])].join(' ')).join('\n'),
    readBack: (items, separator) => {
      const whole = joined(items, separator);
      if (whole.length <= room) return whole;
      const short = joined(
        items.map((item) => shortened(item, SHORT_LABEL)),
        separator,
      );
      return short.length <= room ? short : items.map(({ number }) => number).join(separator);
    },
  };
}

function cut(text: string, pointer: string): string {
  const fitting = text.slice(0, MAX_CHARS - pointer.length);
  const end = fitting.lastIndexOf('\n');
  return `${fitting.slice(0, end > 0 ? end : withoutHalf(fitting))}${pointer}`;
}

/** How much of a text may stay so that no character of two code units is halved. */
function withoutHalf(text: string): number {
  return /[\uD800-\uDBFF]$/.test(text) ? text.length - 1 : text.length;
}

function joined(items: readonly Item[], separator: string): string {
  return items.map(({ number, label }) => `${number} ${label}`).join(separator);
}

function shortened({ number, label }: Item, most: number): Item {
  return { number, label: [...label].slice(0, most).join('') };
}
