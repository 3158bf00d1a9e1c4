/**
 * What a dialog says and asks, before any channel words it.
 *
 * A flow never holds text: it names a locale key and its parameters. Each channel turns the same
 * question into an SMS, a spoken prompt with a keypad gather, or a WeChat message with a menu.
 */

/** One numbered thing to pick; the number is the same on posters, in SMS, on the keypad and in chat. */
export interface Option {
  readonly number: number;
  readonly label: string;
  /** Whole units of the cycle's currency. */
  readonly cost?: number;
}

export type Param = string | number | boolean | null | undefined | readonly number[] | readonly Option[];
export type Params = Readonly<Record<string, Param>>;

/** Something told to the resident; nothing is expected back. */
export interface Statement {
  /** `flow.key` in the catalogue. */
  readonly key: string;
  readonly params?: Params;
}

/** Something asked; `expects` says which answers `understand` may turn into an event. */
export type Question = Statement &
  /** One of a few things; their labels are locale keys, worded like any text. */
  (
    | { readonly expects: 'choice'; readonly options: readonly Option[] }
    | { readonly expects: 'numbers'; readonly options: readonly Option[]; readonly min: number; readonly max: number }
    /** Yes or no; with `options`, a number or a name is a new pick instead. */
    | { readonly expects: 'confirmation'; readonly options?: readonly Option[] }
    /** Digits keyed back: a card (9), or six or twelve that prove who reads this phone; with `orPhone`, a phone number will do as well. */
    | { readonly expects: 'code'; readonly length: number; readonly orPhone?: true }
    /** Free text, on the phone a recording. `command` is the keyword that may stand before it. */
    | { readonly expects: 'account'; readonly command: string; readonly maxSeconds: number; readonly maxChars: number }
  );

/** What the resident's words, keys or recording meant for the open question. */
export type Answer =
  | { type: 'CHOSE'; number: number }
  | { type: 'NUMBERS'; numbers: number[] }
  /** Picked by title or part of one: read back before it counts. */
  | { type: 'NAMED'; numbers: number[] }
  | { type: 'YES' }
  | { type: 'NO' }
  | { type: 'CODE'; digits: string }
  /** A phone number as written. */
  | { type: 'PHONE'; phone: string }
  | { type: 'ACCOUNT'; text?: string; recording?: string }
  /** A project was tapped: added to what is picked. */
  | { type: 'ADD'; number: number }
  /** Begin with nothing picked. */
  | { type: 'AFRESH' }
  /** The next page of a long list. */
  | { type: 'MORE' };

/** One turn's reply: everything said, then at most one question. */
export interface Reply {
  readonly says: readonly Statement[];
  readonly asks?: Question;
  /** Said behind the question, once: who writes to somebody new. */
  readonly adds?: readonly Statement[];
  /** Said again for who did not catch it, where it is spoken. */
  readonly isSlow?: true;
}
