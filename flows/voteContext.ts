import type { MyPicks, OpenBallot } from '../src/fund/ballots/index.ts';

/** What a vote keeps from one step to the next. */
export interface VoteContext {
  readonly ballot: OpenBallot;
  readonly picks: readonly number[];
  /** The picks came with nothing to tell that they are a vote: read them back first. */
  readonly unsure: boolean;
  /** Picks were refused: ask shortly, the list was seen or is one word away. */
  readonly refused: boolean;
  readonly page: number;
  /** A project that was tapped. */
  readonly tapped?: number;
  /** The picks wait here to be cast: too few yet, or begun with none. Else what is cast is what a tap adds to. */
  readonly pending: boolean;
}

export const NO_BALLOT: OpenBallot = { cycle: '', projects: [], min: 0, max: 0, budget: 0, currency: '', closesAt: '' };

/** So many projects go on one page: four SMS segments. */
export const PAGE = 12;

export interface AfterTap {
  /** `tooFew`: the minimum is not reached yet. `whole`: it is to be cast, or was by this very turn, before a crash. */
  readonly came: 'unknown' | 'alreadyIn' | 'full' | 'tooFew' | 'whole';
  readonly picks: readonly number[];
}

/** What waits to be cast is added to, else what is cast. */
export function afterTap({ context, event: { output: mine } }: { context: VoteContext; event: { output: MyPicks } }): AfterTap {
  const { ballot, picks, tapped = 0, pending } = context;
  return withTapped(tapped, ballot, pending && !mine.isCast ? { picks } : mine);
}

/** What a tapped project makes of the picks before it; a withdrawn number among those stays, and is then refused by the ledger. */
function withTapped(number: number, { projects, min, max }: OpenBallot, { picks, isCast }: MyPicks): AfterTap {
  if (isCast) return { came: 'whole', picks };
  if (!projects.some((project) => project.number === number)) return { came: 'unknown', picks };
  if (picks.includes(number)) return { came: 'alreadyIn', picks };
  if (picks.length >= max) return { came: 'full', picks };
  return { came: picks.length + 1 < min ? 'tooFew' : 'whole', picks: [...picks, number] };
}
