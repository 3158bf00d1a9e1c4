import type { OpenFlow } from '../../dialog/openFlow.ts';
import type { Option } from '../../dialog/question.ts';

/** What a call keeps from one step to the next. */
export interface CallState {
  readonly call: string;
  /** The number of the step that comes next. */
  readonly turn: number;
  /** When the last step came, in milliseconds since the epoch. */
  readonly at: number;
  readonly isOver?: true;
  /** How often in a row nothing came, and how often in a row something came that does not fit. */
  readonly silences: number;
  readonly misses: number;
  /** What this machine asked by itself; absent if the flow's question stands. */
  readonly asked?: Own;
  readonly numbers?: Numbers;
  readonly kept?: Kept;
  /** What is told once in a call, and has been. */
  readonly told?: readonly Hint[];
  /** In which language. */
  readonly language?: string;
  /** The line hears words. */
  readonly hears?: true;
  /** How often in a row words were not understood. After the second time, the call goes on with keys alone. */
  readonly unheard?: number;
  /** The language of what was said last. */
  readonly speaks?: string;
}

/** Where the hash key is; how many projects may be picked, and until when. */
export type Hint = 'hash' | 'limits';

/** How far the caller has come with a question for numbers. */
export interface Numbers {
  readonly picks: readonly number[];
  /** The index on the ballot of the project that is being read; absent while numbers are keyed in. */
  readonly reading?: number;
  /** Picks that were keyed again: keyed once more, they are taken out. */
  readonly again?: readonly number[];
  /** The numbers that were read back last. */
  readonly last?: readonly number[];
  /** The picks that come from an earlier call. They are never spoken. */
  readonly unsaid?: readonly number[];
}

/** What is kept of a call that was cut off. */
export interface Kept {
  readonly numbers: Numbers;
  readonly resident?: string;
  /** In milliseconds since the epoch. */
  readonly until: number;
}

/**
 * What this machine asks: a number, more of them, the last one that is allowed, whether to speak again, a project that is read, what to
 * do at the end of the list, whether to go on with what was kept, what else.
 */
export type Own = 'number' | 'more' | 'last' | 'speakAgain' | 'project' | 'listEnd' | 'goOn' | 'afterCast' | 'after';

/** A step, in the call and the conversation that it comes to. */
export interface Here {
  readonly step: Step;
  readonly callState: CallState;
  readonly open: OpenFlow | undefined;
}

const KEPT_MS = 15 * 60 * 1000;

/** What a call left with which this step can go on; undefined if there is nothing, or it is too old. */
export function keptOf({ at }: Step, callState: CallState | undefined, open: OpenFlow | undefined): Kept | undefined {
  const kept = callState && !callState.isOver ? keeping(callState, callState, open) : callState?.kept;
  return kept && kept.until > at ? kept : undefined;
}

/** What is kept of a call if it is cut off at `at`, in milliseconds since the epoch. */
export function keeping({ at }: { readonly at: number }, { numbers, kept }: CallState, open: OpenFlow | undefined): Kept | undefined {
  if (!numbers || (numbers.picks.length === 0 && !numbers.reading)) return kept;
  return { numbers, until: at + KEPT_MS, ...(open?.acting && { resident: open.acting.resident }) };
}

/** How far the caller has come with the numbers; no picks if there is no such question yet. */
export function numbersOf({ callState: { numbers = { picks: [] } } }: Here): Numbers {
  return numbers;
}

/** The options with these numbers, in the order of the picks. */
export function items(open: OpenFlow | undefined, picks: readonly number[]): Option[] {
  const options = optionsOf(open);
  return picks.flatMap((pick) => options.filter(({ number }) => number === pick));
}

/** How many more projects may be picked. */
export function leftOf(open: OpenFlow | undefined, picks: readonly number[]): number {
  return (open?.asked.expects === 'numbers' ? open.asked.max : 1) - picks.length;
}

/** What can be picked in the open question for numbers; empty if another question is open. */
export function optionsOf(open: OpenFlow | undefined): readonly Option[] {
  return open?.asked.expects === 'numbers' ? open.asked.options : [];
}

/** What a machine wrote down of what was said: the likeliest first; `failed` if nothing came of it in time. */
export type Heard = readonly Alternative[] | 'failed';

export interface Alternative {
  readonly text: string;
  /** From 0 to 1; absent if the recogniser does not tell. */
  readonly confidence?: number;
  /** More may have been said than so few characters: the voice lasted longer than they take, or grew loud more often. */
  readonly isLonger?: true;
}

/** One step of a call, as the carrier reported it. */
export interface Step {
  /** The carrier's id of the call. */
  readonly call: string;
  /** The number in the address to which the step came; 0 when a call begins. */
  readonly turn: number;
  /** What was entered, without the `#` that ended it; empty for silence. */
  readonly keys: string;
  /** The entry ended with `#`. */
  readonly isHashed: boolean;
  /** The carrier's id of the recording of what was spoken. */
  readonly recording?: string;
  /** What was said, on a line that hears words. */
  readonly heard?: Heard;
  /** The line hears words. */
  readonly hears?: boolean;
  /** The call is over. */
  readonly isOver: boolean;
  /** We placed the call: the person who answers has the phone. */
  readonly isPlaced?: boolean;
  /** The last answer to this number was to another call. */
  readonly isBeside?: boolean;
  /** The number can receive SMS. */
  readonly isMobile: boolean;
  /** In milliseconds since the epoch. */
  readonly at: number;
}
