/** Why picks are not a ballot: nothing is recorded then. */
export type PicksRefusal =
  | { readonly reason: 'unknown' | 'doubled'; readonly numbers: readonly number[] }
  | { readonly reason: 'tooMany'; readonly max: number; readonly count: number }
  | { readonly reason: 'tooFew'; readonly min: number; readonly count: number };

/** What picks are checked against. */
export interface Choices {
  readonly projects: readonly { readonly number: number }[];
  readonly min: number;
  readonly max: number;
}

/** The first reason against picks (docs/contract.md: The vote): outside the ballot, doubled, too many, too few; undefined where they are a ballot. */
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
