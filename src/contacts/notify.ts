import type { mongo } from 'mongoose';
import type { CommunityContact, ContactPoint } from './contact.ts';

/** A message to be sent outside a reply. The outbox takes it (the fund knows no outbox). It is worded when it is sent. */
export interface Notice extends CommunityContact {
  /** Names the message, together with channel and address: the same occasion reaches the same address once. */
  readonly occasion: string;
  /** Where to try next, in this order, if the message is known not to have reached them. */
  readonly next?: readonly ContactPoint[];
  /** `_id` of the resident to whom the address belongs. */
  readonly resident?: string;
  /** What the roster says of the reader. An answer is in the language last used where it goes; where neither is known, in the community's. */
  readonly language?: string | undefined;
  /** An alarm says that somebody else may be acting as this resident. A stop may be forged, too; it does not hold an alarm back. */
  readonly kind: 'receipt' | 'code' | 'alarm' | 'answer' | 'notice';
  /** An answer: when it was asked for. A stop of an earlier day does not hold it back. */
  readonly askedAt?: Date;
  /** It waits for the end of the quiet hours, as a notice does: nobody who gets it did anything just now. */
  readonly heedsQuiet?: true;
  /** The locale key and its parameters; projects, as a receipt names them. */
  readonly said: { readonly key: string; readonly params?: Readonly<Record<string, string | number | undefined | readonly ProjectSaid[]>> };
}

interface ProjectSaid {
  readonly number: number;
  readonly label: string;
  readonly cost: number;
}

/** Puts a notice into the outbox, once for each occasion and address. `session`: the act that it tells of; it is sent if that is done, and only then. */
export type Notify = (notice: Notice, session?: mongo.ClientSession) => Promise<void>;
