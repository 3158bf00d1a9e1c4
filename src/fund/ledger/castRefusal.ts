import type { PicksRefusal } from './refusePicks.ts';

/** Why a ballot was not cast; nothing is recorded then. Times in ISO 8601. */
export type CastRefusal =
  | PicksRefusal
  | { readonly reason: 'early'; readonly opensAt: string; readonly closesAt?: string }
  | { readonly reason: 'late'; readonly closedAt: string }
  | { readonly reason: 'none' }
  /** It was to count only as the first one, and there is one; `isSame`: with these very picks. */
  | { readonly reason: 'hasBallot'; readonly isSame?: true }
  /** Fifty of this person's were taken today, without or with the card, as this one. */
  | { readonly reason: 'enough' | 'enoughWithCard' }
  | { readonly reason: 'notOnRoll' };
