import { boundedMap } from '../../store/boundedMap.ts';
import type { Frozen } from '../records/cycle.ts';
import { type BallotItem, ballotItem } from './ballotItem.ts';
import type { FrozenBallot } from './frozenBallot.ts';

/** A frozen ballot, and its projects as a ballot says them, by number. */
export interface Ballot {
  readonly frozen: FrozenBallot;
  readonly items: readonly BallotItem[];
}

/** By the hash of its bytes: a cycle is read again whenever something in it changes, its ballot never does. */
const read = boundedMap<string, Ballot>(2_000);

/** The ballot that voting opened with: it, not what the cycle's record says today, decides what may be picked and what wins. */
export function ballotOf(frozen: Frozen): Ballot {
  return read.getOrMake(frozen.hash, () => {
    const parsed: FrozenBallot = JSON.parse(frozen.ballot);
    return { frozen: parsed, items: parsed.projects.map(ballotItem) };
  });
}
