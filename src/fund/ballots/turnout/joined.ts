/** Fewer people are never told of by themselves: neither the residents of a building nor those who voted in some days. */
export const LEAST = 10;

/** How many took part in some days, both inclusive, `YYYY-MM-DD`: those who voted less those who had their ballot voided. */
export interface DaysShare {
  readonly from: string;
  readonly to: string;
  readonly voters: number;
}

/** How many of those who live somewhere took part. */
export interface Share {
  readonly residents: number;
  readonly voters: number;
}

export interface BuildingShare extends Share {
  readonly building: string;
}

/** The buildings that are told of by themselves, by name, and all others together; `rest` is absent if there are none. */
export interface BuildingShares {
  readonly buildings: readonly BuildingShare[];
  readonly rest?: Share;
}

/**
 * Leaves out the buildings in which fewer than ten live, and those who live in none that is known: they are told of together. If they are fewer than
 * ten themselves, the smallest of the other buildings are added to them, for they could be told from the sum of all.
 */
export function joinedBuildings(shares: readonly BuildingShare[], nowhere: Share): BuildingShares {
  const bySize = shares.toSorted((one, other) => other.residents - one.residents || byName(one, other));
  const shown = bySize.filter(({ residents }) => residents >= LEAST);
  const joined: Share[] = [nowhere, ...bySize.slice(shown.length)];
  const count = (what: keyof Share) => joined.reduce((sum, share) => sum + share[what], 0);
  while (count('residents') > 0 && count('residents') < LEAST) {
    const smallest = shown.pop();
    if (!smallest) break;
    joined.push(smallest);
  }
  const rest = { residents: count('residents'), voters: count('voters') };
  return { buildings: shown.toSorted(byName), ...(rest.residents > 0 && { rest }) };
}

function byName(one: BuildingShare, other: BuildingShare): number {
  return one.building.localeCompare(other.building, 'zh-CN', { numeric: true });
}
