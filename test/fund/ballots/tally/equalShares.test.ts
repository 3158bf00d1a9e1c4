import { expect } from 'chai';
import fc from 'fast-check';
import type { Fraction } from '../../../../src/fund/ballots/tally/books.ts';
import { type EqualSharesInput, equalShares } from '../../../../src/fund/ballots/tally/equalShares.ts';
import { votes } from '../../../support/votes.ts';

const fraction = (numerator: bigint, denominator = 1n): Fraction => ({ numerator, denominator });
const minus = (a: Fraction, b: Fraction) => reduced(a.numerator * b.denominator - b.numerator * a.denominator, a.denominator * b.denominator);
const isLess = (a: Fraction, b: Fraction) => a.numerator * b.denominator < b.numerator * a.denominator;
const least = (a: Fraction, b: Fraction) => (isLess(a, b) ? a : b);

function reduced(numerator: bigint, denominator: bigint): Fraction {
  let [a, b] = [numerator < 0n ? -numerator : numerator, denominator];
  while (b > 0n) [a, b] = [b, a % b];
  return fraction(numerator / a, denominator / a);
}

/** The rule word by word, one voter, one fraction and one step at a time: far too slow for a city, plain to check. */
function wordByWord({ budget, projects, lot, ballots }: EqualSharesInput, exhaustive: boolean): { winners: number[]; share: Fraction } {
  const wanted = projects.filter(({ number, cost }) => cost > 0 && ballots.some((picks) => picks.includes(number)));
  const spent = (numbers: number[]) => projects.reduce((sum, { number, cost }) => (numbers.includes(number) ? sum + cost : sum), 0);
  const gifts = lot.filter(
    (free) => projects.some(({ number, cost }) => number === free && cost === 0) && ballots.some((picks) => picks.includes(free)),
  );
  const fits = (winners: number[]) => wanted.some(({ number, cost }) => !winners.includes(number) && spent(winners) + cost <= budget);
  if (ballots.length === 0) return { winners: [], share: fraction(0n) };
  let share = reduced(BigInt(budget), BigInt(ballots.length));
  let winners = chosen(share);
  while (winners.length < wanted.length && !(exhaustive && !fits(winners))) {
    const more = fraction(share.numerator + share.denominator, share.denominator);
    const next = chosen(more);
    if (spent(next) > budget) break;
    share = more;
    winners = next;
  }
  return { winners: [...gifts, ...winners], share };

  function chosen(share: Fraction): number[] {
    const purses = ballots.map((picks) => ({ picks, left: share }));
    const bought: number[] = [];
    for (;;) {
      const offers = wanted
        .filter(({ number }) => !bought.includes(number))
        .flatMap(({ number, cost }) => {
          const payment = highestPayment(
            fraction(BigInt(cost)),
            purses.filter(({ picks }) => picks.includes(number)).map(({ left }) => left),
          );
          return payment ? { number, payment, rank: reduced(payment.numerator, payment.denominator * BigInt(cost)) } : [];
        });
      const [best] = offers.sort((a, b) =>
        isLess(a.rank, b.rank) ? -1 : isLess(b.rank, a.rank) ? 1 : lot.indexOf(a.number) - lot.indexOf(b.number),
      );
      if (!best) return bought;
      bought.push(best.number);
      for (const purse of purses) if (purse.picks.includes(best.number)) purse.left = minus(purse.left, least(purse.left, best.payment));
    }
  }
}

/** From the poorest on: each gives an equal part of what is missing, or all there is. */
function highestPayment(cost: Fraction, lefts: Fraction[]): Fraction | undefined {
  let missing = cost;
  const byMoney = lefts.sort((a, b) => (isLess(a, b) ? -1 : 1));
  for (const [index, left] of byMoney.entries()) {
    const part = reduced(missing.numerator, missing.denominator * BigInt(byMoney.length - index));
    if (!isLess(left, part)) return part;
    missing = minus(missing, left);
  }
  return undefined;
}

describe('equalShares', () => {
  it('chooses what the rule read word by word chooses, in the same order, with and without the exhaustive stop', () => {
    fc.assert(
      fc.property(votes, fc.boolean(), (vote, exhaustive) => {
        const { winners, share } = equalShares(vote, { exhaustive });
        expect({ winners, share: reduced(share.numerator, share.denominator) }).to.deep.equal(wordByWord(vote, exhaustive));
      }),
      { numRuns: 600 },
    );
  });

  it('no voter pays more than the share, and every project is paid to the last part', () => {
    fc.assert(
      fc.property(votes, (vote) => {
        const { share, payments } = equalShares(vote);
        const purses = vote.ballots.map((picks) => ({ picks, left: share }));
        for (const { number, payment } of payments) {
          let missing = fraction(BigInt(vote.projects.find((project) => project.number === number)?.cost ?? 0));
          for (const purse of purses.filter(({ picks }) => picks.includes(number))) {
            const part = least(purse.left, payment);
            missing = minus(missing, part);
            purse.left = minus(purse.left, part);
          }
          expect(missing.numerator, `missing for ${number}`).to.equal(0n);
        }
        for (const { left } of purses) expect(left.numerator >= 0n).to.equal(true);
      }),
      { numRuns: 300 },
    );
  });

  it('sees a third of a unit in a thousand billions', () => {
    const billions = 1_000_000_000_000;
    const projects = [1, 2, 3].map((number) => ({ number, cost: billions }));
    const each = { projects, lot: [1, 2, 3], ballots: [[1], [2], [3]] };
    expect(equalShares({ ...each, budget: 3 * billions - 1 }).winners).to.deep.equal([]);
    expect(equalShares({ ...each, budget: 3 * billions }).winners).to.deep.equal([1, 2, 3]);
  });

  it('takes a thousand million steps that change nothing at once', () => {
    const { winners, share } = equalShares({
      budget: 3_000_000_000,
      projects: [
        { number: 1, cost: 2_000_000_000 },
        { number: 2, cost: 900 },
        { number: 3, cost: 900_000_000 },
      ],
      lot: [1, 2, 3],
      ballots: [[1], [2, 3], [2]],
    });
    expect(winners).to.deep.equal([2, 1, 3]);
    expect(share).to.deep.equal({ numerator: 6_000_000_000n, denominator: 3n });
  });
});
