import type { Results } from '../ledger/results.ts';

/** `results.json` as an audit has it: one value a line, so that what is wrong has a line. */
export function resultsText(results: Results): string {
  return `${JSON.stringify(results, null, 2)}\n`;
}
