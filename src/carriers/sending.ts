import type { Reply, Statement } from '../dialog/question.ts';

/** How the outbox hands one message to a channel's carrier. The result says what became of it; it does not reject. */
export type Send = (message: Dispatch) => Promise<Sent>;

export interface Dispatch {
  /** A phone number in E.164, or a chat's address. */
  readonly to: string;
  /** The community's own number. */
  readonly from: string;
  /** The slug of the community that sends it. */
  readonly community: string;
  readonly text: string;
  /** What the text says, for a carrier that words it itself. */
  readonly told: Worded;
  /** The name of the message in the carrier's status callbacks. */
  readonly ref: string;
  /** Ends the attempt; its result is then unknown. */
  readonly signal: AbortSignal;
}

/** What a message says: one text of the catalogue; or a whole reply, of which `key` is the first text. */
export interface MessageContent extends Statement {
  readonly reply?: Reply;
}

export interface Worded {
  readonly said: MessageContent;
  readonly language: string;
  /** It also says who writes, what is kept and how to stop. */
  readonly isFirst: boolean;
}

/** What became of an attempt to send: the same classes for every carrier. `reason` is a stable code. */
export type Sent =
  | { readonly state: 'sent'; readonly carrierId: string }
  /** Later: surely not sent, but worth another try: too many messages for the carrier's rate, or the carrier could not be reached. */
  | {
      readonly state: 'refused';
      readonly reason: string;
      /** How long to wait at least, in milliseconds, if the carrier says so. */
      readonly afterMs?: number;
      /** Park the carrier: nothing more goes out by it before (no balance, its limit, a setting that it refuses). Somebody has to be told. */
      readonly parks?: true;
    }
  /** Never: surely not sent, and it never will be to this number; or, if it is the `text` that is wrong, to nobody. */
  | { readonly state: 'failed'; readonly reason: string; readonly wrong?: 'text' }
  /** The carrier knows that the person at this address wants no messages from us. */
  | { readonly state: 'stopped' }
  /** It is not known whether it was sent; never sent again by itself. */
  | { readonly state: 'unknown'; readonly reason: string };

/** What a carrier reports later about a message that it was given. */
export interface CarrierStatus {
  /** The name that we gave the message when we sent it; without it, the message is found by the carrier's id. */
  readonly ref?: string;
  readonly carrierId: string;
  readonly state: 'sent' | 'delivered' | 'failed' | 'stopped';
  /** The stable code of a failure. */
  readonly reason?: string;
}

/** Records the status. Harmless if it is late, comes twice, out of order or for a message that is not ours. Rejects if the database is away. */
export type RecordStatus = (status: CarrierStatus) => Promise<void>;
