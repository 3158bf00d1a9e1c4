import type { FrozenBallot } from '../ledger/frozenBallot.ts';
import type { Results } from '../ledger/results.ts';
import type { Election } from '../pabulib/election.ts';
import type { Rule } from '../records/rule.ts';

const PABULIB_RULES: Record<Rule, string> = {
  greedy: 'greedy',
  'greedy-no-skip': 'greedy-no-skip',
  'equal-shares': 'equalshares/add1',
  'equal-shares+fill': 'equalshares/add1+greedy',
};

/** What `cycle.pb` says: the frozen ballot, the counted ballots in their shuffled order by voters 1…n, and what came of them; no channel. */
export function electionOf(
  { cycle, title, budget, currency, rule, threshold, choices, projects, lot }: FrozenBallot,
  ballots: readonly (readonly number[])[],
  { tallies, winners }: Pick<Results, 'tallies' | 'winners'>,
): Election {
  return {
    description: title,
    instance: cycle,
    budget,
    voteType: choices.max === 1 ? 'choose-1' : 'approval',
    rule: PABULIB_RULES[rule],
    choices,
    ...(threshold > 0 && { threshold }),
    currency,
    more: { lot: lot.join(',') },
    projects: projects.map(({ number, cost, title: name, category }) => ({
      number,
      id: String(number),
      cost,
      name,
      ...(category !== undefined && { category }),
      votes: tallies.find((entry) => entry.number === number)?.votes ?? 0,
      selected: winners.includes(number) ? 1 : 0,
    })),
    votes: ballots.map((picks, index) => ({ voter: String(index + 1), picks })),
  };
}
