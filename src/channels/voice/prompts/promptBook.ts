import type { i18n } from 'i18next';
import { type Catalogue, flowWith } from '../../../dialog/flow.ts';
import { menusOf } from '../../../dialog/loadCatalogue.ts';
import type { Option, Param, Question, Statement } from '../../../dialog/question.ts';
import { promptHashes } from '../../../fund/communities/index.ts';
import { type CycleRecord, currentCycle } from '../../../fund/cycles/index.ts';
import { cached } from '../../../store/cache.ts';
import { perWorld, type World } from '../../../store/world.ts';
import { IN_WORDS } from '../listening.ts';

/** The recorded prompts of a community at a moment. */
export interface PromptBook {
  readonly cycle: CycleRecord | null;
  has(language: string, key: string): boolean;
  /** The hashes of the recordings that together say a phrase. Undefined if one of them is missing: then the whole phrase is synthesised. */
  find(phrases: Phrases, language: string, said: Statement | Question): readonly string[] | undefined;
}

const LIFETIME_MS = 2_000;
const MAX_COMMUNITIES = 10_000;

/** The prompts that a community has; an import takes effect within two seconds. */
export const promptBook: (world: World) => (community: string) => Promise<PromptBook> = perWorld((world) => {
  const current = currentCycle(world);
  return cached(world, LIFETIME_MS, MAX_COMMUNITIES, async (community) => {
    const [hashes, cycle] = await Promise.all([promptHashes(community), current(community, world.now())]);
    return bookOf(hashes, cycle);
  });
});

function bookOf(hashes: ReadonlyMap<string, string>, cycle: CycleRecord | null): PromptBook {
  return {
    cycle,
    has: (language, key) => hashes.has(`${language}|${key}`),
    find: (phrases, language, said) => {
      if (hashes.size === 0) return undefined;
      const parts = phraseOf(phrases, language, said.key);
      const keys = parts && recordedKeys(parts, said, cycle?._id);
      if (!keys || keys.length === 0) return undefined;
      const found = keys.flatMap((key) => hashes.get(`${language}|${key}`) ?? []);
      return found.length === keys.length ? found : undefined;
    },
  };
}

/** The texts that can be spoken. */
export interface Phrases {
  readonly catalogue: i18n;
  /** Questions whose options are always the same. */
  readonly menus: readonly Question[];
  /** The flows that callers must be able to go through without a word in another language. */
  readonly whole: readonly string[];
}

/** The texts that can be spoken with these flows. */
export function phrasesOf(catalogue: i18n, flows: Catalogue): Phrases {
  const menus = menusOf(flows).flatMap((menu) => [menu, ...(IN_WORDS[menu.key] ? [{ ...menu, key: IN_WORDS[menu.key] ?? '' }] : [])]);
  return { catalogue, menus, whole: (['menu', 'identify', 'vote'] as const).map((role) => flowWith(flows, role)) };
}

/** A part of a phrase: words that are always the same, or a parameter and the formatter that words it. */
type Part = { readonly words: string } | { readonly param: string; readonly format?: string };

const FALLBACK: Partial<Record<string, string>> = { 'zh-CN-sichuan': 'zh-CN' };
const PLACEHOLDER = /\{\{\s*([\w.]+)\s*(?:,\s*(\w+)[^}]*)?\}\}/g;
/** Text between two variable parts that need not be spoken. */
const SAYS_NOTHING = /^[\s\p{P}号]*$/u;
/** Parameters that are the same for everybody in a community; the recordings are the community's own. */
const CONSTANT = ['community', 'personName', 'personPhone'];

/**
 * The parts of a phrase as it is heard on the phone; undefined if it has no text for the phone. What is the same for everybody counts as
 * words: the community's name, and the options of a menu.
 */
