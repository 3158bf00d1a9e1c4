import { readFileSync } from 'node:fs';
import { vocabulary } from '../../../src/dialog/understand/vocabulary.ts';

/** The vocabulary of the catalogues as they are shipped. */
export const words = vocabulary(
  Object.fromEntries(['zh-CN', 'en'].map((language) => [language, JSON.parse(readFileSync(`locales/${language}/commands.json`, 'utf8'))])),
);
