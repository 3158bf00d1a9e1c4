import type { MyPicks, OpenBallot } from '../src/fund/ballots/index.ts';

/** What a vote keeps from one step to the next. */
export interface VoteContext {
  readonly ballot: OpenBallot;
  readonly picks: readonly number[];
  /** Nothing shows that the picks are a vote: they are read back first. */
  readonly unsure: boolean;
  /** Picks were refused: the question is short, because the list was seen or is one word away. */
  readonly refused: boolean;
  readonly page: number;
  /** A project that was tapped. */
  readonly tapped?: number;
  /**
   * The picks wait here to be cast: there are too few yet, or the ballot was begun again. If not pending, a tap adds to the ballot that
   * is cast.
   */
  readonly pending: boolean;
}

export const NO_BALLOT: OpenBallot = { cycle: '', projects: [], min: 0, max: 0, budget: 0, currency: '', closesAt: '' };

/** How many projects go on one page: if their names are not all long, they fit four SMS segments. */
export const PAGE = 12;

export interface AfterTap {
  /** `tooFew`: the minimum is not reached yet. `whole`: it has to be cast, or this very turn cast it before a crash. */
  readonly came: 'unknown' | 'alreadyIn' | 'full' | 'tooFew' | 'whole';
  readonly picks: readonly number[];
}

/** What a tap makes of the picks that wait to be cast; if none wait, of those that are cast. */
export function afterTap({ context, event: { output: mine } }: { context: VoteContext; event: { output: MyPicks } }): AfterTap {
  const { ballot, picks, tapped = 0, pending } = context;
  return withTapped(tapped, ballot, pending && !mine.isCast ? { picks } : mine);
}

/** The picks with the tapped project. If a withdrawn project is among the picks, it stays, and the ledger refuses it. */
function withTapped(number: number, { projects, min, max }: OpenBallot, { picks, isCast }: MyPicks): AfterTap {
  if (isCast) return { came: 'whole', picks };
  if (!projects.some((project) => project.number === number)) return { came: 'unknown', picks };
  if (picks.includes(number)) return { came: 'alreadyIn', picks };
  if (picks.length >= max) return { came: 'full', picks };
  return { came: picks.length + 1 < min ? 'tooFew' : 'whole', picks: [...picks, number] };
}
