import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import i18next, { type i18n } from 'i18next';
import { root } from '../store/root.ts';

/** Texts by language and file: `resources['zh-CN'].vote.pick`. */
export type Resources = Record<string, Record<string, object>>;

/** What is heard where a language has no text of its own. */
const FALLBACK = { 'zh-CN-sichuan': ['zh-CN'], default: ['zh-CN'] };

/** The words of every language under `folder`: `<language>/<flow>.json`. */
export async function loadCatalogue(folder = join(root, 'locales')): Promise<i18n> {
  const resources = readResources(folder);
  const catalogue = i18next.createInstance();
  await catalogue.init({
    resources,
    load: 'currentOnly',
    fallbackLng: FALLBACK,
    returnObjects: false,
    interpolation: { escapeValue: false }, // each channel escapes at its own edge
  });
  return catalogue;
}

/** The files as they are; an unreadable one throws with its path. */
export function readResources(folder: string): Resources {
  return Object.fromEntries(readdirSync(folder).map((language) => [language, readLanguage(join(folder, language))]));
}

function readLanguage(folder: string): Record<string, object> {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  return Object.fromEntries(files.map((file) => [basename(file, '.json'), JSON.parse(readFileSync(join(folder, file), 'utf8'))]));
}
