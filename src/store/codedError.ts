import type { PageKeyIn } from './textKeys.ts';

/** An error with a code for programs and a sentence for people; the sentence says what to do. */
export class CodedError extends Error {
  readonly code: string;

  constructor(code: string, sentence: string, options?: ErrorOptions) {
    super(sentence, options);
    this.name = 'CodedError';
    this.code = code;
  }
}

/** What was thrown, as an error. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error('something was thrown that is no error', { cause: thrown });
}

/** What is wrong in a community's file, and where. */
export interface Problem {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** A sentence without its full stop. */
  readonly what: string;
  /** Why, as the key of a text, for a person who does not read English: `console.import.wrong.KEY`. */
  readonly why?: Why;
}

export interface Why {
  readonly key: PageKeyIn<'console', 'import.wrong'>;
  readonly params?: Readonly<Record<string, string | number>>;
}
