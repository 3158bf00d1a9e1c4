/**
 * An exact amount, valid as long as the same projects are bought in the same way:
 * (`constant` + `perMoney` × all voters' money) ÷ `denominator`.
 */
export interface Amount {
  readonly constant: bigint;
  readonly perMoney: bigint;
  readonly denominator: bigint;
}

/** A sum over voters: how many there are, and how many of them paid in each round so far. */
export interface Payers {
  weight: number;
  readonly paid: number[];
}

/** The exact side of a run of equal shares: the highest payment of each round, and the money that voters have left. */
export interface Books {
  readonly rounds: readonly { project: number; payment: Amount }[];
  /** The money that these voters have left together. Each of them has paid the highest payment in every round in which they paid. */
  left(payers: Payers): Amount;
  /** The payment of each of `rich` voters for `cost` if the `poor` voters give all that they have left. */
  payment(cost: number, poor: Payers, rich: number): Amount;
  /** Closes a round; `rich` voters pay in full. */
  buy(project: number, payment: Amount, rich: number): void;
}

/** All amounts of a round have one denominator, voters × the rich voters of each round before: small factors, so that sums need no gcd. */
export function books(voters: number): Books {
  const rounds: { project: number; payment: Amount; rich: bigint }[] = [];
  let denominator = BigInt(voters);
  const left = ({ weight, paid }: Payers): Amount => {
    let constant = 0n;
    let perMoney = BigInt(weight);
    rounds.forEach(({ payment, rich }, round) => {
      const times = BigInt(paid[round] ?? 0);
      constant = constant * rich - times * payment.constant;
      perMoney = perMoney * rich - times * payment.perMoney;
    });
    return { constant, perMoney, denominator };
  };
  return {
    rounds,
    left,
    payment: (cost, poor, rich) => {
      const given = left(poor);
      return { constant: BigInt(cost) * denominator - given.constant, perMoney: -given.perMoney, denominator: denominator * BigInt(rich) };
    },
    buy: (project, payment, rich) => {
      rounds.push({ project, payment, rich: BigInt(rich) });
      denominator = payment.denominator;
    },
  };
}

/** `a` × `timesA` − `b` × `timesB`. */
export function difference(a: Amount, b: Amount, timesA = 1, timesB = 1): Amount {
  const left = BigInt(timesA) * b.denominator;
  const right = BigInt(timesB) * a.denominator;
  return {
    constant: a.constant * left - b.constant * right,
    perMoney: a.perMoney * left - b.perMoney * right,
    denominator: a.denominator * b.denominator,
  };
}

/** The amount if all voters together have `money`. */
export function valueAt({ constant, perMoney, denominator }: Amount, money: bigint): Fraction {
  return { numerator: constant + perMoney * money, denominator };
}

/** An exact number. `denominator` > 0; not reduced. */
export interface Fraction {
  readonly numerator: bigint;
  readonly denominator: bigint;
}

/** The nearest double, or its neighbour, for numbers of any size. */
export function toNumber({ numerator, denominator }: Fraction): number {
  const whole = numerator / denominator;
  return Number(whole) + Number(((numerator - whole * denominator) << 80n) / denominator) / 2 ** 80;
}

/** A double that changes linearly with each unit more for each voter. `doubt` and `growthDoubt` bound the errors of the two. */
export interface Estimate {
  readonly value: number;
  readonly growth: number;
  readonly doubt: number;
  readonly growthDoubt: number;
}

/**
 * Decides comparisons, and tells for how many more units for each voter all its decisions stay the same. As long as the same projects are
 * bought in the same way, every amount is linear in the voters' money, so each comparison tells when it may turn.
 */
export interface Steadiness {
  /** The sign of a difference; 0 if the doubles cannot tell. */
  clear(difference: Estimate): number;
  /** The sign of an exact difference. */
  exact(difference: Amount): number;
  /** No comparison turns before the share has grown by this number of units. */
  units(): number;
}

/** A new `Steadiness` for a run in which all voters together have `money`, in whole units. */
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
