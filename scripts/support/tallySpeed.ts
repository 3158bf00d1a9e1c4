import { readFileSync } from 'node:fs';
import { readPabulib } from '../../src/fund/ballots/pabulib/index.ts';
import { type Rule, tally } from '../../src/fund/ballots/tally/index.ts';

/** Milliseconds that counting a Pabulib file (whole amounts) takes by `rule`: the median of `rounds`, after one that warms up. */
export function tallySpeed(file: string, rule: Rule, rounds = 5): number {
  const { budget, threshold = 0, projects, votes } = readPabulib(readFileSync(file, 'utf8'), file);
  const ballots = votes.map(({ picks }) => picks);
  const lot = projects.map(({ number }) => number);
  const times = Array.from({ length: rounds + 1 }, () => {
    const started = performance.now();
    tally({ rule, budget, threshold, projects, lot, ballots });
    return performance.now() - started;
  });
  return times.slice(1).toSorted((a, b) => a - b)[Math.floor(rounds / 2)] ?? Number.NaN;
}
