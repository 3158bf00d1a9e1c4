import type { CommunityContact, ContactPoint } from './contact.ts';

/** Something to be said outside a reply; the outbox takes it (the fund knows no outbox). Words are chosen when it is sent. */
export interface Notice extends CommunityContact {
  /** With channel and address it names the message: the same occasion reaches the same address once. */
  readonly occasion: string;
  /** Where to go on, in this order, when it is known not to have reached them there. */
  readonly next?: readonly ContactPoint[];
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
