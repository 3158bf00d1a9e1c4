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

const GREEDY = ['greedy_skip', 'greedy_no_skip', 'greedy_skip_threshold', 'greedy_no_skip_threshold'] as const;

export type ReferenceName = (typeof GREEDY)[number] | 'mes_none' | 'mes_utilitarian' | 'mes_add1' | 'mes_add1u';

interface Reference {
  readonly name: ReferenceName;
  /** The file's project ids. */
  readonly winners: readonly string[];
}

/**
 * The outputs of other programs that can be compared. Of equal shares: those on which the equalshares.net tool and pabutools agree, or which only
 * one of them has. The greedy fill is the output of the equalshares.net tool, on top of what both agree on.
 */
export function references(expected: Expected): Reference[] {
  const js =
    expected.equalshares_js_tool_fractions_exhaustive_integral_tiebreak_maxVotes_minCost ?? expected.equalshares_js_tool_floats_exhaustive_integral;
  const agreed = (['mes_none', 'mes_add1'] as const).flatMap((name): Reference[] => {
    const winners = winnersOf(js?.[name]);
    const other = expected.pabutools?.[name === 'mes_none' ? 'mes_Cost_Sat' : 'mes_Cost_Sat_add1(voter_budget_increment=1)'];
    return winners && (!other || isSameSet(winners, other)) ? [{ name, winners }] : [];
  });
  const filled = agreed.flatMap(({ name }): Reference[] => {
    const fill = name === 'mes_none' ? 'mes_utilitarian' : 'mes_add1u';
    const winners = winnersOf(js?.[fill]);
    return winners ? [{ name: fill, winners }] : [];
  });
  const greedy = GREEDY.flatMap((name): Reference[] => {
    const winners = expected[name]?.winners;
    return winners ? [{ name, winners }] : [];
  });
  return [...greedy, ...agreed, ...filled];
}

function winnersOf(run: { winners: string[] } | { error: string } | undefined): string[] | undefined {
  return run && 'winners' in run ? run.winners : undefined;
}

function isSameSet(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((id) => other.includes(id));
}
