import type { PicksChange } from '../question.ts';
import { takesPicks } from './answerTo.ts';
import type { Meaning } from './commandIn.ts';
import type { Said } from './said.ts';

export type ReadBack = Extract<Meaning, { kind: 'named' | 'answer' }>;

/** Picks as they are read back, as an answer where picks are taken. */
export function readBack({ open }: Said, numbers: readonly number[], how: { change?: PicksChange; isPart?: true } = {}): ReadBack {
  return takesPicks(open)
    ? { kind: 'answer', answer: { type: 'NAMED', numbers: [...numbers], ...how } }
    : { kind: 'named', numbers: [...numbers], isVote: true, ...how };
}

/** The picks that a question which is open reads back. */
export function shownIn({ open }: Pick<Said, 'open'>): { readonly numbers: readonly number[]; readonly isCast?: true } | undefined {
  const shown = open?.expects === 'confirmation' ? open.params?.picks : undefined;
  return Array.isArray(shown) ? { numbers: shown.map((each) => (typeof each === 'number' ? each : each.number)) } : undefined;
}

/** The picks of a vote, empty where it has none; undefined if it is none. */
export function picksIn(meaning: Meaning): readonly number[] | undefined {
  if (meaning.kind === 'named' || meaning.kind === 'numbers') return meaning.numbers;
  if (meaning.kind === 'command' || meaning.kind === 'near') return meaning.command.name === 'vote' ? (meaning.command.numbers ?? []) : undefined;
  if (meaning.kind !== 'answer') return undefined;
  return meaning.answer.type === 'NUMBERS' || meaning.answer.type === 'NAMED' ? meaning.answer.numbers : undefined;
}
