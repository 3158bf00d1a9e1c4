import { CodedError } from '../../store/codedError.ts';
import { COMMANDS, type CommandName } from '../command.ts';
import type { Guess } from './guess.ts';
import type { IntentBook } from './intentBook.ts';
import { type Judgement, NO_JUDGEMENT } from './judgement.ts';
import { byFirst, normalise } from './normalise.ts';

/** What a word that is no command may do in a message. `locales/<language>/commands.json` lists words by these names. */
const ROLES = [
  /** Said out of politeness, at any place. */
  'polite',
  /** Before the first number, title or keyword: 我要, "I want to". */
  'lead',
  /** Between two picks: 和, "and". */
  'between',
  /** Directly after a number: 号, "th". */
  'after',
  /** Turns a pick into a question, so that it is read back first: 吗, "?". */
  'doubt',
  /** Says the opposite of what follows: 不, "don't". */
  'never',
  /** Asks about what follows: 还是, 哪个, "or", "should". */
  'question',
  'yes',
  'no',
  /** Asks for the next page. */
  'more',
  /** Begins again with no picks. */
  'afresh',
] as const;
export type Role = (typeof ROLES)[number];

/** What is said on a call in the place of a key. `commands.json` lists whole utterances by these names. */
const SAID = [
  'saidYes',
  'saidNo',
  /** Nothing more is wanted: 就这些. */
  'saidDone',
  /** Wants to hear the projects: 念给我听. */
  'saidListen',
  /** The project that is being read: 投这个. */
  'saidTake',
  /** The next one. */
  'saidNext',
  /** What was just said, once more. */
  'saidRepeat',
  'saidPerson',
  'saidMenu',
  /** What was cast is to be another. */
  'saidChange',
  /** Knows the numbers. */
  'saidNumber',
] as const;
export type SaidRole = (typeof SAID)[number];

/**
 * One language's `commands.json`: keywords by command, near misses by `<command>?`, other words by role, number words in order from zero.
 */
export type CommandWords = Readonly<Record<string, readonly string[]>>;

export interface Keyword {
  /** Absent for a word that begins like a keyword but is another word: 问题. */
  readonly name?: CommandName;
  /** A near miss of the command: it is asked about. */
  readonly isNear: boolean;
}

/** The words of all languages together, compiled once: a message may be in any of them. */
export interface Vocabulary {
  readonly keywords: ReadonlyMap<string, Keyword>;
  readonly words: ReadonlyMap<string, ReadonlySet<Role>>;
  readonly numbers: ReadonlyMap<string, number>;
  /** What is said in the place of a key. */
  readonly said: ReadonlyMap<string, SaidRole>;
  /** Keywords and words by their first character, longest first. */
  readonly keywordsFrom: ReadonlyMap<string, readonly string[]>;
  readonly wordsFrom: ReadonlyMap<string, readonly string[]>;
  /** What residents write without a command. */
  readonly book: IntentBook;
  readonly guess: Guess;
  readonly judgement: Judgement;
}

/**
 * Compiles the catalogues, by language. Throws `CodedError` if a command has no keyword in any of them, if a key is unknown, or if one
 * keyword stands for two commands.
 */
export function vocabulary(
  catalogues: Readonly<Record<string, CommandWords>>,
  book: IntentBook,
  guess: Guess,
  judgement: Judgement = NO_JUDGEMENT,
): Vocabulary {
  const keywords = new Map<string, Keyword>();
  const words = new Map<string, Set<Role>>();
  const numbers = new Map<string, number>();
  const said = new Map<string, SaidRole>();
  for (const [language, catalogue] of Object.entries(catalogues)) {
    for (const [key, listed] of Object.entries(catalogue)) {
      const role = ROLES.find((each) => each === key);
      const saidRole = SAID.find((each) => each === key);
      const name = COMMANDS.find((each) => each === key.replace(/\?$/, ''));
      if (!role && !saidRole && !name && key !== 'numbers' && key !== 'others') {
        throw new CodedError(
          'unknown-command',
          `${language}/commands.json: "${key}" is neither a command nor a kind of word; see src/dialog/understand/vocabulary.ts.`,
        );
      }
      listed.forEach((written, index) => {
        const word = normalise(written).trim();
        if (saidRole) said.set(word, saidRole);
        else if (role) words.set(word, new Set([...(words.get(word) ?? []), role]));
        else if (key === 'numbers') numbers.set(word, index);
        else keep(keywords, word, { ...(name && { name }), isNear: key.endsWith('?') });
      });
    }
  }
  const missing = COMMANDS.filter((name) => ![...keywords.values()].some((keyword) => keyword.name === name && !keyword.isNear));
  if (missing.length) throw new CodedError('command-without-keyword', `No commands.json has a keyword for: ${missing.join(', ')}.`);
  return { keywords, words, numbers, said, keywordsFrom: byFirst(keywords.keys()), wordsFrom: byFirst(words.keys()), book, guess, judgement };
}

function keep(keywords: Map<string, Keyword>, word: string, keyword: Keyword): void {
  const before = keywords.get(word);
  if (before && before.name !== keyword.name) {
    throw new CodedError(
      'keyword-twice',
      `commands.json: "${word}" stands for both ${before.name ?? 'no command'} and ${keyword.name ?? 'no command'}.`,
    );
  }
  keywords.set(word, before && !before.isNear ? before : keyword);
}
