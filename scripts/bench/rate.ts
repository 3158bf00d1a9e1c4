import type { Round } from './rounds.ts';
import { median, type Row, spread } from './row.ts';

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
