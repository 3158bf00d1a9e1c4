import type { Channel } from './channel.ts';

/** Where somebody can be reached: a phone, by message or by call, or a chat. */
export interface Reach {
  readonly channel: Channel;
  /** Phone number in E.164, or openid. */
  readonly address: string;
}

/** Something to be said outside a reply; the outbox takes it (the fund knows no outbox). Words are chosen when it is sent. */
export interface Notice {
  /** With channel and address it names the message: the same occasion reaches the same address once. */
  readonly occasion: string;
  readonly community: string;
  readonly channel: Channel;
  readonly address: string;
  /** Where to go on, in this order, when it is known not to have reached them there. */
  readonly next?: readonly Reach[];
  /** `_id` of the resident the address belongs to. */
  readonly resident?: string;
  readonly language: string;
  /** alarm: somebody may be acting as them; a stop, which may be forged too, does not hold it back. */
  readonly kind: 'receipt' | 'code' | 'alarm' | 'answer' | 'notice';
  /** Locale key and its parameters. */
  readonly said: { readonly key: string; readonly params?: Readonly<Record<string, string | number | undefined>> };
}

/** Puts a notice into the outbox, once for each occasion and address. */
export type Notify = (notice: Notice) => Promise<void>;
