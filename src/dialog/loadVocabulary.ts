import { join } from 'node:path';
import { z } from 'zod';
import { root } from '../store/root.ts';
import { readResources } from './loadCatalogue.ts';
import { type CommandWords, type Vocabulary, vocabulary } from './understand/vocabulary.ts';

const words = z.record(z.string(), z.array(z.string()));

/** The keywords of every language under `folder`: `<language>/commands.json`. */
export function loadVocabulary(folder = join(root, 'locales')): Vocabulary {
  const languages = Object.entries(readResources(folder)).flatMap(([language, { commands }]) =>
    commands ? [[language, words.parse(commands)] as const] : [],
  );
  return vocabulary(Object.fromEntries<CommandWords>(languages));
}
