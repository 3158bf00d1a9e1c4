/** The voters as equal shares sees them: voters with the same picks are one group, because they have and pay the same at any time. */
export interface Electorate {
  /** All voters, including those without a pick that can win: each voter has a share. */
  readonly voters: number;
  /** The projects that can be bought: somebody voted for them, and they cost something. */
  readonly projects: readonly Candidate[];
  /** Voters in each group. */
  readonly weights: Float64Array;
  /** Each group's picks, as indexes of `projects`. */
  readonly picks: readonly (readonly number[])[];
}

export interface Candidate extends Costed {
  /** Place in the lot, smallest first. */
  readonly place: number;
  /** The groups that voted for it. */
  readonly supporters: readonly number[];
}

/** Groups the voters by their picks. Picks of projects that cannot be bought are left out. `lot` is every project number once. */
export function electorate(projects: readonly Costed[], lot: readonly number[], ballots: readonly (readonly number[])[]): Electorate {
  const voted = new Set(ballots.flat());
  const sold = projects.filter(({ number, cost }) => cost > 0 && voted.has(number));
  const indexes = new Map(sold.map(({ number }, index) => [number, index]));
  const groups = new Map<string, { picks: number[]; weight: number }>();
  for (const ballot of ballots) {
    const picks = ballot.flatMap((number) => indexes.get(number) ?? []).sort((a, b) => a - b);
    if (picks.length === 0) continue;
    const key = picks.join();
    const group = groups.get(key);
    if (group) group.weight += 1;
    else groups.set(key, { picks, weight: 1 });
  }
  const all = [...groups.values()];
  const supporters = sold.map((): number[] => []);
  all.forEach(({ picks }, group) => {
    for (const pick of picks) supporters[pick]?.push(group);
  });
  return {
    voters: ballots.length,
    projects: sold.map(({ number, cost }, index) => ({ number, cost, place: lot.indexOf(number), supporters: supporters[index] ?? [] })),
    weights: Float64Array.from(all, ({ weight }) => weight),
    picks: all.map(({ picks }) => picks),
  };
}

/** A project on the ballot; `cost` in whole units of the currency. */
export interface Costed {
  readonly number: number;
  readonly cost: number;
}
