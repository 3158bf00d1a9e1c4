import type { ContactPoint } from '../contacts/contact.ts';
import type { Command } from './command.ts';
import type { OpenFlow } from './openFlow.ts';
import type { Answer, Option, Question, Reply } from './question.ts';
import type { MayBeSaid } from './understand/byEar.ts';
import type { Meaning } from './understand/commandIn.ts';
import type { Like } from './understand/soundsLike.ts';
import type { SaidRole } from './understand/vocabulary.ts';

/** One message that a channel received and whose signature it has checked; the contact point is the sender's. */
export interface Inbound extends ContactPoint {
  /** Which of our numbers or accounts it was sent to. */
  readonly to: string;
  /** HMAC of the carrier's own id of this delivery: the same delivery has the same key. */
  readonly key: string;
  /** When it was received, by the database's clock. */
  readonly at: Date;
  /** Until when an answer is of use, in milliseconds since the epoch by the database's clock. Time in the queue counts too. */
  readonly deadline: number;
  readonly input: Input;
  /** The language that somebody new can surely read: that of the poster that led here. */
  readonly language?: string;
  /** A call: it is answered even if too much came from there. */
  readonly isCall?: true;
  /** A further step of what began before (a call): it does not count for a flood. */
  readonly isContinued?: boolean;
  /** We placed the call: the number is surely theirs. */
  readonly isPlaced?: boolean;
}

/**
 * What came in: words that have to be understood, something that a channel knows for sure (a tap), or something that only the channel
 * itself can interpret.
 */
export type Input =
  | {
      readonly text: string;
      /** Only pictures or sounds, on a channel on which nobody looks at them. */
      readonly hasMediaOnly?: boolean;
      /** The carrier's names of the pictures that came with it, for news of a work. */
      readonly pictures?: readonly string[];
      /** A machine wrote down what was spoken: it is read back before it counts. */
      readonly isHeard?: true;
    }
  | { readonly answer: Answer }
  | { readonly command: Command }
  | {
      readonly interpret: Interpret;
      /** What the channel's last turn read back, to say it again. Nothing else keeps it. */
      readonly readBack: (before: Before) => readonly Option[] | undefined;
    };

/** A channel's own interpretation of a turn: a pure function of what is open, of the call state that the channel's last turn left, and of how words are understood. */
export type Interpret = (before: Before, understood: Understood) => Interpretation;

/** How words are understood that a machine wrote down. */
export interface Understood {
  /** What they mean where this is asked. It never casts, stops or deletes anything by itself. */
  readonly meaning: (text: string, asked: Question | undefined) => Meaning;
  /** What they say in the place of a key, if they say nothing else. */
  readonly said: (text: string) => SaidRole | undefined;
  /** What they sound like of all that may be said here: a guess. */
  readonly like: (text: string, mayBeSaid: MayBeSaid) => Like | undefined;
}

export interface Before {
  readonly open?: OpenFlow;
  readonly callState?: string;
}

export type Interpretation = {
  /** If the last turn was not of the same call: what is open in this call. */
  readonly stands?: { readonly open?: OpenFlow };
} /** Something for the flows. `finish` turns their answer into what this channel says, and the call state that it keeps. */ & (
  | { readonly meaning: Meaning; readonly onlyFirst?: true; readonly finish: (result: Flowed) => Spoken }
  /** Not a whole answer yet: what is said and asked meanwhile. What is open stays open. */
  | Spoken
);

/** What the flows answered, and in which language; absent where it is the conversation's as before. */
export interface Flowed {
  readonly reply: Reply;
  readonly open?: OpenFlow;
  readonly language?: string;
}

export interface Spoken {
  readonly reply: Reply;
  /** Stored, encrypted, for the channel's next turn in this conversation. */
  readonly callState?: string;
  /** What is open now stays open only until then, in milliseconds since the epoch. */
  readonly until?: number;
}
