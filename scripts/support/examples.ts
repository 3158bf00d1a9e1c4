import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { COMMANDS, INTENTS } from '../../src/dialog/command.ts';
import type { Option } from '../../src/dialog/question.ts';
import type { Kind } from '../../src/dialog/understand/intentBook.ts';
import type { Units } from '../../src/dialog/understand/likeness.ts';
import { mentionsIn } from '../../src/dialog/understand/mentions.ts';
import { beginningOf, normalise } from '../../src/dialog/understand/normalise.ts';
import { tellsOfDanger } from '../../src/dialog/understand/safety.ts';
import type { Vocabulary } from '../../src/dialog/understand/vocabulary.ts';
import { root } from '../../src/store/files.ts';

/** A message, the question that was open, and its meaning for a person at the desk. Two right readings are divided by "|". */
export interface Utterance {
  readonly asked: string;
  readonly text: string;
  readonly means: string;
}

/** What the messages of the examples are about. */
export const BALLOT: Option[] = [
  { number: 1, label: '楼道扶手', cost: 25_000, place: '1栋和3栋的楼梯' },
  { number: 2, label: '健身角', cost: 30_000, place: '小广场东边' },
  { number: 3, label: '社区花园', cost: 60_000, place: '三号院后面' },
  { number: 7, label: '路灯', cost: 48_000, place: '三号院门口到菜市场' },
];

/** Commands by which a question is answered. */
export const BY_COMMAND: Readonly<Record<string, Kind>> = { voted: 'receipt', results: 'progress', whatIs: 'projects' };

/** What was asked before a message of the sets, in the words of `askedBy`. */
const EXPECTED: Readonly<Record<string, string>> = {
  menu: 'choice',
  ballot: 'numbers',
  readback: 'picks',
  nearMiss: 'confirmation',
  proposal: 'freeText',
  digits: 'code',
};

/** What may have been asked before a message that is not meant for us. */
const WITH_OTHERS = ['nothing', 'choice', 'numbers', 'picks', 'confirmation'];

const WORDINGS = ['zh-CN', 'en'].map((language) => join(root, 'locales', language, 'intents.yaml'));
const SETS = join(root, 'test', 'dialog', 'understand');
const FOREIGN = join(SETS, 'foreign.yaml');
const EVERY = 9;
/** `report`, for which there is no word, is learnt from messages alone. */
const KINDS: readonly Kind[] = [...INTENTS, ...COMMANDS, 'report', 'yes', 'no', 'others'];

/** What is learnt from: the wordings of `intents.yaml`, and the sets of messages whose meaning is known. */
export interface Example {
  readonly units: Units;
  readonly asked: string;
  readonly kind: Kind;
  /** Whether it is a message in its own words, and no wording. */
  readonly isMessage: boolean;
}

export function examples(words: Vocabulary): Example[] {
  const { book } = words;
  const heard = (text: string) => book.unitsOf(mentionsIn(beginningOf(normalise(text)), BALLOT, words).masked)[0];
  const wordings = WORDINGS.flatMap((file) =>
    Object.entries<unknown>(parse(readFileSync(file, 'utf8'))).flatMap(([written, lines]) => {
      const kind = KINDS.find((each) => each === written);
      if (!kind || typeof lines !== 'string') return [];
      return lines
        .split('\n')
        .filter(Boolean)
        .map((line) => ({ units: book.unitsOf(normalise(line))[0], asked: 'nothing', kind, isMessage: false }));
    }),
  );
  const messages = filesOf('utterances').flatMap((file) =>
    readUtterances(file).flatMap(({ asked, text, means }) => {
      const meant = kindOf(means);
      const kind = meant === 'complain' && tellsOfDanger(normalise(text)) ? 'report' : meant;
      return kind ? [{ units: heard(text), asked: EXPECTED[asked] ?? 'nothing', kind, isMessage: true }] : [];
    }),
  );
  const others = hostileTexts().flatMap((text) => {
    const units = heard(text);
    return WITH_OTHERS.map((asked) => ({ units, asked, kind: 'others' as const, isMessage: false }));
  });
  const foreign = foreignQuestions(0).map((text) => ({ units: heard(text), asked: 'nothing', kind: 'others' as const, isMessage: false }));
  return [...wordings, ...messages, ...others, ...foreign];
}

/** Messages that are not meant for us: insults, advertisements, questions about anything else. */
export function hostileTexts(): string[] {
  return filesOf('hostile').flatMap((file) => parse(readFileSync(file, 'utf8')));
}

/** Questions in a frame like ours about what is not ours: of all that the frames and subjects make, every ninth from the `first`. */
export function foreignQuestions(first: number): string[] {
  const { frames, subjects }: Record<'frames' | 'subjects', string[]> = parse(readFileSync(FOREIGN, 'utf8'));
  return subjects.flatMap((subject, at) => frames.filter((_, frame) => (frame + at) % EVERY === first).map((frame) => frame.replace('◆', subject)));
}

/** SHA-256 of all files that `examples` reads. */
export function examplesHash(): string {
  const hash = createHash('sha256');
  for (const file of [...WORDINGS, ...filesOf('utterances'), ...filesOf('hostile'), FOREIGN]) hash.update(readFileSync(file));
  return hash.digest('hex');
}

export function readUtterances(file: string): Utterance[] {
  return parse(readFileSync(file, 'utf8'));
}

export function filesOf(begin: string): string[] {
  const files = readdirSync(SETS).filter((file) => file.startsWith(begin) && file.endsWith('.yaml'));
  return files.sort().map((file) => join(SETS, file));
}

/** The kind of what a person at the desk takes a message for; undefined if it is not one: a question of the community's own. */
function kindOf(means: string): Kind | undefined {
  const [first = '', about = ''] = means.split(' | ')[0]?.split(' ') ?? [];
  switch (first) {
    case 'vote':
    case 'readback':
      return 'vote';
    case 'complaint':
      return 'complain';
    case 'nothing':
      return 'others';
    case 'text':
      return 'propose';
    case 'ask':
    case 'command':
      return BY_COMMAND[about] ?? KINDS.find((each) => each === about);
    default:
      return KINDS.find((each) => each === first);
  }
}
