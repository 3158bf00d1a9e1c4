import type { Costed } from './electorate.ts';
import { equalShares } from './equalShares.ts';
import { type Counted, greedy } from './greedy.ts';

/** How projects win (docs/contract.md: The vote). */
export const RULES = ['greedy', 'greedy-no-skip', 'equal-shares', 'equal-shares+fill'] as const;
export type Rule = (typeof RULES)[number];

/** The input from which a rule chooses: the projects over the threshold, with their votes. */
export interface Voted {
  readonly budget: number;
  readonly projects: readonly Counted[];
  readonly lot: readonly number[];
}

type Ballots = readonly (readonly number[])[];

/** How a rule chooses: the winners' numbers, in the order chosen. If votes are enough, `verify` recomputes them without the single ballots. */
type Choosing = { readonly byVotes: (voted: Voted) => number[] } | { readonly byBallots: (voted: Voted, ballots: Ballots) => number[] };

/** Everything that the service knows of one rule. */
export type TallyRule = Choosing & {
  readonly pabulib: {
    /** Pabulib's name of the rule, by the threshold. */
    readonly name: (threshold: number) => string;
    /** The names of this rule in other people's elections. */
    readonly knownAs: readonly string[];
    /** Written into the file if Pabulib has no name for the rule. */
    readonly comment?: string;
  };
};

/** A new rule needs a name in `RULES`, an entry here, and its words in the page's texts. */
export const TALLY_RULES: Readonly<Record<Rule, TallyRule>> = {
  greedy: {
    byVotes: (voted) => greedy({ ...voted, skip: true }),
    pabulib: { name: (threshold) => (threshold > 0 ? 'greedy-threshold' : 'greedy'), knownAs: ['greedy', 'greedy-threshold'] },
  },
  'greedy-no-skip': {
    byVotes: (voted) => greedy({ ...voted, skip: false }),
    pabulib: { name: () => 'greedy-no-skip', knownAs: ['greedy-no-skip'] },
  },
  'equal-shares': {
    byBallots: shared,
    // the comparison is with greedy; it has no part in how equal shares chooses
    pabulib: { name: () => 'equalshares/add1', knownAs: ['equalshares/add1', 'equalshares/add1-comparison'] },
  },
  'equal-shares+fill': {
    byBallots: filled,
    pabulib: { name: () => 'unknown', knownAs: [], comment: 'Equal shares with Add1, then greedy with the rest.' },
  },
};

/** The cost of the winners, given by their numbers, in the unit of the projects' costs. */
export function costOf(winners: readonly number[], projects: readonly Costed[]): number {
  return projects.reduce((sum, { number, cost }) => (winners.includes(number) ? sum + cost : sum), 0);
}

function shared(voted: Voted, ballots: Ballots): number[] {
  return equalShares({ ...voted, ballots }).winners;
}

function filled(voted: Voted, ballots: Ballots): number[] {
  const { budget, projects, lot } = voted;
  const paid = shared(voted, ballots);
  const rest = projects.filter(({ number }) => !paid.includes(number));
  return [...paid, ...greedy({ budget: budget - costOf(paid, projects), projects: rest, lot, skip: true })];
}
