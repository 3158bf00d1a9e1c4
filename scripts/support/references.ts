import type { Expected } from './expected.ts';

const GREEDY = ['greedy_skip', 'greedy_no_skip', 'greedy_skip_threshold', 'greedy_no_skip_threshold'] as const;

export type ReferenceName = (typeof GREEDY)[number] | 'mes_none' | 'mes_utilitarian' | 'mes_add1' | 'mes_add1u';

export interface Reference {
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
