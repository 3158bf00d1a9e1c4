import { expect } from 'chai';
import * as fc from 'fast-check';
import { drawSlips, enough, fewestWrong } from '../../../../src/fund/ballots/audit/checkSlips.ts';
import { tally } from '../../../../src/fund/ballots/tally/tally.ts';
import type { FrozenBallot } from '../../../../src/fund/cycles/index.ts';
import { sha256 } from '../../../../src/store/vault.ts';

const ballotOf = (over: Partial<FrozenBallot>): FrozenBallot => ({
  ...{ cycle: 'c', title: '', budget: 100, currency: 'CNY', rule: 'greedy', threshold: 1, choices: { min: 1, max: 2 }, lot: [1, 2, 3, 4] },
  projects: [60, 50, 40, 30].map((cost, index) => ({ number: index + 1, title: '', cost })),
  ...over,
});

describe('the slips to be compared with the box', () => {
  it('are enough to find one of so many wrong ones with 95 %, by drawing without putting back', () => {
    // the smallest n with 20 · C(N−W, n) ≤ C(N, n), in whole numbers
    expect(enough(20, 1)).to.equal(19);
    expect(enough(200, 10)).to.equal(51);
    expect(enough(1_000, 10)).to.equal(258);
    expect(enough(10_000, 500)).to.equal(59);
    expect(enough(10, 10)).to.equal(1);
  });

  it('find what would change a winner: no fewer ballots than that can, whatever they say instead', () => {
    const picks = fc.subarray([1, 2, 3, 4], { minLength: 1, maxLength: 2 });
    const election = fc.record({
      rule: fc.constantFrom('greedy' as const, 'greedy-no-skip' as const),
      threshold: fc.integer({ min: 0, max: 3 }),
      budget: fc.integer({ min: 30, max: 180 }),
      lot: fc.shuffledSubarray([1, 2, 3, 4], { minLength: 4 }),
      ballots: fc.array(picks, { minLength: 4, maxLength: 14 }),
      instead: fc.array(fc.tuple(fc.nat(13), fc.subarray([1, 2, 3, 4], { minLength: 0, maxLength: 2 })), { maxLength: 6 }),
    });
    let changed = 0;
    fc.assert(
      fc.property(election, ({ ballots, instead, ...over }) => {
        const ballot = ballotOf(over);
        const counted = tally({ ...ballot, ballots });
        const wrong = fewestWrong(ballot, counted);
        const others = ballots.map((cast, index) => instead.findLast(([at]) => at === index)?.[1] ?? cast);
        const differ = others.filter((cast, index) => `${cast}` !== `${ballots[index]}`).length;
        const winners = tally({ ...ballot, ballots: others }).winners.toSorted();
        if (`${winners}` === `${counted.winners.toSorted()}`) return;
        changed += 1;
        expect(differ, JSON.stringify({ ballots, others, over })).to.be.at.least(wrong);
      }),
      { numRuns: 3_000 },
    );
    expect(changed).to.be.greaterThan(300);
  });

  it('are all where there are fewer than 200, and otherwise the first by the seal’s hash: another seal draws others, another slip moves none', () => {
    const slips = Array.from({ length: 400 }, (_, index) => String(10_000_000 + index));
    const ballot = ballotOf({});
    const counted = { tallies: [1, 2, 3, 4].map((number) => ({ number, votes: 500 - 60 * number })), winners: [1, 3], head: 'a' };
    expect(drawSlips(sha256, ballot, counted, slips.slice(0, 199)).drawn).to.have.length(199);
    const { wrong, drawn } = drawSlips(sha256, ballot, counted, slips);
    expect({ wrong, drawn: drawn.length }).to.deep.equal({ wrong: 20, drawn: enough(400, 20) });
    expect(drawSlips(sha256, ballot, { ...counted, head: 'b' }, slips).drawn).to.not.deep.equal(drawn);
    const later = ['1', '2'].map((draw) => drawSlips(sha256, ballot, { ...counted, draw }, slips).drawn);
    expect(later[0], 'what came into being after the last ballot').to.not.deep.equal(drawn).and.not.deep.equal(later[1]);
    const without = drawSlips(
      sha256,
      ballot,
      counted,
      slips.filter((serial) => serial !== drawn[0]),
    ).drawn;
    expect(without.slice(0, drawn.length - 1)).to.deep.equal(drawn.slice(1));
    expect(drawSlips(sha256, ballotOf({ rule: 'equal-shares' }), counted, slips), 'no margin is known').to.deep.include({ wrong: 1 });
  });
});
