import { type Amount, books, difference, type Estimate, type Payers, steadiness, toNumber, valueAt } from './books.ts';
import type { Candidate, Electorate } from './electorate.ts';

/** One run of equal shares with a given amount of money. */
export interface Run {
  /** The purchases in their order: the index of the project, and the payment of each supporter who has that much left. */
  readonly rounds: readonly { project: number; payment: Amount }[];
  /** The run is the same, round by round, for every share that is larger by less than this number of units. */
  readonly steadyFor: number;
}

/** A project that can still be bought. */
interface Offer {
  readonly project: number;
  readonly candidate: Candidate;
  /** The groups that can still pay for it. */
  supporters: readonly number[];
  price: Price;
}

/** The highest payment for a project: each supporter who has that much left pays it; the others give all that they have left. */
interface Price extends Estimate {
  /** The round in which it was calculated. In a later round it can only have risen. */
  readonly round: number;
  /** The groups that give all that they have left, which is less than the payment. */
  readonly poor: readonly number[];
  exact?: ExactPrice;
}

interface ExactPrice {
  readonly payment: Amount;
  /** How many voters pay it in full. */
  readonly rich: number;
  readonly poor: readonly number[];
}

/** Far above the error of doubles in sums of a million terms, and far below most differences. A smaller difference is decided exactly. */
const DOUBT = 1e-10;

/**
 * The Method of Equal Shares with cost utilities, with `money` (whole units) divided equally among the voters: each round buys the affordable
 * project with the highest cost ÷ highest payment, that is, with the lowest payment ÷ cost; ties by lot.
 *
 * Exact and fast: doubles with a bound on their error decide clear cases, fractions decide the others, and every payment that is made is an
 * exact fraction.
 */
