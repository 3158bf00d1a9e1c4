import type { Item, ListStyle } from '../../dialog/manner.ts';
import type { Reply } from '../../dialog/question.ts';
import type { Words } from '../../dialog/wording.ts';

/** WeChat takes no longer text, in bytes of UTF-8. */
const LONGEST = 2_048;

/** Each thing that is offered gets a line, worded as on a tapped item. What was picked stands in one line. */
export const chatLists: ListStyle = {
  offer: (items) => items.map(itemText).join('\n'),
  readBack: (items, separator) => items.map(({ number, label }) => `${number} ${label}`).join(separator),
};

/** One thing to pick: "3 社区花园 6万". */
export function itemText({ number, label, cost }: Item): string {
  return [number, label, ...(cost === undefined ? [] : [cost])].join(' ');
}

/** The text of one turn: one passive reply. A text that does not fit is cut at the end of a line, never inside a character, and says so. */
export function toText({ says, asks, adds = [] }: Reply, words: Words): string {
  const text = [...says, ...(asks ? [asks] : []), ...adds].map(words).join('\n');
  return bytes(text) <= LONGEST ? text : cut(text, `\n${words({ key: 'common.cut' })}`);
}

function cut(text: string, pointer: string): string {
  const room = LONGEST - bytes(pointer);
  const lines = text.split('\n');
  while (lines.length > 1 && bytes(lines.join('\n')) > room) lines.pop();
  return `${begin(lines.join('\n'), room)}${pointer}`;
}

/** As many whole characters as fit. An emoji that is joined from several code points counts as one. */
function begin(text: string, room: number): string {
  if (bytes(text) <= room) return text;
  let fitting = '';
  let used = 0;
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    used += bytes(segment);
    if (used > room) break;
    fitting += segment;
  }
  return fitting;
}

function bytes(text: string): number {
  return Buffer.byteLength(text);
}
