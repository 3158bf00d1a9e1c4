import { type Election, ruleOf, scores } from '../../src/fund/ballots/pabulib/index.ts';
import { decide, decideAs } from './decide.ts';
import { type Expected, type ReferenceName, references } from './expected.ts';

/**
 * The result of one comparison. `same`: the winners do not depend on the order of equals. `lot`: a tie decides; the winners are theirs with a lot
 * that puts theirs first, and others with another lot.
 */
export interface Comparison {
  readonly what: 'tallies' | 'official' | ReferenceName;
  readonly outcome: 'same' | 'lot' | 'different';
  /** The projects that only they have, and those that only we have, by the file's ids. */
  readonly detail?: string;
}

/** Compares our counts and winners with those that the file states, and with reference outputs if there are any. */
export function checkElection(election: Election, expected?: Expected): Comparison[] {
  const rule = ruleOf(election.rule);
  const official = expected?.official_selected ?? selected(election);
  return [
    comparedTallies(election, expected),
    ...(rule && official.length > 0 ? [compared('official', election, official, (lot) => decide(election, rule, lot))] : []),
    ...(expected ? references(expected) : []).map(({ name, winners }) => compared(name, election, winners, (lot) => decideAs(name, election, lot))),
  ];
}

function comparedTallies(election: Election, expected: Expected | undefined): Comparison {
  const wrong = scores(election).flatMap(({ votes }, index) => {
    const { id, votes: statedVotes, score: statedScore } = election.projects[index] ?? {};
    const theirs = [statedScore ?? statedVotes, id === undefined ? undefined : expected?.tally[id]].find(
      (count) => count !== undefined && count !== votes,
    );
    return theirs === undefined ? [] : [`${id}: ${theirs} there, ${votes} here`];
  });
  return wrong.length === 0 ? { what: 'tallies', outcome: 'same' } : { what: 'tallies', outcome: 'different', detail: wrong.join(', ') };
}

function compared(
  what: Comparison['what'],
  { projects }: Election,
  theirs: readonly string[],
  winnersBy: (lot: readonly number[]) => number[],
): Comparison {
  const numbers = projects.map(({ number }) => number);
  const preferred = projects.flatMap(({ id, number }) => (theirs.includes(id) ? [number] : []));
  const isTheirs = (winners: readonly number[]) => winners.length === theirs.length && winners.every((winner) => preferred.includes(winner));
  const others = [numbers, numbers.toReversed()].map(winnersBy).find((winners) => !isTheirs(winners));
  if (!others) return { what, outcome: 'same' };
  const isReached = isTheirs(winnersBy([...preferred, ...numbers.filter((number) => !preferred.includes(number))]));
  const idsOf = (wanted: (project: Election['projects'][number]) => boolean) =>
    projects
      .filter(wanted)
      .map(({ id }) => id)
      .join(', ') || 'none';
  const missing = idsOf(({ id, number }) => theirs.includes(id) && !others.includes(number));
  const added = idsOf(({ id, number }) => !theirs.includes(id) && others.includes(number));
  return { what, outcome: isReached ? 'lot' : 'different', detail: `only there: ${missing}; only here: ${added}` };
}

function selected({ projects }: Election): string[] {
  return projects.flatMap(({ id, selected }) => (selected === 1 ? [id] : []));
}
