import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import fc from 'fast-check';
import type { Rule } from '../../../../src/fund/ballots/tally/index.ts';
import { RULES, type TallyInput, tally } from '../../../../src/fund/ballots/tally/tally.ts';
import { root } from '../../../../src/store/files.ts';
import { votes } from '../../../support/votes.ts';

function outcome(rule: Rule, input: Partial<TallyInput> & Pick<TallyInput, 'projects' | 'ballots' | 'budget'>) {
  return tally({ rule, threshold: 0, lot: input.projects.map(({ number }) => number), ...input });
}

describe('tally', () => {
  const projects = [
    { number: 1, cost: 60 },
    { number: 2, cost: 50 },
    { number: 3, cost: 40 },
    { number: 4, cost: 10 },
  ];
  const ballots = [[1, 2], [1, 2], [1, 3], [1, 2, 3], [3]];

  it('greedy passes over what does not fit, greedy-no-skip ends there', () => {
    expect(outcome('greedy', { projects, ballots, budget: 100 })).to.deep.equal({
      tallies: [
        { number: 1, votes: 4 },
        { number: 2, votes: 3 },
        { number: 3, votes: 3 },
        { number: 4, votes: 0 },
      ],
      winners: [1, 3],
      spent: 100,
    });
    expect(outcome('greedy-no-skip', { projects, ballots, budget: 100 }).winners).to.deep.equal([1]);
  });

  it('says on the page how each rule decides, and where a cadre chooses it, in every language', () => {
    for (const language of ['zh-CN', 'en']) {
      const words = (file: string) => JSON.parse(readFileSync(join(root, 'locales', language, file), 'utf8'));
      expect(words('page.json').rule, language).to.include.all.keys(...RULES);
      expect(words('console.json').calendar.rule, language).to.include.all.keys(...RULES);
    }
  });

  it('breaks ties by lot alone, whatever the cost and the number', () => {
    const tied = { projects: projects.slice(1, 3), ballots: [[2, 3]], budget: 50 };
    for (const lot of [
      [2, 3],
      [3, 2],
    ]) {
      for (const rule of RULES) expect(outcome(rule, { ...tied, lot }).winners, `${rule} with ${lot}`).to.deep.equal(lot.slice(0, 1));
    }
  });

  it('a project without a vote fills up under greedy where no threshold forbids it, and is never bought by equal shares', () => {
    const unloved = { projects, ballots: [[1], [1]], budget: 100 };
    expect(outcome('greedy', unloved).winners).to.deep.equal([1, 3]);
    expect(outcome('greedy', { ...unloved, threshold: 1 }).winners).to.deep.equal([1]);
    expect(outcome('equal-shares', unloved).winners).to.deep.equal([1]);
    expect(outcome('equal-shares+fill', { ...unloved, threshold: 1 }).winners).to.deep.equal([1]);
  });

  it('equal shares gives what costs nothing by lot, in whatever order the ballot has it', () => {
    const free = [3, 6].map((number) => ({ number, cost: 0 }));
    for (const projects of [free, free.toReversed()])
      expect(outcome('equal-shares', { projects, ballots: [[3], [6]], budget: 0, lot: [6, 3] }).winners).to.deep.equal([6, 3]);
  });

  it('counts nothing where nobody voted or nothing is on the ballot', () => {
    for (const rule of RULES) {
      expect(outcome(rule, { projects: [], ballots: [[]], budget: 100 })).to.deep.equal({ tallies: [], winners: [], spent: 0 });
      expect(outcome(rule, { projects, ballots: [], budget: 100, threshold: 1 }).winners).to.deep.equal([]);
    }
  });

  it('refuses what is no vote', () => {
    const good: TallyInput = { rule: 'greedy', budget: 100, threshold: 0, projects, lot: [1, 2, 3, 4], ballots };
    const wrong: [string, Partial<TallyInput>][] = [
      ['9 is not on the ballot', { ballots: [[1, 9]] }],
      ['a project twice', { ballots: [[1, 1]] }],
      ['no whole amount', { budget: 99.5 }],
      ['no whole amount', { projects: [{ number: 1, cost: -1 }], lot: [1], ballots: [] }],
      ['not an order of all', { lot: [1, 2, 3] }],
      ['not an order of all', { lot: [1, 2, 3, 3] }],
      ['there is no rule borda', JSON.parse('{"rule":"borda"}')],
      ['the same number', { projects: [...projects, { number: 1, cost: 5 }] }],
    ];
    for (const [what, part] of wrong)
      expect(() => tally({ ...good, ...part }), what)
        .to.throw(what)
        .with.property('code', 'bad-tally');
  });

  it('never spends more than there is; winners are distinct, on the ballot and over the threshold', () => {
    fc.assert(
      fc.property(fc.constantFrom(...RULES), votes, (rule, vote) => {
        const { tallies, winners, spent } = tally({ rule, ...vote });
        const cost = new Map(vote.projects.map((project) => [project.number, project.cost]));
        const count = new Map(tallies.map(({ number, votes }) => [number, votes]));
        expect(spent).to.equal(winners.reduce((sum, number) => sum + (cost.get(number) ?? Number.NaN), 0));
        expect(spent).to.be.at.most(vote.budget);
        expect(new Set(winners).size).to.equal(winners.length);
        for (const winner of winners) expect(count.get(winner)).to.be.at.least(vote.threshold);
      }),
      { numRuns: 500 },
    );
  });

  it('counts the same whatever the order of the ballots, of the picks in them and of the projects', () => {
    const shuffled = votes.chain((vote) =>
      fc.tuple(
        fc.constant(vote),
        fc.shuffledSubarray([...vote.ballots], { minLength: vote.ballots.length }),
        fc.shuffledSubarray([...vote.projects], { minLength: vote.projects.length }),
      ),
    );
    fc.assert(
      fc.property(fc.constantFrom(...RULES), shuffled, (rule, [vote, ballots, projects]) => {
        const { winners } = tally({ rule, ...vote });
        expect(tally({ rule, ...vote, projects, ballots: ballots.map((picks) => [...picks].reverse()) }).winners).to.deep.equal(winners);
      }),
      { numRuns: 300 },
    );
  });

  it('greedy leaves out no project that would fit at its turn', () => {
    fc.assert(
      fc.property(votes, (vote) => {
        const { tallies, winners } = tally({ rule: 'greedy', ...vote });
        const byVotes = [...tallies].sort((a, b) => b.votes - a.votes || vote.lot.indexOf(a.number) - vote.lot.indexOf(b.number));
        let left = vote.budget;
        for (const { number, votes } of byVotes) {
          const cost = vote.projects.find((project) => project.number === number)?.cost ?? Number.NaN;
          const fits = votes >= vote.threshold && cost <= left;
          expect(winners.includes(number), `project ${number}`).to.equal(fits);
          if (fits) left -= cost;
        }
      }),
      { numRuns: 300 },
    );
  });

  it('greedy-no-skip chooses the beginning of what greedy chooses; the fill adds to equal shares', () => {
    fc.assert(
      fc.property(votes, (vote) => {
        const greedy = tally({ rule: 'greedy', ...vote }).winners;
        const noSkip = tally({ rule: 'greedy-no-skip', ...vote }).winners;
        expect(greedy.slice(0, noSkip.length)).to.deep.equal(noSkip);
        const shares = tally({ rule: 'equal-shares', ...vote }).winners;
        const filled = tally({ rule: 'equal-shares+fill', ...vote }).winners;
        expect(filled.slice(0, shares.length)).to.deep.equal(shares);
      }),
      { numRuns: 300 },
    );
  });
});
