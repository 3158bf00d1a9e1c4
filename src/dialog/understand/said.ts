import type { Option, Question } from '../question.ts';
import type { OwnAnswers } from './ownAnswers.ts';
import type { Vocabulary } from './vocabulary.ts';

/** A message that is no certain command and no answer to what is open. */
export interface Said {
  /** As it was written, and normalised. */
  readonly text: string;
  readonly plain: string;
  readonly open: Question | undefined;
  readonly ballot: readonly Option[];
  readonly vocabulary: Vocabulary;
  readonly answers: OwnAnswers;
}

/** Below it, nobody could be sure what is meant. Measured on the wordings, each compared with all others (`test/dialog/understand/likeness.test.ts`). */
export const SURE = 0.33;
/** So like one wording alone, it says what that says. */
export const CLEAR = 0.5;
/** The message asks something. */
export const ASKS =
  /[?？吗么呢谁哪什咋怎啥]|会不会|有没有|多少|好多|好久|几|为|\b(?:what|where|when|who|how|why|which|is|are|does|do|will|can|could)\b/;

/** The length of a text: a word of Latin letters counts like two Chinese characters. */
export function weight(plain: string): number {
  return plain.replace(/[\p{Script=Latin}']+/gu, '两字').replace(/[^\p{L}\p{N}]/gu, '').length;
}
