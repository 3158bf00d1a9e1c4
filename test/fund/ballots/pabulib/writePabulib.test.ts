import { expect } from 'chai';
import fc from 'fast-check';
import { cycleElection } from '../../../../src/fund/ballots/audit/cycleElection.ts';
import { VOTE_TYPES, writePabulib } from '../../../../src/fund/ballots/pabulib/election.ts';
import type { Election } from '../../../../src/fund/ballots/pabulib/index.ts';
import { readPabulib } from '../../../../src/fund/ballots/pabulib/readPabulib.ts';
import type { FrozenBallot } from '../../../../src/fund/cycles/index.ts';

const text = fc
  .oneof(fc.string({ unit: 'grapheme', maxLength: 12 }), fc.constantFrom('a;b', 'say "yes"', '路灯、花园', 'two\nlines', 'META', ',', "'"))
  .map((raw) => raw.trim())
  .filter((raw) => raw !== '');
const maybe = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined });
const count = fc.nat({ max: 1_000_000_000 });

/** Without the keys that are undefined, as the reader leaves them out. */
function compact<T extends object>(record: T): T {
  return JSON.parse(JSON.stringify(record));
}

const elections: fc.Arbitrary<Election> = fc
  .record({
    head: fc.record({
      description: maybe(text),
      country: maybe(text),
      unit: maybe(text),
      instance: maybe(text),
      budget: fc.oneof(
        count,
        count.map((cents) => cents / 100),
      ),
      voteType: fc.constantFrom(...VOTE_TYPES),
      rule: fc.constantFrom('greedy', 'unknown'),
      begin: maybe(text),
      end: maybe(text),
      choices: fc.record({ min: maybe(count), max: maybe(count) }),
      threshold: maybe(count),
      language: maybe(text),
      currency: maybe(text),
      more: fc.dictionary(fc.constantFrom('edition', 'comment', 'subunit', 'own'), text, { noNullPrototype: true }),
    }),
    projects: fc.array(
      fc.record({
        cost: count,
        name: maybe(text),
        category: maybe(text),
        votes: maybe(count),
        score: maybe(count),
        selected: maybe(fc.nat({ max: 3 })),
      }),
      { maxLength: 6 },
    ),
    votes: fc.array(
      fc.record({
        voter: fc.nat().map(String),
        picks: fc.array(fc.nat(), { maxLength: 4 }),
        hasPoints: fc.boolean(),
        method: maybe(fc.constantFrom('internet', 'paper')),
      }),
      { maxLength: 8 },
    ),
  })
  .map(({ head, projects, votes }) =>
    compact({
      ...head,
      projects: projects.map((project, index) => ({ number: index + 1, id: `${index % 2 ? 'BAD/' : ''}${index}`, ...project })),
      votes: votes.map(({ voter, picks, hasPoints, method }) => {
        const numbers = projects.length > 0 ? [...new Set(picks.map((pick) => (pick % projects.length) + 1))] : [];
        return { voter, picks: numbers, ...(hasPoints && numbers.length > 0 && { points: numbers.map((number) => number * 2) }), method };
      }),
    }),
  );

describe('writePabulib', () => {
  it('writes what reads back the same', () => {
    fc.assert(
      fc.property(elections, (election) => {
        expect(readPabulib(writePabulib(election))).to.deep.equal(election);
      }),
      { numRuns: 200 },
    );
  });

  const ballot: FrozenBallot = {
    cycle: 'qingsong-2027',
    title: '2027年社区保障资金',
    currency: 'CNY',
    budget: 100_000,
    rule: 'greedy',
    threshold: 0,
    choices: { min: 1, max: 2 },
    projects: [
      { number: 3, title: '社区花园;二期', category: '环境', cost: 60_000 },
      { number: 7, title: '修路灯', cost: 48_000 },
    ],
    lot: [7, 3],
  };
  const setting = { community: '青松社区', country: 'China', from: '2026-12-01', to: '2026-12-15' };
  const tallies = [
    { number: 3, votes: 1 },
    { number: 7, votes: 2 },
  ];
  const electionOf = (part: Partial<FrozenBallot> = {}) => cycleElection({ ...ballot, ...part }, setting, [[7], [7, 3]], { tallies, winners: [7] });

  it('writes cycle.pb: the ballots in the order given, voters 1…n, nothing of channels or people', () => {
    expect(writePabulib(electionOf()).split('\n')).to.deep.equal([
      'META',
      'key;value',
      'description;2027年社区保障资金',
      'country;China',
      'unit;青松社区',
      'instance;qingsong-2027',
      'num_projects;2',
      'num_votes;2',
      'budget;100000',
      'vote_type;approval',
      'rule;greedy',
      'date_begin;01.12.2026',
      'date_end;15.12.2026',
      'min_length;1',
      'max_length;2',
      'currency;CNY',
      'comment;#1: Ties are broken by a lot drawn before the vote: 7, 3.',
      'PROJECTS',
      'project_id;cost;votes;name;category;selected',
      '3;60000;1;"社区花园;二期";环境;0',
      '7;48000;2;修路灯;;1',
      'VOTES',
      'voter_id;vote',
      '1;7',
      '2;3,7',
      '',
    ]);
  });

  it('names the rule and the threshold as Pabulib does', () => {
    const named = (part: Partial<FrozenBallot>) => {
      const { rule, threshold, voteType, more } = electionOf(part);
      return [rule, threshold, voteType, more.fully_funded];
    };
    expect(named({ threshold: 5 })).to.deep.equal(['greedy-threshold', 5, 'approval', undefined]);
    expect(named({ rule: 'greedy-no-skip', threshold: 5 })).to.deep.equal(['greedy-no-skip', 5, 'approval', undefined]);
    expect(named({ rule: 'equal-shares', budget: 108_000 })).to.deep.equal(['equalshares/add1', undefined, 'approval', '1']);
    expect(named({ rule: 'equal-shares+fill', choices: { min: 1, max: 1 } })).to.deep.equal(['unknown', undefined, 'choose-1', undefined]);
  });
});
