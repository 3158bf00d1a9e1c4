import { createHash } from 'node:crypto';
import type { Said } from '../../dialog/dialog.ts';
import type { Item, ListStyle } from '../../dialog/manner.ts';
import type { Option, Param, Question, Reply } from '../../dialog/question.ts';
import type { Words, WordsFor } from '../../dialog/wording.ts';

/** WeChat takes no longer text, in bytes of UTF-8. */
const MAX_BYTES = 2_048;

/** Each thing that is offered gets a line, worded as on a tapped item. What was picked stands in one line. */
export const chatLists: ListStyle = {
  offer: (items) => items.map(itemText).join('\n'),
  readBack: (items, separator) => items.map(({ number, label }) => `${number} ${label}`).join(separator),
};

/** The words of what is answered in a chat. */
export function chatWords(wordsFor: WordsFor): (said: Pick<Said, 'language' | 'community'>) => Words {
  return ({ language, community }) => wordsFor('wechat', language, community, chatLists);
}

/** One thing to pick: "3 社区花园 6万". */
export function itemText({ number, label, cost }: Item): string {
  return [number, label, ...(cost === undefined ? [] : [cost])].join(' ');
}

/** The text of one turn: one passive reply. A text that does not fit is cut at the end of a line, never inside a character, and says so. */
export function toText({ says, asks, adds = [] }: Reply, words: Words): string {
  const text = [...says, ...(asks ? [asks] : []), ...adds].map(words).join('\n');
  return bytes(text) <= MAX_BYTES ? text : cut(text, `\n${words({ key: 'common.cut' })}`);
}

function cut(text: string, pointer: string): string {
  const room = MAX_BYTES - bytes(pointer);
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

/** Items to tap, under a line that says what they are for. */
export interface TapMenu {
  readonly head: string;
  readonly items: readonly { readonly id: string; readonly content: string }[];
}

/** What can be tapped with a reply: the projects that it shows, if it asks for the ballot, and an item that begins the ballot again; or what a choice says. */
export function menuOf(asks: Question | undefined, words: Words): TapMenu | undefined {
  const { cycle, shown } = asks?.params ?? {};
  if (asks?.expects === 'choice' && asks.taps)
    return { head: words(asks.taps.head), items: asks.taps.items.map((item, index) => ({ id: String(index + 1), content: words(item) })) };
  if (asks?.expects !== 'numbers' || typeof cycle !== 'string') return undefined;
  const projects = options(shown);
  const lines = words({ key: 'common.tapItems', params: { shown: projects } }).split('\n');
  const item = (tap: Tap, content = '') => {
    const id = tapId(cycle, tap);
    return id ? [{ id, content }] : [];
  };
  const items = [...projects.flatMap(({ number }, index) => item(number, lines[index])), ...item('afresh', words({ key: 'common.tapAfresh' }))];
  return projects.length > 0 ? { head: words({ key: 'common.tapHead' }), items } : undefined;
}

function options(param: Param): readonly Option[] {
  return Array.isArray(param) ? param.filter((option): option is Option => typeof option === 'object') : [];
}

type Tap = number | 'afresh';

const AFRESH = 0;
/** Only projects with a smaller number can be tapped. */
const ROOM = 1_000;
const TAGS = 900_000;

/** The id of a tapped item, digits only: its cycle and its project. A tap a year later is therefore no vote of that later year. */
export function tapId(cycle: string, tap: Tap): string | undefined {
  const number = tap === 'afresh' ? AFRESH : tap;
  return number < ROOM ? String(tagOf(cycle) * ROOM + number) : undefined;
}

/** What was tapped, if it belongs to this cycle. */
export function readTap(id: string, cycle: string | undefined): Tap | undefined {
  const whole = /^\d{9}$/.test(id) ? Number(id) : undefined;
  if (whole === undefined || cycle === undefined || Math.floor(whole / ROOM) !== tagOf(cycle)) return undefined;
  return whole % ROOM === AFRESH ? 'afresh' : whole % ROOM;
}

function tagOf(cycle: string): number {
  return TAGS / 9 + (createHash('sha256').update(cycle).digest().readUInt32BE() % TAGS);
}
