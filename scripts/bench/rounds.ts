import type { Measured } from './load.ts';
import type { Cost, Work } from './work.ts';

/** The measurements of one round, for each work. */
export type Round<Name extends string> = Readonly<Record<Name, Measured & Cost>>;

export interface Pace {
  readonly rounds: number;
  readonly seconds: number;
  readonly connections: number;
}

/**
 * Measures the works one after the other, round by round. Each round begins with the next work, so that slow changes of the machine affect all of
 * them.
 */
export async function rounds<Name extends string>(
  works: Readonly<Record<Name, Work>>,
  { rounds: count, seconds, connections }: Pace,
): Promise<Round<Name>[]> {
  const names = Object.keys(works) as Name[];
  for (const name of names) await works[name](connections, seconds / 2);
  const measured: Round<Name>[] = [];
  for (let round = 0; round < count; round++) {
    const found = new Map<Name, Measured & Cost>();
    for (let turn = 0; turn < names.length; turn++) {
      const name = names[(round + turn) % names.length];
      if (name) found.set(name, await works[name](connections, seconds));
    }
    measured.push(Object.fromEntries(found) as Round<Name>);
  }
  return measured;
}
