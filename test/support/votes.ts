import fc from 'fast-check';
import type { TallyInput } from '../../src/fund/ballots/tally/tally.ts';

/** Small votes full of ties: few distinct costs, few voters, projects that nobody wants, a budget that is too small or too large. */
export const votes: fc.Arbitrary<Omit<TallyInput, 'rule'>> = fc
  .record({
    costs: fc.array(
      fc.oneof(
        fc.integer({ min: 1, max: 6 }),
        fc.integer({ min: 1, max: 6 }).map((tens) => tens * 10),
        fc.integer({ min: 0, max: 200 }),
      ),
      { minLength: 1, maxLength: 7 },
    ),
    budget: fc.integer({ min: 0, max: 300 }),
    threshold: fc.constantFrom(0, 0, 1, 2, 4),
    seats: fc.array(fc.array(fc.nat(), { maxLength: 5 }), { maxLength: 12 }),
    copies: fc.constantFrom(1, 1, 3),
  })
  .chain(({ costs, budget, threshold, seats, copies }) => {
    const projects = costs.map((cost, index) => ({ number: (index + 1) * 3, cost }));
    const ballots = seats.map((picks) => [...new Set(picks.map((pick) => ((pick % costs.length) + 1) * 3))]);
    const numbers = projects.map(({ number }) => number);
    return fc.shuffledSubarray(numbers, { minLength: numbers.length }).map((lot) => ({
      budget,
      threshold,
      projects,
      lot,
      ballots: Array.from({ length: copies }, () => ballots).flat(),
    }));
  });
