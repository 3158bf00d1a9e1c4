import type { CommunityContact } from './contact.ts';

/** Something that a person does in a turn: who, where, when, and the key. Under one key it counts once. */
export interface Act extends CommunityContact {
  /** The turn's own key: an HMAC of the carrier's id for the delivery. A service adds its name to it. */
  readonly key: string;
  /** When the service received it, by the database's clock. */
  readonly at: Date;
  /** `_id` of the resident who acts, once it is known. */
  readonly resident?: string;
  /** The resident was found on the roster by this phone or chat in this same turn; no need to look again. */
  readonly isOnRoster?: boolean;
  /** The card itself was shown for this act, not only a number that the roster knows. */
  readonly withCard: boolean;
  /** We placed the call: only this phone can have answered. */
  readonly isPlaced?: boolean;
  /** The ballot counts only if its voter has none yet, because nobody said that it was complete. */
  readonly onlyFirst?: boolean;
  /** To be called before the first write. Throws `DeadlinePassed` if it is too late to begin one. */
  readonly beginWrite: () => void;
  /** A write was begun: what was looked up before may have changed. */
  readonly began?: boolean;
  /** Takes a write that may run while the turn's own end is written. The answer waits for both; if the write rejects, the turn rejects. */
  readonly alongside?: (write: Promise<void>) => void;
}
