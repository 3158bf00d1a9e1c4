import type { Election } from '../../src/fund/pabulib/election.ts';
import { scores } from '../../src/fund/pabulib/scores.ts';
import type { Rule } from '../../src/fund/records/rule.ts';
import { tally } from '../../src/fund/tally/tally.ts';
import { TALLY_RULES } from '../../src/fund/tally/tallyRules.ts';

/**
 * The winners of an election that somebody else held, by one of our rules: project numbers in the order chosen.
 * Points count instead of votes where voters gave points (rules by votes only). Amounts with decimals are counted in hundredths
 * by these, and rounded down by equal shares, whose steps are whole units; so does Pabulib's own checker.
 */
export function decide(election: Election, rule: Rule, lot: readonly number[], threshold = election.threshold ?? 0): number[] {
  const chosen = TALLY_RULES[rule];
  if ('byVotes' in chosen) {
    const projects = scores(election).flatMap((project) => (project.votes >= threshold ? { ...project, cost: hundredths(project.cost) } : []));
    return chosen.byVotes({ budget: hundredths(election.budget), projects, lot });
  }
  const projects = election.projects.map(({ number, cost }) => ({ number, cost: Math.floor(cost) }));
  return tally({ rule, budget: Math.floor(election.budget), threshold, projects, lot, ballots: election.votes.map(({ picks }) => picks) }).winners;
}

function hundredths(amount: number): number {
  return Math.round(amount * 100);
}
