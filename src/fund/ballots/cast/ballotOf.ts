import { boundedMap } from '../../../store/cache.ts';
import type { CycleRecord, Frozen, FrozenBallot } from '../../cycles/index.ts';
import { type BallotItem, ballotItem } from '../../projects/index.ts';

/** A frozen ballot, and its projects by number, as a ballot names them. */
export interface Ballot {
  readonly frozen: FrozenBallot;
  readonly items: readonly BallotItem[];
}

/** By the hash of its bytes: a cycle is read again whenever something in it changes, but its ballot never changes. */
const read = boundedMap<string, Ballot>(2_000);

/** The ballot that voting opened with. This ballot decides which picks are allowed and which projects win, not the cycle's record of today. */
export function ballotOf(frozen: Frozen): Ballot {
  return read.getOrMake(frozen.hash, () => {
    const parsed: FrozenBallot = JSON.parse(frozen.ballot);
    return { frozen: parsed, items: parsed.projects.map(ballotItem) };
  });
}

/** The picked projects by number, as the frozen ballot names them. */
export function itemsOf(cycle: CycleRecord | null, picks: readonly number[]): BallotItem[] {
  return cycle?.frozen ? ballotOf(cycle.frozen).items.filter(({ number }) => picks.includes(number)) : [];
}
