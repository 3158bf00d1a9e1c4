import type { Project } from '../records/cycle.ts';
import type { Rule } from '../records/rule.ts';

/** What voting opened with, as `/api/cycles/ID/ballot` gives it. Money in whole units of `currency`. */
export interface FrozenBallot {
  readonly cycle: string;
  readonly title: string;
  readonly budget: number;
  readonly currency: string;
  readonly rule: Rule;
  readonly threshold: number;
  readonly choices: { readonly min: number; readonly max: number };
  /** By number, ascending. */
  readonly projects: readonly Project[];
  /** All project numbers; the first wins a tie. */
  readonly lot: readonly number[];
}

/** The frozen ballot's text: JSON without blanks, keys in this order, what is not given left out; its bytes never change. */
export function frozenBallot({ cycle, title, budget, currency, rule, threshold, choices, projects, lot }: FrozenBallot): string {
  return JSON.stringify({
    cycle,
    title,
    budget,
    currency,
    rule,
    threshold,
    choices: { min: choices.min, max: choices.max },
    projects: projects
      .toSorted((one, other) => one.number - other.number)
      .map(({ number, title, short, category, cost, detail, place, due }) => ({ number, title, short, category, cost, detail, place, due })),
    lot,
  } satisfies FrozenBallot);
}
