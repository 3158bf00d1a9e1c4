import { type Election, scores } from '../../src/fund/ballots/pabulib/index.ts';
import { type Rule, TALLY_RULES, tally } from '../../src/fund/ballots/tally/index.ts';

/**
 * The winners of an election that somebody else held, by one of our rules: project numbers in the order chosen. Points count instead of votes if
 * voters gave points (only in rules that go by votes). These rules count amounts with decimals in hundredths. Equal shares, whose steps are whole
 * units, rounds them down; so does Pabulib's own checker.
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
