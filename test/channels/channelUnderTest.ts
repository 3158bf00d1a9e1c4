import type { CarrierName, Channel } from '../../src/contacts/channel.ts';
import type { WebhookAnswer } from '../fakes/twilio.ts';
import type { ServiceOptions, TestService } from '../support/service.ts';

/** Ways to spoil a carrier's request. Each channel knows the bytes. */
export const FORGERIES = ['unsigned', 'signed by somebody else', 'signed for another address', 'one byte changed', 'a field added'] as const;
export const MALFORMED = ['a field repeated', 'wrong UTF-8', 'a field missing'] as const;
export type Spoiled = (typeof FORGERIES)[number] | (typeof MALFORMED)[number] | 'over 64 KiB, unsigned';

/** One message. The same `id` is the same delivery; without an `id` it is a new one. */
export interface Saying {
  readonly from: string;
  readonly text: string;
  readonly id?: string;
  /** The number of ours that it is sent to; the community's if absent. */
  readonly to?: string;
}

/** A channel, as the conformance suite uses it: only the differences between channels. */
export interface ChannelUnderTest {
  /** Its folder in `src/channels`. */
  readonly name: Channel;
  /** Its carrier, if several bring this channel. */
  readonly carrier?: CarrierName;
  /** It has to be asked for. */
  readonly needs?: ServiceOptions;
  /** The carrier's response carries no reply: it is a message of its own, and comes once. */
  readonly handsOver?: true;
  /** It words texts by templates: not in dialects, not for a number that is no community's, and not while the database is away. */
  readonly isTemplated?: true;
  /** The status of a request that does not prove itself. */
  readonly refusal?: 404;
  /** What cannot be spoilt here: its carrier signs nothing. */
  readonly unspoilt?: readonly Spoiled[];
  /**
   * Its carrier tells what happens once, over a connection that we opened: nothing can be forged, malformed or delivered again. Each saying is a call of
   * its own, with a turn as it begins and one as it ends, and silence lasts as long as a caller's.
   */
  readonly tellsOnce?: true;
  /** Nothing is written there: keys and recordings. */
  readonly isSpoken?: true;
  /** The form of a receipt in an answer. */
  readonly receipt: RegExp;
  /** An address from which nobody has written; a new one each time. */
  readonly address: () => string;
  /** One of our numbers that is no community's. */
  readonly elsewhere: string;
  /** A delivery id as the carrier makes them; a new one each time. */
  readonly id: () => string;
  /** Delivers the message and gives the answer's text, undefined for silence. Rejects if the carrier would not take the answer. */
  say(service: TestService, saying: Saying): Promise<string | undefined>;
  /** Delivers it spoiled and gives the bare HTTP answer. */
  spoil(service: TestService, saying: Saying, how: Spoiled): Promise<WebhookAnswer>;
  /** Ends what still goes on, and waits until that is recorded. */
  settle?(service: TestService): Promise<void>;
  /** Throws if the carrier would charge more than the contract allows (docs/contract.md: Limits), or would not carry it at all. */
  fits(text: string, what: 'receipt' | 'ballot' | 'any'): void;
}
