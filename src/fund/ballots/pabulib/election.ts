import { stringify } from 'csv-stringify/sync';
import type { Counted } from '../tally/greedy.ts';
import { RULES, type Rule, TALLY_RULES } from '../tally/tally.ts';

/** An election as a Pabulib file has it (pabulib.org/format). Projects get numbers 1…n in the file's order. */
export interface Election {
  readonly description?: string;
  readonly country?: string;
  readonly unit?: string;
  readonly instance?: string;
  readonly budget: number;
  readonly voteType: VoteType;
  /** Pabulib's own name of the rule, `unknown` if the file has none; see `ruleOf`. */
  readonly rule: string;
  /** `dd.mm.yyyy` or `yyyy`. */
  readonly begin?: string;
  readonly end?: string;
  /** How many projects a voter picks. */
  readonly choices: { readonly min?: number; readonly max?: number };
  /** The least that a project needs: votes, or points if voters give points. */
  readonly threshold?: number;
  readonly language?: string;
  readonly currency?: string;
  /** Any other key of META, by its name. */
  readonly more: Readonly<Record<string, string>>;
  readonly projects: readonly ElectionProject[];
  readonly votes: readonly ElectionVote[];
}

/** The vote types of the Pabulib format. */
export const VOTE_TYPES = ['approval', 'choose-1', 'cumulative', 'ordinal', 'scoring'] as const;
export type VoteType = (typeof VOTE_TYPES)[number];

export interface ElectionProject {
  readonly number: number;
  /** The file's `project_id`. */
  readonly id: string;
  /** Whole units of the currency in our files. Real files sometimes have decimals. */
  readonly cost: number;
  readonly name?: string;
  readonly category?: string;
  /** As the file states them. `scores` counts them from the ballots. */
  readonly votes?: number;
  readonly score?: number;
  /** 1: officially chosen. 0: not chosen. 2, 3: paid in another way, outside the vote. */
  readonly selected?: number;
}

export interface ElectionVote {
  readonly voter: string;
  /** Project numbers, in the voter's order. */
  readonly picks: readonly number[];
  /** The points of the picks, one for each pick. */
  readonly points?: readonly number[];
  /** `internet` or `paper`. */
  readonly method?: string;
}

/**
 * The score of each project, in the file's order: votes under `approval` and `choose-1`, else the points given. If an ordinal file has no
 * points, the last project of a voter's list gets one point, and each one before it gets one more.
 */
export function scores({ projects, votes, voteType }: Election): Counted[] {
  const counted = new Map(projects.map(({ number }) => [number, 0]));
  for (const vote of votes) vote.picks.forEach((pick, index) => void counted.set(pick, (counted.get(pick) ?? 0) + worth(vote, index)));
  return projects.map(({ number, cost }) => ({ number, cost, votes: counted.get(number) ?? 0 }));

  function worth({ points, picks }: ElectionVote, index: number): number {
    if (voteType === 'approval' || voteType === 'choose-1') return 1;
    return points?.[index] ?? (voteType === 'ordinal' ? picks.length - index : 0);
  }
}

/** Our rule for a rule of Pabulib; undefined if it is one that we do not have, or unknown. A threshold has a field of its own in the file. */
export function ruleOf(pabulib: string): Rule | undefined {
  return RULES.find((rule) => TALLY_RULES[rule].pabulib.knownAs.includes(pabulib));
}

/** The order that Pabulib's checker requires. Any other key comes last. */
const META_ORDER =
  'description country unit district subunit instance num_projects num_votes budget vote_type rule date_begin date_end min_length max_length min_sum_cost max_sum_cost min_points max_points min_sum_points max_sum_points default_score min_project_cost max_project_cost min_project_score_threshold neighborhoods subdistricts categories edition language currency fully_funded experimental comment acknowledgments'.split(
    ' ',
  );

/**
 * The election as a Pabulib file; `readPabulib` of the file gives the same election. Projects stand in the order of their numbers, votes in
 * the order given. Columns that no project or vote has are left out.
 */
export function writePabulib(election: Election): string {
  const { projects, votes } = election;
  const ids = new Map(projects.map(({ number, id }) => [number, id]));
  return [
    section('META', ['key', 'value'], metaRows(election)),
    section(
      'PROJECTS',
      ['project_id', 'cost', 'votes', 'score', 'name', 'category', 'selected'],
      projects.map(({ id, cost, votes, score, name, category, selected }) => [id, cost, votes, score, name, category, selected]),
    ),
    section(
      'VOTES',
      ['voter_id', 'vote', 'points', 'voting_method'],
      votes.map(({ voter, picks, points, method }) => [voter, picks.map((pick) => ids.get(pick)).join(), points?.join(), method]),
    ),
  ].join('');
}

type Cell = string | number | undefined;

function metaRows({ budget, voteType, rule, begin, end, choices, threshold, more, projects, votes, ...named }: Election): Cell[][] {
  const { description, country, unit, instance, language, currency } = named;
  const values: Record<string, Cell> = {
    ...more,
    description,
    country,
    unit,
    instance,
    num_projects: projects.length,
    num_votes: votes.length,
    budget,
    vote_type: voteType,
    rule,
    date_begin: begin,
    date_end: end,
    min_length: choices.min,
    max_length: choices.max,
    min_project_score_threshold: threshold,
    language,
    currency,
  };
  const keys = [...META_ORDER, ...Object.keys(more).filter((key) => !META_ORDER.includes(key))];
  return keys.flatMap((key) => (values[key] === undefined ? [] : [[key, values[key]]]));
}

/** Has the first two columns always, and each other column if a row has a value in it. */
function section(name: string, header: string[], rows: Cell[][]): string {
  const used = header.map((_, column) => column < 2 || rows.some((row) => row[column] !== undefined));
  const kept = (cells: Cell[]) => cells.filter((_, column) => used[column]);
  return `${name}\n${stringify([header, ...rows].map(kept), { delimiter: ';' })}`;
}
