import { type Amount, valueAt } from './books.ts';

/** A double that changes evenly with each unit more a voter; `doubt` and `growthDoubt` bound the errors of the two. */
export interface Estimate {
  readonly value: number;
  readonly growth: number;
  readonly doubt: number;
  readonly growthDoubt: number;
}

/**
 * Decides comparisons, and for how many units more a voter all that it decided stay as they are: as long as the same
 * projects are bought in the same way every amount is linear in the voters' money, so each comparison tells when it may turn.
 */
export interface Steadiness {
  /** Sign of a difference, 0 where the doubles cannot tell. */
  clear(difference: Estimate): number;
  /** Sign of an exact difference. */
  exact(difference: Amount): number;
  /** No comparison turns before the share has grown by so many units. */
  units(): number;
}

export function steadiness(money: bigint): Steadiness {
  let units = Number.POSITIVE_INFINITY;
  return {
    clear: ({ value, growth, doubt, growthDoubt }) => {
      const distance = Math.abs(value) - doubt;
      if (!(distance > 0)) return 0;
      const sign = Math.sign(value);
      const closing = growthDoubt - sign * growth;
      if (closing <= 0) return sign;
      const until = distance / closing;
      units = until < units ? until : Number.isNaN(until) ? 0 : units;
      return sign;
    },
    exact: (difference) => {
      if (difference.constant !== 0n || difference.perMoney !== 0n) units = 0;
      const { numerator } = valueAt(difference, money);
      if (numerator === 0n) return 0;
      return numerator > 0n ? 1 : -1;
    },
    units: () => units,
  };
}
