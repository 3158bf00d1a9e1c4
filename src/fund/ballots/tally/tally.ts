import { CodedError } from '../../../store/codedError.ts';
import type { Costed } from './electorate.ts';
import { equalShares } from './equalShares.ts';
import { type Counted, greedy } from './greedy.ts';

export interface TallyInput {
  readonly rule: Rule;
  /** In whole units of the currency, as the costs are. */
  readonly budget: number;
  /** The smallest number of votes that a project needs, under every rule. */
  readonly threshold: number;
  readonly projects: readonly Costed[];
  /** Every project number once. Of equal projects the one that stands first wins. */
  readonly lot: readonly number[];
  /** The counted ballots, one of each voter; their order does not matter. */
  readonly ballots: readonly (readonly number[])[];
}

export interface Tally {
  /** In ballot order. */
  readonly tallies: { number: number; votes: number }[];
  /** In the order chosen. */
  readonly winners: number[];
  readonly spent: number;
}

/**
 * The outcome of a vote by its rules (docs/contract.md: The vote), in exact arithmetic. The same input gives the same outcome everywhere.
 *
 * A project without a vote can win under `greedy` and `greedy-no-skip` (and in the fill of `equal-shares+fill`) if the threshold is 0 and the
 * project fits, as Pabulib's checker reads the rule. Equal shares alone never chooses such a project, because nobody pays for it.
 *
 * Throws `bad-tally` if the input is not a vote: an unknown rule, an amount that is not a whole number, a lot that is not an
 * order of the projects, a pick that is not on the ballot or that is given twice.
 */
export function tally(input: TallyInput): Tally {
  refuseWhatIsNoVote(input);
  const { budget, threshold, projects, lot, ballots } = input;
  const votes = countedVotes(input);
  const eligible = projects.map((project) => ({ ...project, votes: votes.get(project.number) ?? 0 })).filter((project) => project.votes >= threshold);
  const rule = TALLY_RULES[input.rule];
  const voted = { budget, projects: eligible, lot };
  const winners = 'byVotes' in rule ? rule.byVotes(voted) : rule.byBallots(voted, ballots);
  return {
    tallies: projects.map(({ number }) => ({ number, votes: votes.get(number) ?? 0 })),
    winners,
    spent: costOf(winners, projects),
  };
}

function countedVotes({ projects, ballots }: TallyInput): Map<number, number> {
  const votes = new Map(projects.map(({ number }) => [number, 0]));
  for (const picks of ballots) for (const pick of picks) votes.set(pick, (votes.get(pick) ?? 0) + 1);
  return votes;
}

function refuseWhatIsNoVote({ rule, budget, threshold, projects, lot, ballots }: TallyInput): void {
  if (!Object.hasOwn(TALLY_RULES, rule)) throw refusal(`there is no rule ${rule}`); // a record in the database may come from a version that has more rules
  const numbers = new Set(projects.map(({ number }) => number));
  if (numbers.size !== projects.length) throw refusal('two projects have the same number');
  for (const amount of [budget, threshold, ...projects.map(({ cost }) => cost)]) {
    if (!Number.isSafeInteger(amount) || amount < 0) throw refusal(`${amount} is no whole amount`);
  }
  if (lot.length !== numbers.size || new Set(lot).size !== lot.length || !lot.every((number) => numbers.has(number))) {
    throw refusal('the lot is not an order of all project numbers');
  }
  for (const picks of ballots) {
    const unknown = picks.find((pick) => !numbers.has(pick));
    if (unknown !== undefined) throw refusal(`${unknown} is not on the ballot`);
    if (new Set(picks).size !== picks.length) throw refusal('a ballot has a project twice');
  }
}

function refusal(what: string): CodedError {
  return new CodedError('bad-tally', `This cannot be counted: ${what}.`);
}

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
