import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import i18next, { type i18n } from 'i18next';
import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { parse } from 'yaml';
import { z } from 'zod';
import { root } from '../store/files.ts';
import type { Catalogue } from './flow.ts';
import type { Question } from './question.ts';
import { type Guess, guessBy, readLearnt } from './understand/guess.ts';
import { type IntentBook, intentBook, intentWords } from './understand/intentBook.ts';
import { type Judgement, judgementBy, readJudgement } from './understand/judgement.ts';
import { readSyllables } from './understand/syllables.ts';
import { type CommandWords, type Vocabulary, vocabulary } from './understand/vocabulary.ts';

/** Texts by language and file: `resources['zh-CN'].vote.pick`. */
export type Resources = Record<string, Record<string, object>>;

/** The languages used if a language has no text of its own. */
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

/** The files as they are. Throws with the path of a file that cannot be read. */
export function readResources(folder: string): Resources {
  return Object.fromEntries(readdirSync(folder).map((language) => [language, readLanguage(join(folder, language))]));
}

function readLanguage(folder: string): Record<string, object> {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  return Object.fromEntries(files.map((file) => [basename(file, '.json'), JSON.parse(readFileSync(join(folder, file), 'utf8'))]));
}

const words = z.record(z.string(), z.array(z.string()));

/**
 * The words of every language under `folder`: keywords (`<language>/commands.json`), what is written without them (`<language>/intents.yaml`),
 * how Chinese is read (`zh-CN/syllables.txt`), and what `npm run learn` learnt of all of it (`zh-CN/learnt.bin`, all languages together).
 */
export function loadVocabulary(folder = join(root, 'locales'), guess = loadGuess(folder), judgement = loadJudgement(folder)): Vocabulary {
  const languages = Object.entries(readResources(folder)).flatMap(([language, { commands }]) =>
    commands ? [[language, words.parse(commands)] as const] : [],
  );
  return vocabulary(Object.fromEntries<CommandWords>(languages), loadIntents(folder), guess, judgement);
}

/** Read when it is first needed, and the same for every channel and page: it takes 0.3 s and 10 MB. */
export function vocabularyInUse(): Vocabulary {
  inUse ??= loadVocabulary();
  return inUse;
}

let inUse: Vocabulary | undefined;

function loadGuess(folder: string): Guess {
  return guessBy(readLearnt(readFileSync(join(folder, 'zh-CN', 'learnt.bin'))));
}

function loadJudgement(folder: string): Judgement {
  return judgementBy(readJudgement(readFileSync(join(folder, 'zh-CN', 'judgement.bin'))));
}

function loadIntents(folder: string): IntentBook {
  const files = readdirSync(folder).filter((language) => existsSync(join(folder, language, 'intents.yaml')));
  const languages = files.map((language) => intentWords(language, parse(readFileSync(join(folder, language, 'intents.yaml'), 'utf8'))));
  return intentBook(languages, readSyllables(readFileSync(join(folder, 'zh-CN', 'syllables.txt'), 'utf8')));
}

/** The menus of all flows: questions with a choice that does not depend on anything. */
export function menusOf(catalogue: Catalogue): Question[] {
  return Object.values(catalogue)
    .flatMap(({ machine }) => statesOf(machine.root))
    .flatMap(({ meta }) => {
      const ask: unknown = meta?.ask;
      if (typeof ask !== 'function' || ask.length > 0) return [];
      const asked: Question = ask();
      return asked.expects === 'choice' ? [asked] : [];
    });
}

function statesOf(node: AnyStateMachine['root'] | AnyStateNode): AnyStateNode[] {
  return [node, ...Object.values(node.states).flatMap(statesOf)];
}
