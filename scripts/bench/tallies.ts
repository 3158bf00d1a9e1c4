import { join } from 'node:path';
import type { Rule } from '../../src/fund/ballots/tally/index.ts';
import { root } from '../../src/store/files.ts';
import { tallySpeed } from '../support/tallySpeed.ts';
import type { Row } from './row.ts';

/** The largest published election that we have: 64 projects, 6,586 votes. */
const FILE = 'test/elections/Poland_Wieliczka_2023_Green_Budget.pb';

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
