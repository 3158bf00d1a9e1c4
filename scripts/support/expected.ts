import { readFileSync } from 'node:fs';
import { z } from 'zod';

const chosen = z.object({ winners: z.array(z.string()) });
const ids = z.array(z.string());
const run = chosen.or(z.object({ error: z.string() })).optional();
const js = z.object({ mes_none: run, mes_utilitarian: run, mes_add1: run, mes_add1u: run }).optional();
const election = z.object({
  sha256: z.string(),
  tally: z.record(z.string(), z.number()),
  official_selected: ids.nullable(),
  greedy_skip: chosen.optional(),
  greedy_no_skip: chosen.optional(),
  greedy_skip_threshold: chosen.optional(),
  greedy_no_skip_threshold: chosen.optional(),
  equalshares_js_tool_fractions_exhaustive_integral_tiebreak_maxVotes_minCost: js,
  equalshares_js_tool_floats_exhaustive_integral: js,
  pabutools: z.object({ mes_Cost_Sat: ids.optional(), 'mes_Cost_Sat_add1(voter_budget_increment=1)': ids.optional() }).optional(),
});

/** The facts about one file: the official winners, and the results of other programs. */
export type Expected = z.infer<typeof election>;

/** Reads `expected.json`, which has an entry for each file's name. */
export function readExpected(file: string): Record<string, Expected> {
  return z.record(z.string(), election).parse(JSON.parse(readFileSync(file, 'utf8')));
}
