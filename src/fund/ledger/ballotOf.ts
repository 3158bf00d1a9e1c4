import type { Frozen } from '../records/cycle.ts';
import { type BallotItem, ballotItem } from './ballotItem.ts';
import type { FrozenBallot } from './frozenBallot.ts';

/** A frozen ballot, and its projects as a ballot says them, by number. */
export interface Ballot {
  readonly frozen: FrozenBallot;
  readonly items: readonly BallotItem[];
}

const read = new WeakMap<Frozen, Ballot>();

/** The ballot that voting opened with: it, not what the cycle's record says today, decides what may be picked and what wins. */
export function ballotOf(frozen: Frozen): Ballot {
  let ballot = read.get(frozen);
  if (!ballot) {
    const parsed: FrozenBallot = JSON.parse(frozen.ballot);
    ballot = { frozen: parsed, items: parsed.projects.map(ballotItem) };
    read.set(frozen, ballot);
  }
  return ballot;
}
