import type { Costed } from './electorate.ts';

/** What one project got: votes, or points where ballots give points. */
export interface Counted extends Costed {
  readonly votes: number;
}

/**
 * By votes, most first, ties by lot: what fits in what is left of the budget is chosen. With `skip` what does not fit is
 * passed over, without it the choosing ends there. Returns the numbers in the order chosen.
 */
export function greedy({
  budget,
  projects,
  lot,
  skip,
}: {
  budget: number;
  projects: readonly Counted[];
  lot: readonly number[];
  skip: boolean;
}): number[] {
  const place = new Map(lot.map((number, index) => [number, index]));
  const byVotes = [...projects].sort((a, b) => b.votes - a.votes || (place.get(a.number) ?? lot.length) - (place.get(b.number) ?? lot.length));
  const chosen: number[] = [];
  let left = budget;
  for (const { number, cost } of byVotes) {
    if (cost <= left) {
      chosen.push(number);
      left -= cost;
    } else if (!skip) {
      break;
    }
  }
  return chosen;
}
