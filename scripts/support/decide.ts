import { type Election, scores } from '../../src/fund/ballots/pabulib/index.ts';
import { electorate, equalShares, greedy, type Rule, sharesAt, TALLY_RULES, tally } from '../../src/fund/ballots/tally/index.ts';
import type { ReferenceName } from './expected.ts';

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

/**
 * The winners by the rule with which a reference output was made: equal shares without Add1 (`mes_none`), with Add1 that stops as soon as nothing
 * more fits (`mes_add1`), and either with a greedy fill (`mes_utilitarian`, `mes_add1u`).
 */
export function decideAs(name: ReferenceName, election: Election, lot: readonly number[]): number[] {
  const budget = Math.floor(election.budget);
  const projects = election.projects.map(({ number, cost }) => ({ number, cost: Math.floor(cost) }));
  const ballots = election.votes.map(({ picks }) => [...picks]);
  switch (name) {
    case 'greedy_skip':
      return decide(election, 'greedy', lot, 0);
    case 'greedy_no_skip':
      return decide(election, 'greedy-no-skip', lot, 0);
    case 'greedy_skip_threshold':
      return decide(election, 'greedy', lot);
    case 'greedy_no_skip_threshold':
      return decide(election, 'greedy-no-skip', lot);
    case 'mes_none':
      return plain();
    case 'mes_utilitarian':
      return filled(plain());
    case 'mes_add1':
      return exhaustive();
    case 'mes_add1u':
      return filled(exhaustive());
  }

  function plain(): number[] {
    const crowd = electorate(projects, lot, ballots);
    return sharesAt(crowd, BigInt(budget)).rounds.flatMap(({ project }) => crowd.projects[project]?.number ?? []);
  }

  function exhaustive(): number[] {
    return equalShares({ budget, projects, lot, ballots }, { exhaustive: true }).winners;
  }

  function filled(winners: number[]): number[] {
    const spent = projects.reduce((sum, { number, cost }) => (winners.includes(number) ? sum + cost : sum), 0);
    const rest = scores(election).filter(({ number }) => !winners.includes(number));
    return [...winners, ...greedy({ budget: budget - spent, projects: rest, lot, skip: true })];
  }
}
