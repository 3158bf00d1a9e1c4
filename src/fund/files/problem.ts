/** What is wrong in a community's file, and where. */
export interface Problem {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** A sentence without a full stop. */
  readonly what: string;
}
