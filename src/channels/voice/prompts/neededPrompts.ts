import type { i18n } from 'i18next';
import type { Words } from '../../../dialog/wording.ts';
import type { CycleRecord } from '../../../fund/cycles/index.ts';
import type { World } from '../../../store/world.ts';
import { type Phrases, phraseOf, promptBook, recordedKeys, titleKey } from './promptBook.ts';

/** A prompt that a speaker has to record. */
interface NeededPrompt {
  readonly key: string;
  /** What is said. */
  readonly text: string;
  /** The conversation in which it is heard; `number` and `title` are heard in all. */
  readonly where: string;
}

const NOT_HEARD = ['page', 'simulator', 'commands', 'notice'];
const CONTEXT = /_(sms|voice|wechat)$/;

/**
 * Everything that has to be recorded in a language so that the whole phone line has a human voice: phrases, numbers, and the titles of
 * the cycle. `say` words a phrase for the speaker who records it.
 */
export function neededPrompts(phrases: Phrases, language: string, cycle: CycleRecord | null, say?: Words): NeededPrompt[] {
  const labels = new Set(phrases.menus.flatMap((asked) => (asked.expects === 'choice' ? asked.options.map(({ label }) => label) : [])));
  const words = keysIn(phrases.catalogue)
    .filter((key) => !labels.has(key))
    .flatMap((key) => wordsOf(phrases, language, key, say));
  const titles = (cycle?.projects ?? []).map(({ number, title, short }) => ({
    key: cycle ? titleKey(cycle._id, number) : '',
    text: short ?? title,
    where: 'title',
  }));
  return [...words, ...numbersIn(cycle).map((number) => ({ key: `number.${number}`, text: String(number), where: 'number' })), ...titles];
}

/** The recordings that a phrase needs. If a part of it can never be recorded, none: such a phrase is never played. */
function wordsOf(phrases: Phrases, language: string, key: string, say: Words | undefined): NeededPrompt[] {
  const parts = phraseOf(phrases, language, key);
  if (!parts || parts.some((part) => 'param' in part && isNever(part))) return [];
  const texts = parts.flatMap((part) => ('words' in part ? [part.words.trim()] : []));
  const where = key.split('.')[0] ?? '';
  const keys = recordedKeys(
    parts.filter((part) => 'words' in part),
    { key },
    undefined,
  );
  if (parts.length === 1 && texts.length === 1 && say) return [{ key, text: say(phrases.menus.find((menu) => menu.key === key) ?? { key }), where }];
  return (keys ?? []).map((key, index) => ({ key, text: texts[index] ?? '', where }));
}

function isNever({ param, format }: { param: string; format?: string }): boolean {
  return (
    ['when', 'until', 'excerpt', 'surname', 'masked'].includes(format ?? '') ||
    ['options', 'text', 'name', 'reason', 'answer', 'title'].includes(param)
  );
}

/** Digits, counts, project numbers and sums of money. */
function numbersIn(cycle: CycleRecord | null): number[] {
  const { projects = [], budget = 0, choices = { min: 1, max: 1 } } = cycle ?? {};
  const all = [
    ...Array.from({ length: 10 }, (_, digit) => digit),
    choices.min,
    choices.max,
    ...projects.flatMap(({ number, cost }) => [number, cost]),
  ];
  return [...new Set(cycle ? [...all, budget] : all)].toSorted((one, other) => one - other);
}

function keysIn({ services }: i18n): string[] {
  const namespaces = services.resourceStore.data['zh-CN'] ?? {};
  const keys = Object.entries(namespaces)
    .filter(([namespace]) => !NOT_HEARD.includes(namespace))
    .flatMap(([namespace, texts]) => flat(namespace, texts));
  return [...new Set(keys.map((key) => key.replace(CONTEXT, '')))];
}

function flat(path: string, texts: unknown): string[] {
  return typeof texts === 'object' && texts !== null ? Object.entries(texts).flatMap(([name, text]) => flat(`${path}.${name}`, text)) : [path];
}

/** Heard in every flow. */
const EVERYWHERE = ['voice', 'number', 'title'];

/**
 * Whether a language without speech synthesis may be offered on the phone. The menu, identifying oneself and the vote have to be recorded
 * in full, with this cycle's titles.
 */
export function isOffered({ whole }: Phrases, needed: readonly NeededPrompt[], recorded: (key: string) => boolean): boolean {
  const wanted = needed.filter(({ where }) => whole.includes(where) || EVERYWHERE.includes(where));
  return wanted.some(({ where }) => where === 'title') && wanted.every(({ key }) => recorded(key));
}

const SICHUAN = 'zh-CN-sichuan';

/** Whether a community's phone line speaks 四川话, for which there is no speech synthesis. */
export function speaksSichuan(world: World, phrases: Phrases): (community: string) => Promise<boolean> {
  const bookOf = promptBook(world);
  return async (community) => {
    const book = await bookOf(community);
    return isOffered(phrases, neededPrompts(phrases, SICHUAN, book.cycle), (key) => book.has(SICHUAN, key));
  };
}
