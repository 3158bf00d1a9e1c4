import type { Project, Rule } from '../records/cycle.ts';
import type { Election } from './election.ts';

/** A cycle whose vote is over, as far as `cycle.pb` tells of it. */
export interface ClosedCycle {
  readonly id: string;
  readonly title: string;
  /** The community's name. */
  readonly community: string;
  /** In English, as ISO 3166 names it. */
  readonly country: string;
  /** `zh-CN`; the file has the part before the dash. */
  readonly language: string;
  readonly currency: string;
  readonly budget: number;
  readonly rule: Rule;
  readonly threshold: number;
  readonly choices: { readonly min: number; readonly max: number };
  /** Days in the community's zone, `2026-12-01`. */
  readonly from: string;
  readonly to: string;
  readonly projects: readonly Pick<Project, 'number' | 'title' | 'category' | 'cost'>[];
  readonly lot: readonly number[];
  readonly tallies: readonly { readonly number: number; readonly votes: number }[];
  readonly winners: readonly number[];
  /** Shuffled already; voters are numbered in this order. */
  readonly ballots: readonly (readonly number[])[];
}

/** What `cycle.pb` says: voters are 1…n, and nothing tells how they voted or who they are. The same input gives the same file. */
export function cycleElection(cycle: ClosedCycle): Election {
  const { projects, tallies, winners, ballots, budget, threshold, choices } = cycle;
  const votes = new Map(tallies.map(({ number, votes }) => [number, votes]));
  const isFullyFunded = projects.reduce((sum, { cost }) => sum + cost, 0) <= budget;
  return {
    description: oneLine(cycle.title),
    country: cycle.country,
    unit: oneLine(cycle.community),
    instance: cycle.id,
    budget,
    voteType: choices.max === 1 ? 'choose-1' : 'approval',
    rule: pabulibRule(cycle),
    begin: dayMonthYear(cycle.from),
    end: dayMonthYear(cycle.to),
    choices: { min: choices.min, max: choices.max },
    ...(threshold > 0 && { threshold }),
    language: cycle.language.split('-')[0] ?? cycle.language,
    currency: cycle.currency,
    more: { ...(isFullyFunded && { fully_funded: '1' }), comment: comment(cycle) },
    projects: projects.map(({ number, title, category, cost }) => ({
      number,
      id: String(number),
      cost,
      name: oneLine(title),
      ...(category && { category: oneLine(category) }),
      votes: votes.get(number) ?? 0,
      selected: winners.includes(number) ? 1 : 0,
    })),
    votes: ballots.map((picks, index) => ({ voter: String(index + 1), picks: [...picks].sort((a, b) => a - b) })),
  };
}

function pabulibRule({ rule, threshold }: ClosedCycle): string {
  if (rule === 'greedy') return threshold > 0 ? 'greedy-threshold' : 'greedy';
  if (rule === 'greedy-no-skip') return 'greedy-no-skip';
  return rule === 'equal-shares' ? 'equalshares/add1' : 'unknown'; // Pabulib has no name for the fill
}

function comment({ rule, lot }: ClosedCycle): string {
  const ties = `#1: Ties are broken by a lot drawn before the vote: ${lot.join(', ')}.`;
  return rule === 'equal-shares+fill' ? `${ties} #2: Equal shares with Add1, then greedy with the rest.` : ties;
}

function dayMonthYear(day: string): string {
  return day.split('-').reverse().join('.');
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
