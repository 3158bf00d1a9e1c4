import type { i18n } from 'i18next';
import { type Catalogue, flowWith } from '../../../dialog/flowEntry.ts';
import { menusOf } from '../../../dialog/menusOf.ts';
import type { Question } from '../../../dialog/question.ts';

/** What can be said. */
export interface Phrases {
  readonly catalogue: i18n;
  /** What can be chosen in them is always the same. */
  readonly menus: readonly Question[];
  /** The flows that somebody has to be able to go through without a word of another language. */
  readonly whole: readonly string[];
}

/** What can be said with these flows. */
export function phrasesOf(catalogue: i18n, flows: Catalogue): Phrases {
  return { catalogue, menus: menusOf(flows), whole: (['menu', 'identify', 'vote'] as const).map((role) => flowWith(flows, role)) };
}

/** A part of a phrase: what is always the same words, or a parameter and the formatter that says it. */
export type Part = { readonly words: string } | { readonly param: string; readonly format?: string };

const FALLBACK: Partial<Record<string, string>> = { 'zh-CN-sichuan': 'zh-CN' };
const PLACEHOLDER = /\{\{\s*([\w.]+)\s*(?:,\s*(\w+)[^}]*)?\}\}/g;
/** Between two variable parts nobody misses it. */
const SAYS_NOTHING = /^[\s\p{P}号]*$/u;
/** The same for everybody in a community, whose own recordings these are. */
const CONSTANT = ['community', 'personName', 'personPhone'];

/**
 * The parts of a phrase as it is heard on the phone, undefined where no text is for there. What is the same for everybody is words: the community's name, and in a menu
 * what can be chosen.
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

/** The voice line's own text of a key; what has none is not for the phone. */
function templateOf(catalogue: i18n, language: string, key: string): string | undefined {
  const [, namespace = '', path = ''] = /^([^.]+)\.(.+)$/.exec(key) ?? [];
  const found: unknown =
    catalogue.getResource(language, namespace, `${path}_voice`) ??
    (namespace === 'voice' ? catalogue.getResource(language, namespace, path) : undefined);
  if (typeof found === 'string') return found;
  const fallback = FALLBACK[language];
  return fallback && templateOf(catalogue, fallback, key);
}
