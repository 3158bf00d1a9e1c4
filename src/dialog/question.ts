import type { CommandName } from './command.ts';

/**
 * What a dialog says and asks, before any channel words it.
 * A flow never holds text: it names a locale key and its parameters. Each channel turns the same question into an SMS, a spoken prompt
 * with keys to press, or a WeChat message with a menu.
 */

/** One thing to pick. Its number is the same on posters, in SMS, on the keypad and in chat. */
export interface Option {
  readonly number: number;
  readonly label: string;
  /** Its name in English, where there is one. */
  readonly labelEn?: string | undefined;
  /** Its whole title, if the label is shorter. */
  readonly title?: string;
  /** Other words by which a resident may name it. */
  readonly also?: readonly string[] | undefined;
  /** Whole units of the cycle's currency. */
  readonly cost?: number;
  /** More about it, for a channel that reads things out one by one. */
  readonly detail?: string;
  /** In a choice: this command means the same, alone or with this number, and the open question takes it as its answer. */
  readonly command?: { readonly name: CommandName; readonly number: number };
  /** Where it is, by which a resident may name it. */
  readonly place?: string;
}

export type Param = string | number | boolean | null | undefined | readonly number[] | readonly Option[];
export type Params = Readonly<Record<string, Param>>;

/** Something that is said to the resident; no answer is expected. */
export interface Statement {
  /** `flow.key` in the catalogue. */
  readonly key: string;
  readonly params?: Params;
}

/**
 * What came of a turn, if a channel has to know it. A channel decides by this, never by the key of a text. A flow gives it with a text
 * that it says or asks. If there are several, the last one that is said counts; one that is asked counts only if none is said.
 */
export type ReplyOutcome =
  /** The first ballot of this resident is in the ledger. */
  | 'cast'
  /** A ballot that replaces an earlier one is in the ledger. */
  | 'changed'
  /** The same picks were in the ledger already. */
  | 'alreadyCast'
  /** Picks are read back: they are cast only after a yes. */
  | 'askConfirmation'
  /** A resident who may be on the roster has to show their card. */
  | 'askCard'
  /** The resident wants to talk to a person. */
  | 'askPerson'
  /** What came does not answer the question: it is asked again. */
  | 'notUnderstood'
  /** A question or complaint is with the person who answers it. */
  | 'passedOn'
  /** A call was cut off. Its picks are kept: they are the parameter `picks` of the only text that is said. */
  | 'callKept';

/** Something that is asked. `expects` says which answers `understand` may turn into an event. */
export type Question = Statement & {
  readonly outcome?: ReplyOutcome;
} /** One of a few things. Their labels are locale keys, worded like any text. */ & (
    | {
        readonly expects: 'choice';
        readonly options: readonly Option[];
        readonly taps?: Taps /** Its answer records something at once: what a machine heard does not choose. */;
        readonly bindsAtOnce?: true;
      }
    | { readonly expects: 'numbers'; readonly options: readonly Option[]; readonly min: number; readonly max: number }
    /** Yes or no. With `options`, a number or a title is a new pick instead. A yes does the `command`, so that to name it is a yes, too. */
    | { readonly expects: 'confirmation'; readonly options?: readonly Option[]; readonly command?: CommandName }
    /** Digits: a card (9), or six or twelve that prove who reads this phone. With `orPhone`, a phone number is accepted too. */
    | {
        readonly expects: 'code';
        readonly length: number;
        readonly orPhone?: true /** Another command closes it: what cannot be undone does not wait. */;
        readonly lapses?: true;
      }
    /** Free text; on the phone, a recording. `command` is the keyword that may stand before it. */
    | { readonly expects: 'freeText'; readonly command: string; readonly maxSeconds: number; readonly maxChars: number }
  );

/** What can be tapped instead of being written, under a line that says what for. A tap sends the item's own words. */
export interface Taps {
  readonly head: Statement;
  readonly items: readonly Statement[];
}

/** What a message has changed of the picks that were shown before. */
export interface PicksChange {
  readonly added: readonly number[];
  readonly dropped: readonly number[];
}

/** How picks came about, if they were not said in whole. */
export interface Changed {
  readonly change?: PicksChange;
  /** It is not known to which others they are added. */
  readonly isPart?: true;
}

/** What the resident's words, keys or recording mean for the open question. */
export type Answer =
  | { type: 'CHOSE'; number: number }
  | { type: 'NUMBERS'; numbers: number[] }
  /** Picked by a title or part of one, or by a change of other picks: read back before it counts. */
  | ({ type: 'NAMED'; numbers: number[] } & Changed)
  | { type: 'YES' }
  | { type: 'NO' }
  | { type: 'CODE'; digits: string }
  /** A phone number as written. */
  | { type: 'PHONE'; phone: string }
  | { type: 'FREE_TEXT'; text?: string; recording?: string }
  /** A project was tapped: it is added to the picks. */
  | { type: 'ADD'; number: number }
  /** Begin again with no picks. */
  | { type: 'AFRESH' }
  /** The next page of a long list. */
  | { type: 'MORE' };

/** The reply of one turn: everything that is said, then at most one question. */
export interface Reply {
  readonly says: readonly Statement[];
  readonly asks?: Question;
  readonly outcome?: ReplyOutcome;
  /** Said once, after the question, on the phone before everything: the introduction for somebody new. */
  readonly adds?: readonly Statement[];
  /** If it is spoken: said again slowly. */
  readonly isSlow?: true;
  /** If it is spoken, and may be answered in words: what may be expected, for whoever recognises them, the likeliest last. */
  readonly listensFor?: readonly Expected[];
}

/** Words that may be expected; `several` of them together, such as picks. */
export interface Expected {
  readonly words: readonly string[];
  readonly several?: true;
}
