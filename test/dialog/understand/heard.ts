import { BALLOT, BY_COMMAND, type Utterance } from '../../../scripts/support/examples.ts';
import { COMMANDS, INTENTS } from '../../../src/dialog/command.ts';
import type { Question } from '../../../src/dialog/question.ts';
import type { Meaning } from '../../../src/dialog/understand/commandIn.ts';
import { understand } from '../../../src/dialog/understand/understand.ts';
import { words } from './words.ts';

const ANSWERS = [{ asks: ['垃圾什么时候收', '几点收垃圾'], says: '每天早上7点和晚上7点' }];
const MENU = ['投票', '提议', '项目和进度', '更多'].map((label, index) => ({ number: index + 1, label }));
const ASKED: Readonly<Record<string, Question | undefined>> = {
  nothing: undefined,
  menu: { key: 'menu.top', expects: 'choice', options: MENU },
  ballot: { key: 'vote.pick', expects: 'numbers', options: BALLOT, min: 1, max: 3 },
  readback: { key: 'vote.confirm', expects: 'confirmation', options: BALLOT },
  nearMiss: { key: 'nearMiss.confirm', expects: 'confirmation', command: 'stop' },
  proposal: { key: 'propose.text', expects: 'freeText', command: 'propose', maxSeconds: 60, maxChars: 300 },
  digits: { key: 'digits.disownBallot', expects: 'code', length: 6 },
};

export function meaningOf({ asked, text }: Omit<Utterance, 'means'>): Meaning {
  return understand(text, ASKED[asked], BALLOT, words, ANSWERS);
}

/** Whether the meaning that was understood is one of the readings. */
export function isRight({ means }: Utterance, meaning: Meaning): boolean {
  return means.split(' | ').some((reading) => fits(reading, meaning));
}

function fits(reading: string, meaning: Meaning): boolean {
  const [kind = '', ...rest] = reading.split(' ');
  const numbers = rest.filter((each) => /^\d+$/.test(each)).map(Number);
  const [about = ''] = rest;
  switch (kind) {
    case 'vote':
      return same(castBy(meaning) ?? readBackBy(meaning), numbers); // with any other word beside it, it is read back
    case 'readback':
      return same(readBackBy(meaning), numbers);
    case 'no':
      return (meaning.kind === 'answer' && meaning.answer.type === 'NO') || (meaning.kind === 'intent' && meaning.intent === 'pause');
    case 'yes':
      return meaning.kind === 'answer' && meaning.answer.type === kind.toUpperCase();
    case 'text':
      return meaning.kind === 'answer' && meaning.answer.type === 'FREE_TEXT';
    case 'manners':
      return meaning.kind === 'intent' && meaning.intent === 'manners';
    case 'ask': {
      if (about === 'own') return meaning.kind === 'ownAnswer' && meaning.answer === Number(rest[1]) - 1;
      if (INTENTS.some((intent) => intent === about)) return meaning.kind === 'intent' && meaning.intent === about && same(meaning.numbers, numbers);
      return isCommand(meaning, BY_COMMAND[about] ?? about) && (about !== 'whatIs' || same(numbersOf(meaning), numbers));
    }
    case 'propose':
      if (meaning.kind === 'answer' && meaning.answer.type === 'CHOSE') return meaning.answer.number === 2;
      return isCommand(meaning, 'propose');
    case 'complaint':
      return isCommand(meaning, 'report') || (meaning.kind === 'near' && meaning.command.name === 'complain' && meaning.command.text !== undefined);
    case 'person':
    case 'stop':
      return isCommand(meaning, kind);
    case 'command':
      if (meaning.kind === 'answer' && meaning.answer.type === 'CHOSE') return LEADS_TO[meaning.answer.number]?.includes(about) ?? false;
      return COMMANDS.some((name) => name === about) && isCommand(meaning, about);
    case 'nothing':
      return meaning.kind === 'unknown';
    default:
      return false;
  }
}

/** What the menu's numbers lead to: 3 shows projects and progress, 4 another menu. */
const LEADS_TO: Readonly<Record<number, readonly string[]>> = { 1: ['vote'], 2: ['propose'], 3: ['projects', 'progress'], 4: ['menu', 'help'] };

/** The command is done, or asked about. */
function isCommand(meaning: Meaning, name: string): boolean {
  return (meaning.kind === 'command' || meaning.kind === 'near') && meaning.command.name === name;
}

function numbersOf(meaning: Meaning): readonly number[] {
  return meaning.kind === 'command' || meaning.kind === 'near' ? (meaning.command.numbers ?? []) : [];
}

/** The picks that a message casts at once. */
export function castBy(meaning: Meaning): readonly number[] | undefined {
  if (meaning.kind === 'command' && meaning.command.name === 'vote') return meaning.command.numbers;
  return meaning.kind === 'answer' && meaning.answer.type === 'NUMBERS' ? meaning.answer.numbers : undefined;
}

function readBackBy(meaning: Meaning): readonly number[] | undefined {
  if (meaning.kind === 'numbers' || meaning.kind === 'named') return meaning.numbers;
  return meaning.kind === 'answer' && meaning.answer.type === 'NAMED' ? meaning.answer.numbers : undefined;
}

function same(found: readonly number[] | undefined, wanted: readonly number[]): boolean {
  return found !== undefined && found.length > 0 === wanted.length > 0 && [...found].sort().join() === [...wanted].sort().join();
}

/** A meaning in a few words, for a list of misses. */
export function told(meaning: Meaning): string {
  if (meaning.kind === 'command' || meaning.kind === 'near') return `${meaning.kind} ${meaning.command.name} ${meaning.command.numbers ?? ''}`;
  if (meaning.kind === 'answer') return `${meaning.answer.type} ${'numbers' in meaning.answer ? meaning.answer.numbers : ''}`;
  if (meaning.kind === 'intent') return `${meaning.intent} ${meaning.numbers}`;
  if (meaning.kind === 'numbers' || meaning.kind === 'named') return `${meaning.kind} ${meaning.numbers}`;
  return meaning.kind;
}
