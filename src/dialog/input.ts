import type { Channel } from '../contacts/channel.ts';
import type { Command } from './command.ts';
import type { OpenFlow } from './openFlow.ts';
import type { Answer, Option, Reply } from './question.ts';
import type { Meaning } from './understand/commandIn.ts';

/** One message that a channel received and whose signature it has checked. */
export interface Inbound {
  readonly channel: Channel;
  /** Who writes: a phone number in E.164, or an openid. */
  readonly address: string;
  /** Which of our numbers or accounts it was sent to. */
  readonly to: string;
  /** HMAC of the carrier's own id of this delivery: the same delivery bears the same key. */
  readonly key: string;
  /** When it was received, by the database's clock. */
  readonly at: Date;
  /** Until when an answer is of use, in milliseconds since the epoch by the database's clock; the queue counts too. */
  readonly deadline: number;
  readonly input: Input;
  /** What somebody new is sure to read: the language of the poster that led here. */
  readonly language?: string;
  /** However much came from there, a call is answered. */
  readonly isCall?: true;
  /** A further step of what began before (a call): it counts for no flood. */
  readonly isContinued?: boolean;
  /** We called: the number is surely theirs. */
  readonly isPlaced?: boolean;
}

/** What came in: words to be understood, what a channel knows for sure was meant (a tap), or what only the channel itself can interpret. */
export type Input =
  | {
      readonly text: string;
      /** Pictures or sounds without a word, on a channel where nobody looks at them. */
      readonly hasMediaOnly?: boolean;
      /** A machine wrote down what somebody spoke: read back before it counts. */
      readonly isHeard?: true;
    }
  | { readonly answer: Answer }
  | { readonly command: Command }
  | {
      readonly interpret: Interpret;
      /** What the channel's last turn read back, which nobody else keeps: to say it again. */
      readonly readBack: (before: Before) => readonly Option[] | undefined;
    };

/** A channel's own interpretation, pure: what a turn means, given what is open and the call state that the channel's last turn left. */
export type Interpret = (before: Before) => Interpretation;

export interface Before {
  readonly open?: OpenFlow;
  readonly callState?: string;
}

export type Interpretation = {
  /** Where the last turn was not of the same call: what is open in this one. */
  readonly stands?: { readonly open?: OpenFlow };
} /** Something for the flows; `finish` makes of their answer what this channel says, and the call state that it keeps. */ & (
  | { readonly meaning: Meaning; readonly onlyFirst?: true; readonly finish: (result: { readonly reply: Reply; readonly open?: OpenFlow }) => Spoken }
  /** Not a whole answer yet: what is said and asked meanwhile; what is open stays open. */
  | Spoken
);

export interface Spoken {
  readonly reply: Reply;
  /** Kept, encrypted, for the channel's next turn here. */
  readonly callState?: string;
  /** In milliseconds since the epoch: what is open now is so until then only. */
  readonly until?: number;
}
