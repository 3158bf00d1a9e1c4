import type { Measured } from './load.ts';
import { median, type Row, spread } from './row.ts';
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

/** Turns a second of one work, as a ratio to the bare server's of the same round; and its p99, which may be so many times as long. */
export function rate<Name extends string>(
  work: string,
  measured: readonly Round<Name | 'bare'>[],
  name: Name,
  reach: number,
  p99Reach?: number,
): Row {
  const rates = measured.map((round) => round[name].rate / round.bare.rate);
  const p99 = measured.map((round) => round[name].p99 / round.bare.p99);
  const middle = (which: Name | 'bare', what: 'rate' | 'p99' | 'cpu' | 'loadCpu', digits = 0) =>
    median(measured.map((round) => round[which][what])).toFixed(digits);
  return {
    work,
    result: `${spread(rates)}; p99 × ${spread(p99)}`,
    reach: `≥ ${reach}${p99Reach ? `; p99 ≤ ${p99Reach} ×` : ''}`,
    reached: median(rates) >= reach && (p99Reach === undefined || median(p99) <= p99Reach),
    detail: `${middle(name, 'rate')}/s against ${middle('bare', 'rate')}/s of the bare server; p99 ${middle(name, 'p99')} against ${middle('bare', 'p99')} ms; ${middle(name, 'cpu')} against ${middle('bare', 'cpu')} µs of CPU a turn; the load itself took ${middle(name, 'loadCpu', 2)} and ${middle('bare', 'loadCpu', 2)} of a core`,
  };
}
