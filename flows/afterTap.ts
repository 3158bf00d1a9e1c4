import type { MyPicks, OpenBallot } from '../src/fund/ballots/index.ts';

export interface AfterTap {
  /** `tooFew`: the minimum is not reached yet. `whole`: it is to be cast, or was by this very turn, before a crash. */
  readonly came: 'unknown' | 'alreadyIn' | 'full' | 'tooFew' | 'whole';
  readonly picks: readonly number[];
}

/** What a tapped project makes of the picks before it; a withdrawn number among those stays, and is then refused by the ledger. */
export function afterTap(number: number, { projects, min, max }: OpenBallot, { picks, isCast }: MyPicks): AfterTap {
  if (isCast) return { came: 'whole', picks };
  if (!projects.some((project) => project.number === number)) return { came: 'unknown', picks };
  if (picks.includes(number)) return { came: 'alreadyIn', picks };
  if (picks.length >= max) return { came: 'full', picks };
  return { came: picks.length + 1 < min ? 'tooFew' : 'whole', picks: [...picks, number] };
}
