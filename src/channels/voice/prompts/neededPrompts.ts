import type { i18n } from 'i18next';
import { sayMoneyAloud } from '../../../dialog/formats/formatters.ts';
import type { Words } from '../../../dialog/wording.ts';
import type { CycleRecord } from '../../../fund/cycles/index.ts';
import type { World } from '../../../store/world.ts';
import { spokenDetail } from '../speech.ts';
import { detailKey, type Phrases, phraseOf, promptBook, recordedKeys, titleKey } from './promptBook.ts';

/** A prompt that a speaker has to record. */
interface NeededPrompt {
  readonly key: string;
  /** What is said. */
  readonly text: string;
  /** The conversation in which it is heard; `number`, `money`, `title` and `detail` are heard in all. */
  readonly where: string;
}

const NOT_HEARD = ['page', 'console', 'simulator', 'commands', 'notice'];
const CONTEXT = /_(sms|voice|wechat)$/;

/**
 * Everything that has to be recorded in a language so that the whole phone line has a human voice: phrases, numbers, money, and the
 * projects' titles and details. `say` words a phrase for the speaker who records it.
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
  const details = (cycle?.projects ?? []).flatMap(({ number, detail = '' }) => {
    const text = spokenDetail(detail).trim();
    return cycle && text ? [{ key: detailKey(cycle._id, number), text, where: 'detail' }] : [];
  });
  const numbers = numbersIn(cycle).map((number) => ({ key: `number.${number}`, text: String(number), where: 'number' }));
  const sums = sumsIn(cycle).map((sum) => ({ key: `money.${sum}`, text: sayMoneyAloud(sum, language), where: 'money' }));
  return [...words, ...numbers, ...sums, ...titles, ...details];
}

/** The recordings that a phrase needs. If a part of it can never be recorded, none: such a phrase is never played. */
function wordsOf(phrases: Phrases, language: string, key: string, say: Words | undefined): NeededPrompt[] {
  const parts = phraseOf(phrases, language, key);
  if (!parts || parts.some((part) => 'param' in part && isNever(part))) return [];
  const texts = say && parts.length > 1 ? textsOf(parts, key, say) : parts.flatMap((part) => ('words' in part ? [part.words.trim()] : []));
  const where = key.split('.')[0] ?? '';
  const keys = recordedKeys(
    parts.filter((part) => 'words' in part),
    { key },
    undefined,
  );
  if (parts.length === 1 && texts.length === 1 && say) return [{ key, text: say(phrases.menus.find((menu) => menu.key === key) ?? { key }), where }];
  return (keys ?? []).map((key, index) => ({ key, text: texts[index] ?? '', where }));
}

/** The words of a phrase between its variable parts. What is the same for everybody in the community is in them: the phrase is worded whole, then cut. */
function textsOf(parts: NonNullable<ReturnType<typeof phraseOf>>, key: string, say: Words): string[] {
  const words = parts.flatMap((part) => ('words' in part ? [part.words.trim()] : []));
  if (!words.some((text) => text.includes('{{'))) return words;
  const params = Object.fromEntries(parts.flatMap((part) => ('param' in part ? [[part.param, CUT]] : [])));
  const whole = say({ key, params }).split(CUT);
  return whole.map((text) => text.trim()).filter((text) => text !== '');
}

const CUT = '\u241f';

function isNever({ param, format }: { param: string; format?: string }): boolean {
  return (
    ['when', 'until', 'excerpt', 'surname', 'masked'].includes(format ?? '') ||
    ['options', 'text', 'name', 'reason', 'answer', 'title'].includes(param)
  );
}

/** Digits, counts and project numbers. */
function numbersIn(cycle: CycleRecord | null): number[] {
  const { projects = [], choices = { min: 1, max: 1 } } = cycle ?? {};
  const digits = Array.from({ length: 10 }, (_, digit) => digit);
  const counts = Array.from({ length: choices.max }, (_, count) => count + 1);
  return ascending([...digits, choices.min, ...counts, projects.length, ...projects.map(({ number }) => number)]);
}

function sumsIn(cycle: CycleRecord | null): number[] {
  return cycle ? ascending([cycle.budget, ...cycle.projects.map(({ cost }) => cost)]) : [];
}

function ascending(numbers: readonly number[]): number[] {
  return [...new Set(numbers)].toSorted((one, other) => one - other);
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
const EVERYWHERE = ['voice', 'number', 'money', 'title', 'detail'];

/**
 * Whether a language without speech synthesis may be offered on the phone. The menu, identifying oneself and the vote have to be recorded
 * in full, with this cycle's titles and details.
 */
export function isOffered({ whole }: Phrases, needed: readonly NeededPrompt[], recorded: (key: string) => boolean): boolean {
  const wanted = needed.filter(({ where }) => whole.includes(where) || EVERYWHERE.includes(where));
  return wanted.some(({ where }) => where === 'title') && wanted.every(({ key }) => recorded(key));
}

const SICHUAN = 'zh-CN-sichuan';

/** Whether a community's phone line speaks 四川话, for which there is no speech synthesis. */
export async function speaksSichuan(world: World, phrases: Phrases, community: string): Promise<boolean> {
  const bookOf = promptBook(world);
  const book = await bookOf(community);
  return isOffered(phrases, neededPrompts(phrases, SICHUAN, book.cycle), (key) => book.has(SICHUAN, key));
}
