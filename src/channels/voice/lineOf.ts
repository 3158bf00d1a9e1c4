import type { Question, Statement } from '../../dialog/question.ts';
import type { Words } from '../../dialog/wording.ts';
import { holdable } from '../holdable.ts';

export interface Speech {
  readonly words: Words;
  readonly language: string;
  readonly isSlow: boolean;
  /** The addresses of the recordings that together say something; undefined where it is not recorded whole. */
  readonly recorded?: (said: Statement | Question) => readonly string[] | undefined;
}

/** What is heard of one statement or question. */
export type Line = { readonly sounds: readonly string[] } | { readonly text: string; readonly language: string; readonly isSlow: boolean };

/** A statement or question as somebody recorded it, else in words to be synthesised, never a patchwork of the two; undefined where it has no words. */
export function lineOf(said: Statement | Question, { words, language, isSlow, recorded }: Speech): Line | undefined {
  const text = holdable(words(said)).trim();
  if (text === '') return undefined;
  const sounds = recorded?.(said);
  return sounds ? { sounds } : { text, language, isSlow };
}
