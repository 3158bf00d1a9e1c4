import { COMMANDS, type Command, type CommandName } from '../command.ts';
import type { Answer, Option, Question } from '../question.ts';
import { answerTo } from './answerTo.ts';
import { commandIn, type Meaning, wholeCommandIn } from './commandIn.ts';
import { keywordIn, nearIn } from './keywordIn.ts';
import { normalise, writtenFrom } from './normalise.ts';
import { picksIn } from './picksIn.ts';
import { type TitleAt, titleAt } from './titleAt.ts';
import type { Vocabulary } from './vocabulary.ts';

const UNKNOWN: Meaning = { kind: 'unknown' };

/**
 * What a message means: first a command, then an answer to the open question, then picks out of the blue, then what is nearly a command.
 * If a message has anything that is not known, it is no pick, so that no ballot is ever guessed. `ballot` is what can be voted for now;
 * it is empty if voting is not open.
 */
export function understand(text: string, open: Question | undefined, ballot: readonly Option[], vocabulary: Vocabulary): Meaning {
  const plain = joinedCard(normalise(text), ballot);
  if (open?.expects === 'freeText') return freeText(text, plain, open, vocabulary);
  const titles = titleAt(optionsOf(open) ?? ballot);
  const command = commandIn({ text, plain, vocabulary, titleAt: takesPicks(open) ? titles : titleAt(ballot) });
  if (command?.kind === 'command') return command;
  if (command?.kind === 'named') return takesPicks(open) ? { kind: 'answer', answer: { type: 'NAMED', numbers: command.numbers } } : command;
  const answer = open && answerTo(open, plain, vocabulary, titles);
  if (answer) return { kind: 'answer', answer };
  return command ?? outOfTheBlue(plain, open, ballot, vocabulary) ?? near(plain, vocabulary);
}

/**
 * The command that a message is whatever was asked before it, free text included: only a keyword, or a keyword with numbers or a card.
 * What is open is not needed for it.
 */
export function wholeCommand(text: string, ballot: readonly Option[], vocabulary: Vocabulary): Command | undefined {
  return wholeCommandIn({ plain: joinedCard(normalise(text), ballot), vocabulary }, undefined);
}

/** A card as it is printed, `204 681 717`. Three-digit numbers may stand before it too. */
const LAST_SPLIT_CARD = /^(.*(?<!\d))([1-9]\d{2})[ -](\d{3})[ -](\d{3})(?!\d)/s;

/** A normalised message with its card in one piece. Three numbers that are all on the ballot are picks. */
function joinedCard(plain: string, ballot: readonly Option[]): string {
  return plain.replace(LAST_SPLIT_CARD, (split, before: string, ...groups) => {
    const parts = groups.slice(0, 3).map(String);
    const arePicks = parts.every((part) => ballot.some(({ number }) => String(number) === part));
    return arePicks ? split : before + parts.join('');
  });
}

function freeText(text: string, plain: string, { command: asked }: Extract<Question, { expects: 'freeText' }>, vocabulary: Vocabulary): Meaning {
  const own = ownCommand(asked, vocabulary);
  const command = wholeCommandIn({ plain, vocabulary }, own);
  if (command) return { kind: 'command', command };
  const found = keywordIn(plain, vocabulary);
  const isOwn = found && !found.isLed && !found.keyword.isNear && found.keyword.name === own;
  const written = isOwn ? writtenFrom(text, found.end) : text.trim();
  if (!/[\p{L}\p{N}]/u.test(written)) return UNKNOWN;
  const answer: Answer = { type: 'FREE_TEXT', text: written };
  return { kind: 'answer', answer };
}

/** The command that a question names, by its name or by a keyword. */
function ownCommand(asked: string, { keywords }: Vocabulary): CommandName | undefined {
  return COMMANDS.find((name) => name === asked) ?? keywords.get(normalise(asked))?.name;
}

function outOfTheBlue(plain: string, open: Question | undefined, ballot: readonly Option[], vocabulary: Vocabulary): Meaning | undefined {
  const picks = picksIn(plain, 0, vocabulary);
  if (!picks) return takesPicks(open) ? undefined : named(plain, ballot, vocabulary, titleAt(ballot));
  const { numbers, card, isSure } = picks;
  if (open?.expects === 'code' || (numbers.length === 0 && card === undefined)) return undefined;
  if (card !== undefined) {
    if (numbers.length === 0) return { kind: 'near', command: { name: 'identify', card } };
    const command = { name: 'vote', numbers, card } as const;
    return { kind: open?.expects === 'numbers' && isSure ? 'command' : 'near', command };
  }
  const isPick = !open || (open.expects === 'choice' && numbers.every((number) => ballot.some((project) => project.number === number)));
  return isPick ? { kind: 'numbers', numbers } : undefined;
}

function named(plain: string, ballot: readonly Option[], vocabulary: Vocabulary, titles: TitleAt): Meaning | undefined {
  const numbers = ballot.length > 0 ? picksIn(plain, 0, vocabulary, titles)?.numbers : undefined;
  return numbers?.length ? { kind: 'named', numbers } : undefined;
}

function near(plain: string, vocabulary: Vocabulary): Meaning {
  const name = nearIn(plain, vocabulary);
  return name ? { kind: 'near', command: { name } } : UNKNOWN;
}

function takesPicks(open: Question | undefined): boolean {
  return open?.expects === 'numbers' || (open?.expects === 'confirmation' && open.options !== undefined);
}

function optionsOf(open: Question | undefined): readonly Option[] | undefined {
  return open && 'options' in open ? open.options : undefined;
}
