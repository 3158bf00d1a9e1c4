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

/**
 * What came of a turn, where a channel has to know it: it decides by this, never by the key of a text. A flow gives it beside the text that it says or asks;
 * where several do, the last one said counts, and one that is asked only where none is said.
 */
export type ReplyOutcome =
  /** The first ballot of this resident is in the ledger. */
  | 'cast'
  /** A ballot is in the ledger that replaces an earlier one. */
  | 'changed'
  /** The same picks were in the ledger already. */
  | 'alreadyCast'
  /** Picks are read back: they are cast only when somebody says yes. */
  | 'askConfirmation'
  /** Somebody who may be on the roster is to show their card. */
  | 'askCard'
  /** Somebody wants to talk to a person. */
  | 'askPerson'
  /** What came does not answer the question: it is asked again. */
  | 'notUnderstood'
  /** A call was cut off, and its picks are kept: the parameter `picks` of the one text that is said. */
  | 'callKept';

/** Something asked; `expects` says which answers `understand` may turn into an event. */
export type Question = Statement & {
  readonly outcome?: ReplyOutcome;
} /** One of a few things; their labels are locale keys, worded like any text. */ & (
    | { readonly expects: 'choice'; readonly options: readonly Option[] }
    | { readonly expects: 'numbers'; readonly options: readonly Option[]; readonly min: number; readonly max: number }
    /** Yes or no; with `options`, a number or a name is a new pick instead. */
    | { readonly expects: 'confirmation'; readonly options?: readonly Option[] }
    /** Digits keyed back: a card (9), or six or twelve that prove who reads this phone; with `orPhone`, a phone number will do as well. */
    | { readonly expects: 'code'; readonly length: number; readonly orPhone?: true }
    /** Free text, on the phone a recording. `command` is the keyword that may stand before it. */
    | { readonly expects: 'freeText'; readonly command: string; readonly maxSeconds: number; readonly maxChars: number }
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
  | { type: 'FREE_TEXT'; text?: string; recording?: string }
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
  readonly outcome?: ReplyOutcome;
  /** Said behind the question, once: who writes to somebody new. */
  readonly adds?: readonly Statement[];
  /** Said again for who did not catch it, where it is spoken. */
  readonly isSlow?: true;
}
