import { randomInt } from 'node:crypto';
import { type Election, type ElectionProject, ruleOf } from '../../src/fund/ballots/pabulib/index.ts';
import { damm } from '../../src/fund/people/index.ts';
import { CodedError } from '../../src/store/codedError.ts';
import type { CommunityFiles } from './importFiles.ts';

/** A real election as a community of ours: its files, and the ballot that each voter sends. */
export interface Played {
  readonly community: string;
  readonly cycle: string;
  /** The community's number. */
  readonly to: string;
  readonly votes: readonly PlayedVote[];
  readonly files: CommunityFiles;
}

export interface PlayedVote {
  readonly picks: readonly number[];
  /** The voter's own phone; none if the ballot was on paper. */
  readonly phone?: string;
  readonly card: string;
}

/**
 * Makes a community with a new id from an election: a resident for each voter, and projects numbered in the file's order. The file's limits on the
 * number of picks are kept; those on cost are not checked. Empty votes are left out: nobody can send one. `lot` breaks ties.
 */
export function writeElection(election: Election, lot: readonly number[]): Played {
  const rule = ruleOf(election.rule);
  if (!rule) throw new CodedError('usage', `The file's rule is ${election.rule}; it has no counterpart here.`);
  const id = `replay-${Date.now().toString(36)}${randomInt(1_296).toString(36)}`;
  const votes = election.votes
    .filter(({ picks }) => picks.length > 0)
    .map(
      ({ picks, method }, index): PlayedVote => ({
        picks,
        card: card(index),
        ...(method !== 'paper' && { phone: `+86139${String(index).padStart(8, '0')}` }),
      }),
    );
  const scale = hasDecimals(election) ? 100 : 1;
  const community = {
    slug: id,
    name: election.unit ?? id,
    phone: `+8628${85_000_000 + randomInt(1_000_000)}`,
    verify: 'either',
    person: { name: 'replay', phone: '+862880000003' },
  };
  const cycle = {
    id,
    title: election.description ?? id,
    budget: Math.round(election.budget * scale),
    currency: election.currency ?? 'PLN',
    rule,
    threshold: election.threshold ?? 0,
    choices: {
      min: Math.max(1, election.choices.min ?? 1),
      max: Math.min(election.choices.max ?? election.projects.length, election.projects.length),
    },
    stages: { vote: '-1m', implement: '+30d', closed: '+300d' },
    projects: election.projects.map((project) => written(project, scale)),
    lot,
  };
  return {
    community: id,
    cycle: id,
    to: community.phone,
    votes,
    files: {
      community,
      cycle,
      residents: votes.map(({ phone = '', card }, index) => ({ id: String(index + 1), name: `V${index + 1}`, phone, card })),
    },
  };
}

function written({ number, id, name, cost }: ElectionProject, scale: number) {
  const title = [...(name ?? id)].slice(0, 60).join('');
  return { number, title, cost: Math.round(cost * scale) };
}

function hasDecimals({ budget, projects }: Election): boolean {
  return [budget, ...projects.map(({ cost }) => cost)].some((amount) => !Number.isInteger(amount));
}

function card(index: number): string {
  const digits = String(10_000_000 + index);
  return `${digits}${damm(digits)}`;
}
