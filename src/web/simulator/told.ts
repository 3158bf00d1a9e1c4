/** A message that went to or from a played phone. */
export interface Flown {
  /** The same message bears the same id, however often it is told. */
  readonly id: string;
  /** E.164. */
  readonly phone: string;
  /** `sent` from the phone, the `answer` to that, or `started` by the service itself. */
  readonly kind: 'sent' | 'answer' | 'started';
  readonly text: string;
  readonly characters: number;
  /** How many messages a carrier bills for it. */
  readonly segments: number;
}

/** A call after a step. */
export interface CallNow {
  /** What was said since the step before. */
  readonly heard: readonly { readonly text: string; readonly seconds: number }[];
  readonly waitsFor: 'keys' | 'recording' | 'nothing';
  /** What ends the keys of an answer, besides a pause of so many seconds; absent where the line waits for none. */
  readonly entry?: { readonly finishOnKey: string; readonly numDigits?: number; readonly timeout: number } | undefined;
  /** How it ended, once it has. */
  readonly status: string;
  /** Whom it was put through to. */
  readonly connectedTo: readonly string[];
}

/** The ledger as the demo's operator sees it grow: neither voter nor picks. */
export interface LedgerNow {
  readonly cycle: string;
  readonly voters: number;
  readonly residents: number;
  /** The last ones, in the ledger's order. */
  readonly entries: readonly LedgerLine[];
}

export interface LedgerLine {
  readonly seq: number;
  /** Day of the entry, `YYYY-MM-DD`. */
  readonly at: string;
  /** Absent in the seal. */
  readonly commitment?: string;
  readonly hash: string;
  /** Ten digits; absent in the seal and in a voided ballot. */
  readonly receipt?: string;
}
