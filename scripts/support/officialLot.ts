import type { Election } from '../../src/fund/ballots/pabulib/index.ts';

/** A lot by which ties are broken as the city broke them: its winners first. A file has no lot, only what came of it. */
export function officialLot({ projects }: Pick<Election, 'projects'>): number[] {
  const isFirst = ({ selected }: Election['projects'][number]) => Number(selected === 1);
  return projects.toSorted((one, other) => isFirst(other) - isFirst(one)).map(({ number }) => number);
}
