/** How the outbox hands one message to a channel's carrier. It tells what came of it and does not reject. */
export type Send = (message: Dispatch) => Promise<Sent>;

export interface Dispatch {
  /** Phone number in E.164, or openid. */
  readonly to: string;
  /** The community's own number. */
  readonly from: string;
  readonly text: string;
  /** What the carrier's status callbacks are to call the message. */
  readonly ref: string;
  /** Ends the attempt; what it came to is then unknown. */
  readonly signal: AbortSignal;
}

/** `reason` is a stable code. */
export type Sent =
  | { readonly state: 'sent'; readonly carrierId: string }
  /** Surely not sent, and worth another try later: over the rate, or the carrier could not be reached. */
  | { readonly state: 'refused'; readonly reason: string }
  /** Surely not sent, and never will be. */
  | { readonly state: 'failed'; readonly reason: string }
  /** The carrier knows that this address wants nothing from us. */
  | { readonly state: 'stopped' }
  /** Nobody knows whether it was sent. */
  | { readonly state: 'unknown'; readonly reason: string };

/** What a carrier tells later of a message that it was given. */
export interface CarrierStatus {
  /** The message as we called it when we sent it; without it, it is found by the carrier's id. */
  readonly ref?: string;
  readonly carrierId: string;
  readonly state: 'sent' | 'delivered' | 'failed' | 'stopped';
  /** Stable code of a failure. */
  readonly reason?: string;
}

/** Takes note of it: late, twice, out of order or of a message that is not ours, it is harmless. Rejects where the database is away. */
export type RecordStatus = (status: CarrierStatus) => Promise<void>;
