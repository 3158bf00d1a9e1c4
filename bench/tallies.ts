import { join } from 'node:path';
import { electionBytes } from '../scripts/support/electionFile.ts';
import { readPabulib } from '../src/fund/ballots/pabulib/index.ts';
import { type Rule, tally } from '../src/fund/ballots/tally/index.ts';
import { root } from '../src/store/files.ts';
import type { Row } from './row.ts';

/** The largest published election that we have: 64 projects, 6,586 votes. */
const FILE = 'test/elections/Poland_Wieliczka_2023_Green_Budget.pb.gz';

/** How long the count of a large election takes. */
export async function tallies(): Promise<Row[]> {
  return [row('equal-shares', 2_000), row('greedy', 100)];
}

function row(rule: Rule, limit: number): Row {
  const took = tallySpeed(join(root, FILE), rule);
  return {
    work: `counting Wieliczka by ${rule}`,
    result: `${took.toFixed(0)} ms`,
    reach: `< ${limit} ms`,
    reached: took < limit,
    detail: '64 projects, 6,586 votes; the median of five',
  };
}

/** Milliseconds that counting a Pabulib file (whole amounts) takes by `rule`: the median of `rounds`, after one that warms up. */
function tallySpeed(file: string, rule: Rule, rounds = 5): number {
  const { budget, threshold = 0, projects, votes } = readPabulib(electionBytes(file).toString('utf8'), file);
  const ballots = votes.map(({ picks }) => picks);
  const lot = projects.map(({ number }) => number);
  const times = Array.from({ length: rounds + 1 }, () => {
    const started = performance.now();
    tally({ rule, budget, threshold, projects, lot, ballots });
    return performance.now() - started;
  });
  return times.slice(1).toSorted((a, b) => a - b)[Math.floor(rounds / 2)] ?? Number.NaN;
}