export function sharesAt({ voters, projects, weights, picks }: Electorate, money: bigint): Run {
  const share = toNumber({ numerator: money, denominator: BigInt(voters) });
  const left = new Float64Array(weights.length).fill(share);
  const growth = new Float64Array(weights.length).fill(1);
  let largestGrowth = 1;
  const isBroke = new Uint8Array(weights.length);
  const book = books(voters);
  const steady = steadiness(money);
  const roundOf = projects.map(() => -1);
  let offers = projects.map((candidate, project): Offer => {
    const value = candidate.cost / total(candidate.supporters, weights);
    return {
      project,
      candidate,
      supporters: candidate.supporters,
      price: { value, growth: 0, doubt: value * DOUBT, growthDoubt: DOUBT, round: -1, poor: [] },
    };
  });

  for (let best = bestOffer(); best; best = bestOffer()) buy(best);
  return { rounds: book.rounds, steadyFor: steady.units() };

  /** Prices of earlier rounds are lower bounds, so a project that is expensive by its earlier price is not priced again. */
  function bestOffer(): Offer | undefined {
    for (;;) {
      const lowest = offers.reduce<Offer | undefined>((low, offer) => (low && rank(low) <= rank(offer) ? low : offer), undefined);
      if (!lowest) return undefined;
      if (isStale(lowest)) {
        reprice(lowest);
        continue;
      }
      const best = offers.reduce((first, rival) => (!isStale(rival) && goesBefore(rival, first) ? rival : first), lowest);
      const rivals = offers.filter((offer) => isStale(offer) && rank(offer) - rankDoubt(offer) <= rank(best) + rankDoubt(best));
      if (rivals.length === 0) {
        for (const offer of offers) if (isStale(offer)) steady.clear(lead(offer, best));
        return best;
      }
      for (const rival of rivals) reprice(rival);
    }
  }

  function isStale({ price }: Offer): boolean {
    return price.round < book.rounds.length;
  }

  function goesBefore(offer: Offer, other: Offer): boolean {
    if (offer === other) return false;
    const sign =
      steady.clear(lead(offer, other)) ||
      steady.exact(difference(exactOf(offer).payment, exactOf(other).payment, other.candidate.cost, offer.candidate.cost));
    return sign < 0 || (sign === 0 && offer.candidate.place < other.candidate.place);
  }

  function reprice(offer: Offer): void {
    const { cost } = offer.candidate;
    offer.supporters = offer.supporters.filter((group) => !isBroke[group]);
    const weight = total(offer.supporters, weights);
    const doubt = DOUBT * (weight * share + cost);
    const growthDoubt = DOUBT * weight * largestGrowth;
    const surplus = { value: dot(offer.supporters, left) - cost, growth: dot(offer.supporters, growth), doubt, growthDoubt };
    const sign =
      steady.clear(surplus) ||
      steady.exact(difference(book.left(payers(offer.supporters)), { constant: BigInt(cost), perMoney: 0n, denominator: 1n }));
    if (sign < 0) offers = offers.filter((other) => other !== offer);
    else offer.price = priced(offer, weight, doubt, growthDoubt);
  }

  function priced({ candidate: { cost }, supporters }: Offer, weight: number, doubt: number, growthDoubt: number): Price {
    const { value, rich } = level(supporters, weight, cost);
    const margin = doubt / rich;
    const poor = supporters.filter((group) => (left[group] ?? 0) < value - margin);
    const near = supporters.filter((group) => Math.abs((left[group] ?? 0) - value) <= margin);
    const round = book.rounds.length;
    const price: Price =
      near.length === 0
        ? { value, growth: -dot(poor, growth) / rich, doubt: margin, growthDoubt: growthDoubt / rich, round, poor }
        : known(exactPrice(cost, weight, poor, near), round);
    if (steady.units() > 1) {
      for (const group of supporters) {
        steady.clear({
          value: (left[group] ?? 0) - value,
          growth: (growth[group] ?? 0) - price.growth,
          doubt: margin,
          growthDoubt: growthDoubt / rich,
        });
      }
    }
    return price;
  }

  /** Raises the payment until two groups of voters raise the cost together: those who have less left and give all of it, and those who pay in full. */
  function level(supporters: readonly number[], weight: number, cost: number): { value: number; rich: number } {
    let value = cost / weight;
    for (let rich = weight; ; ) {
      let given = 0;
      let still = 0;
      for (const group of supporters) {
        const members = weights[group] ?? 0;
        const rest = left[group] ?? 0;
        if (rest < value) given += rest * members;
        else still += members;
      }
      if (still === 0 || still >= rich) return { value, rich };
      rich = still;
      value = (cost - given) / rich;
    }
  }

  /** `near`: the groups that have so nearly as much left as the payment that doubles cannot tell which is more. */
  function exactPrice(cost: number, weight: number, clearlyPoor: readonly number[], near: readonly number[]): ExactPrice {
    let poor = clearlyPoor;
    for (;;) {
      const rich = weight - total(poor, weights);
      const payment = book.payment(cost, payers(poor), rich);
      const short = near.filter(
        (group) => !poor.includes(group) && steady.exact(difference(book.left(payers([group])), payment, 1, weights[group])) < 0,
      );
      if (short.length === 0) return { payment, rich, poor };
      poor = [...poor, ...short];
    }
  }

  function exactOf({ candidate: { cost }, supporters, price }: Offer): ExactPrice {
    price.exact ??= exactPrice(cost, total(supporters, weights), price.poor, []);
    return price.exact;
  }

  function known(exact: ExactPrice, round: number): Price {
    const value = toNumber(valueAt(exact.payment, money));
    const growth = growthOf(exact.payment);
    return { value, growth, doubt: value * DOUBT, growthDoubt: DOUBT * (1 + Math.abs(growth)), round, poor: exact.poor, exact };
  }

  function growthOf({ perMoney, denominator }: Amount): number {
    return toNumber({ numerator: perMoney * BigInt(voters), denominator });
  }

  function buy(offer: Offer): void {
    const { payment, rich, poor } = exactOf(offer);
    const value = toNumber(valueAt(payment, money));
    const change = growthOf(payment);
    for (const group of offer.supporters) {
      left[group] = (left[group] ?? 0) - value;
      growth[group] = (growth[group] ?? 0) - change;
    }
    for (const group of poor) isBroke[group] = 1;
    largestGrowth = Math.max(largestGrowth, Math.abs(change));
    roundOf[offer.project] = book.rounds.length;
    book.buy(offer.project, payment, rich);
    offers = offers.filter((other) => other !== offer);
  }

  /** The sums for groups that are not broke: they paid in full for every project of theirs that was bought. */
  function payers(groups: readonly number[]): Payers {
    const paid = book.rounds.map(() => 0);
    for (const group of groups) {
      for (const pick of picks[group] ?? []) {
        const round = roundOf[pick] ?? -1;
        if (round >= 0) paid[round] = (paid[round] ?? 0) + (weights[group] ?? 0);
      }
    }
    return { weight: total(groups, weights), paid };
  }

  function dot(groups: readonly number[], each: Float64Array): number {
    let sum = 0;
    for (const group of groups) sum += (each[group] ?? 0) * (weights[group] ?? 0);
    return sum;
  }
}

/** The number by which projects are bought, lowest first: payment ÷ cost. */
function rank({ price, candidate }: Offer): number {
  return price.value / candidate.cost;
}

function rankDoubt({ price, candidate }: Offer): number {
  return price.doubt / candidate.cost;
}

function lead(offer: Offer, other: Offer): Estimate {
  return {
    value: rank(offer) - rank(other),
    growth: offer.price.growth / offer.candidate.cost - other.price.growth / other.candidate.cost,
    doubt: rankDoubt(offer) + rankDoubt(other),
    growthDoubt: offer.price.growthDoubt / offer.candidate.cost + other.price.growthDoubt / other.candidate.cost,
  };
}

function total(groups: readonly number[], weights: Float64Array): number {
  let sum = 0;
  for (const group of groups) sum += weights[group] ?? 0;
  return sum;
}
