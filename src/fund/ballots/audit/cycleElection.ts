import type { FrozenBallot } from '../../cycles/index.ts';
import type { Results } from '../ledger/results.ts';
import type { Election } from '../pabulib/election.ts';
import { TALLY_RULES } from '../tally/tally.ts';

/** The facts of a cycle that Pabulib asks for and its ballot does not have. */
export interface Setting {
  /** The community's name. */
  readonly community: string;
  /** In English, as ISO 3166 names it. */
  readonly country: string;
  /** The day of the ledger's first entry, and the vote's last day in the community's zone, `2026-12-01`. */
  readonly from: string;
  readonly to: string;
}

/**
 * The election in `cycle.pb`, for a cycle whose vote is over, in a form that Pabulib's own checker accepts: the frozen ballot, its outcome, and
 * the counted ballots in the order given (shuffled) by voters 1…n; nothing of channels. The same input gives the same file.
 */
export function cycleElection(
  ballot: FrozenBallot,
  setting: Setting,
  ballots: readonly (readonly number[])[],
  outcome: Pick<Results, 'tallies' | 'winners'>,
): Election {
  const { projects, budget, threshold, choices } = ballot;
  const votes = new Map(outcome.tallies.map(({ number, votes }) => [number, votes]));
  const isFullyFunded = projects.reduce((sum, { cost }) => sum + cost, 0) <= budget;
  return {
    description: oneLine(ballot.title),
    country: setting.country,
    unit: oneLine(setting.community),
    instance: ballot.cycle,
    budget,
    voteType: choices.max === 1 ? 'choose-1' : 'approval',
    rule: TALLY_RULES[ballot.rule].pabulib.name(threshold),
    begin: dayMonthYear(setting.from),
    end: dayMonthYear(setting.to),
    choices: { min: choices.min, max: choices.max },
    ...(threshold > 0 && { threshold }),
    currency: ballot.currency,
    more: { ...(isFullyFunded && { fully_funded: '1' }), comment: comment(ballot) },
    projects: projects.map(({ number, title, category, cost }) => ({
      number,
      id: String(number),
      cost,
      name: oneLine(title),
      ...(category && { category: oneLine(category) }),
      votes: votes.get(number) ?? 0,
      selected: outcome.winners.includes(number) ? 1 : 0,
    })),
    votes: ballots.map((picks, index) => ({ voter: String(index + 1), picks: picks.toSorted((a, b) => a - b) })),
  };
}

function comment({ rule, lot }: FrozenBallot): string {
  const ties = `#1: Ties are broken by a lot drawn before the vote: ${lot.join(', ')}.`;
  const { comment } = TALLY_RULES[rule].pabulib;
  return comment ? `${ties} #2: ${comment}` : ties;
}

function dayMonthYear(day: string): string {
  return day.split('-').toReversed().join('.');
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
