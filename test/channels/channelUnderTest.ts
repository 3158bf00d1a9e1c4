import type { Channel } from '../../src/contacts/channel.ts';
import type { WebhookAnswer } from '../fakes/twilio.ts';
import type { TestService } from '../support/service.ts';

/** Ways to spoil a carrier's request; what they mean in bytes is the channel's own business. */
export const FORGERIES = ['unsigned', 'signed by somebody else', 'signed for another address', 'one byte changed', 'a field added'] as const;
export const MALFORMED = ['a field repeated', 'wrong UTF-8', 'a field missing'] as const;
export type Spoiled = (typeof FORGERIES)[number] | (typeof MALFORMED)[number] | 'over 64 KiB, unsigned';

/** What somebody sends. The same `id` is the same delivery; without one it is a new one. */
export interface Saying {
  readonly from: string;
  readonly text: string;
  readonly id?: string;
  /** Which of our numbers; the community's where absent. */
  readonly to?: string;
}

/** A channel, as the conformance suite sees it: only what differs from one to the next. */
export interface ChannelUnderTest {
  /** Its folder in `src/channels`. */
  readonly name: Channel;
  /** It has to be asked for. */
  readonly needs?: { readonly withWechat: true };
  /** Nothing is written there: keys and recordings. */
  readonly isSpoken?: true;
  /** What a receipt looks like in an answer. */
  readonly receipt: RegExp;
  /** An address that nobody has written from; a new one each time. */
  readonly address: () => string;
  /** One of our numbers that is no community's. */
  readonly elsewhere: string;
  /** A delivery id as the carrier makes them; a new one each time. */
  readonly id: () => string;
  /** Delivers what is said and gives the answer's text, undefined for silence. Rejects where the carrier would not take the answer. */
  say(service: TestService, saying: Saying): Promise<string | undefined>;
  /** Delivers it spoiled and gives the bare HTTP answer. */
  spoil(service: TestService, saying: Saying, how: Spoiled): Promise<WebhookAnswer>;
  /** Throws where the carrier would charge more than the contract allows (docs/contract.md: Limits), or not carry it at all. */
  fits(text: string, what: 'receipt' | 'ballot' | 'any'): void;
}
