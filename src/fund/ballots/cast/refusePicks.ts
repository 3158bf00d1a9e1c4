import type { Stage } from '../../cycles/index.ts';
/** Why picks are not a ballot. Nothing is recorded then. */
export type PicksRefusal =
  | { readonly reason: 'unknown' | 'doubled'; readonly numbers: readonly number[] }
  | { readonly reason: 'tooMany'; readonly max: number; readonly count: number }
  | { readonly reason: 'tooFew'; readonly min: number; readonly count: number };

/** The rules that picks are checked against. */
export interface Choices {
  readonly projects: readonly { readonly number: number }[];
  readonly min: number;
  readonly max: number;
}

/** The first reason against picks (docs/contract.md: The vote): outside the ballot, doubled, too many, too few; undefined if they are a ballot. */
export function refusePicks({ projects, min, max }: Choices, picks: readonly number[]): PicksRefusal | undefined {
  const unknown = picks.filter((pick) => !projects.some(({ number }) => number === pick));
  if (unknown.length > 0) return { reason: 'unknown', numbers: [...new Set(unknown)] };
  const doubled = picks.filter((pick, index) => picks.indexOf(pick) !== index);
  if (doubled.length > 0) return { reason: 'doubled', numbers: [...new Set(doubled)] };
  const count = picks.length;
  if (count > max) return { reason: 'tooMany', max, count };
  if (count < min) return { reason: 'tooFew', min, count };
  return undefined;
}

/** Why a ballot was not cast. Nothing is recorded then. Times in ISO 8601. */
export type CastRefusal =
  | PicksRefusal
  | { readonly reason: 'early'; readonly opensAt: string; readonly closesAt?: string; readonly stage?: Stage }
  /** `keyedUntil`: slips of paper are keyed until then, and the result comes after that. */
  | { readonly reason: 'late'; readonly closedAt: string; readonly keyedUntil?: string }
  /** Its day has come, and it is held back. */
  | { readonly reason: 'held' }
  | { readonly reason: 'none' }
  /** The ballot was to count only as the first one, and there is one already. `isSame`: that one has exactly these picks. */
  | { readonly reason: 'hasBallot'; readonly isSame?: true }
  /** Fifty ballots of this person were accepted today, without the card or with it, as this one. */
  | { readonly reason: 'enough' | 'enoughWithCard' }
  /** Of a slip: its voter cast another ballot after it was handed in. */
  | { readonly reason: 'superseded' }
  | { readonly reason: 'notOnRoll' };
