import { boundedMap } from '../../../store/boundedMap.ts';
import type { CycleRecord, Frozen, FrozenBallot } from '../../cycles/index.ts';
import { type BallotItem, ballotItem } from '../../projects/index.ts';

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

/** The picked projects as the frozen ballot says them, by number. */
export function itemsOf(cycle: CycleRecord | null, picks: readonly number[]): BallotItem[] {
  return cycle?.frozen ? ballotOf(cycle.frozen).items.filter(({ number }) => picks.includes(number)) : [];
}
