import type { CommunityContact } from './contact.ts';

/** Something that a person does in a turn: who, where, when, and the key under which it counts once. */
export interface Act extends CommunityContact {
  /** The turn's own key: an HMAC of the carrier's id of the delivery. A service adds its name to it. */
  readonly key: string;
  /** When the service received it, by the database's clock. */
  readonly at: Date;
  /** `_id` of the resident who acts, once known. */
  readonly resident?: string;
  /** The resident was found on the roster by this phone or chat in this very turn: nobody has to look again. */
  readonly isOnRoster?: boolean;
  /** The card itself was shown for this act (not only a number that the roster knows). */
  readonly withCard: boolean;
  /** We called: nobody else's phone can answer. */
  readonly isPlaced?: boolean;
  /** Counts only while its voter has no ballot yet: nobody said that it was whole. */
  readonly onlyFirst?: boolean;
  /** To be called before the first write. Throws `DeadlinePassed` when it is too late to begin one. */
  readonly beginWrite: () => void;
  /** Where there is one: takes a write that may be under way while the turn's own end is written. The answer waits for both; where it rejects, the turn does. */
  readonly alongside?: (write: Promise<void>) => void;
}