export function phraseOf({ catalogue, menus }: Phrases, language: string, key: string): readonly Part[] | undefined {
  const template = templateOf(catalogue, language, key);
  if (template === undefined) return undefined;
  const isMenu = menus.some((menu) => menu.key === key);
  const parts: Part[] = [];
  let words = '';
  let end = 0;
  for (const match of template.matchAll(PLACEHOLDER)) {
    const [whole, param = '', format] = match;
    words += template.slice(end, match.index);
    end = match.index + whole.length;
    if (CONSTANT.includes(param) || (isMenu && param === 'options')) {
      words += whole;
      continue;
    }
    if (!SAYS_NOTHING.test(words)) parts.push({ words });
    words = '';
    parts.push({ param, ...(format && { format }) });
  }
  words += template.slice(end);
  return SAYS_NOTHING.test(words) ? parts : [...parts, { words }];
}

/** The phone line's own text of a key; a key without one is not for the phone. */
function templateOf(catalogue: i18n, language: string, key: string): string | undefined {
  const [, namespace = '', path = ''] = /^([^.]+)\.(.+)$/.exec(key) ?? [];
  const found: unknown =
    catalogue.getResource(language, namespace, `${path}_voice`) ??
    (namespace === 'voice' ? catalogue.getResource(language, namespace, path) : undefined);
  if (typeof found === 'string') return found;
  const fallback = FALLBACK[language];
  return fallback && templateOf(catalogue, fallback, key);
}

/**
 * The keys of the recordings that together say a phrase, in order. Undefined if a variable part cannot be recorded (a time, a text that
 * somebody wrote). Words have the key `key`, or `key.1`, `key.2`… if variable parts stand between them.
 */
export function recordedKeys(parts: readonly Part[], said: Statement | Question, cycle: string | undefined): string[] | undefined {
  const isOne = parts.filter((part) => 'words' in part).length === 1;
  let words = 0;
  const keys: string[] = [];
  for (const part of parts) {
    const spoken = 'words' in part ? [isOne ? said.key : `${said.key}.${++words}`] : keysOf(part, said.params ?? {}, cycle);
    if (!spoken) return undefined;
    keys.push(...spoken);
  }
  return keys;
}

function keysOf(
  { param, format }: Extract<Part, { param: string }>,
  params: Readonly<Record<string, Param>>,
  cycle: string | undefined,
): string[] | undefined {
  const value = params[param];
  switch (format) {
    case 'money':
      return typeof value === 'number' ? [`money.${value}`] : undefined;
    case 'count':
      return typeof value === 'number' ? [`number.${value}`] : undefined;
    case 'receipt':
    case 'digits':
    case 'phone':
      return digits(value);
    case 'numbers':
      return numbers(value)?.map((number) => `number.${number}`);
    case 'readBack':
    case 'offer':
      return options(value)?.flatMap(({ number }) => (cycle === undefined ? [] : [`number.${number}`, titleKey(cycle, number)]));
    case undefined:
      if (typeof value === 'number' && Number.isInteger(value)) return [`number.${value}`];
      if (typeof params.number !== 'number' || cycle === undefined) return undefined;
      if (param === 'detail') return value ? [detailKey(cycle, params.number)] : [];
      return param === 'label' ? [titleKey(cycle, params.number)] : undefined;
    default:
      return undefined;
  }
}

export function titleKey(cycle: string, number: number): string {
  return `title.${cycle}.${number}`;
}

export function detailKey(cycle: string, number: number): string {
  return `detail.${cycle}.${number}`;
}

function digits(value: Param): string[] | undefined {
  return typeof value === 'string' && /^\d+$/.test(value) ? [...value].map((digit) => `number.${digit}`) : undefined;
}

function numbers(value: Param): number[] | undefined {
  return Array.isArray(value) && value.every((item) => typeof item === 'number') ? value : undefined;
}

function options(value: Param): readonly Option[] | undefined {
  return Array.isArray(value) ? value.filter((item): item is Option => typeof item === 'object') : undefined;
}
