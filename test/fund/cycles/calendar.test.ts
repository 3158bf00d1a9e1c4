import { expect } from 'chai';
import { heldVote, isOpen, periods, stageAt, voteOf } from '../../../src/fund/cycles/calendar.ts';
import type { Calendar, Stage } from '../../../src/fund/cycles/index.ts';

const day = (n: number) => new Date(Date.UTC(2026, 11, n));
const STAGES: [Stage, number][] = [
  ['announce', 1],
  ['propose', 5],
  ['vote', 10],
  ['implement', 20],
  ['closed', 30],
];
type Change = ['move' | 'extend', Stage, from: number, recorded?: number];

function calendar(changes: Change[], stages = STAGES): Calendar {
  return {
    stages: stages.map(([stage, from]) => ({ stage, from: day(from) })),
    moves: changes.map(([kind, stage, from, recorded = from]) => ({ kind, stage, from: day(from), at: day(recorded), by: 'Li' })),
  };
}

/** "propose 5-7" a period; the last one is open: "closed 30-". */
const told = (cycle: Calendar, at = day(1)) =>
  periods(cycle, at).map(({ stage, from, to }) => `${stage} ${from.getUTCDate()}-${to?.getUTCDate() ?? ''}`);

describe('periods', () => {
  const table: [what: string, changes: Change[], stages: string[]][] = [
    ['follow the file', [], ['announce 1-5', 'propose 5-10', 'vote 10-20', 'implement 20-30', 'closed 30-']],
    [
      'hold a stage set by hand until the next date of a later one',
      [['move', 'publish', 7]],
      ['announce 1-5', 'propose 5-7', 'publish 7-10', 'vote 10-20', 'implement 20-30', 'closed 30-'],
    ],
    [
      'open the vote before its date, and close it on its day',
      [['move', 'vote', 7]],
      ['announce 1-5', 'propose 5-7', 'vote 7-20', 'implement 20-30', 'closed 30-'],
    ],
    ['end the vote early', [['move', 'implement', 15]], ['announce 1-5', 'propose 5-10', 'vote 10-15', 'implement 15-30', 'closed 30-']],
    ['pass over the vote', [['move', 'evaluate', 7]], ['announce 1-5', 'propose 5-7', 'evaluate 7-30', 'closed 30-']],
    [
      'go back, and on with the next date',
      [['move', 'propose', 12]],
      ['announce 1-5', 'propose 5-10', 'vote 10-12', 'propose 12-20', 'implement 20-30', 'closed 30-'],
    ],
    ['put off the close', [['extend', 'vote', 25, 15]], ['announce 1-5', 'propose 5-10', 'vote 10-25', 'implement 25-30', 'closed 30-']],
    ['put off the close beyond a whole stage', [['extend', 'vote', 31, 15]], ['announce 1-5', 'propose 5-10', 'vote 10-31', 'closed 31-']],
    [
      'put it off twice',
      [
        ['extend', 'vote', 25, 15],
        ['extend', 'vote', 28, 24],
      ],
      ['announce 1-5', 'propose 5-10', 'vote 10-28', 'implement 28-30', 'closed 30-'],
    ],
    [
      'end an extended vote by hand',
      [
        ['extend', 'vote', 25, 15],
        ['move', 'implement', 22],
      ],
      ['announce 1-5', 'propose 5-10', 'vote 10-22', 'implement 22-30', 'closed 30-'],
    ],
    [
      'extend a vote opened by hand',
      [
        ['move', 'vote', 7],
        ['extend', 'vote', 25, 15],
      ],
      ['announce 1-5', 'propose 5-7', 'vote 7-25', 'implement 25-30', 'closed 30-'],
    ],
    ['do not break one stage in two', [['move', 'vote', 11]], ['announce 1-5', 'propose 5-10', 'vote 10-20', 'implement 20-30', 'closed 30-']],
    ['begin before the first date', [['move', 'announce', 0]], ['announce 30-5', 'propose 5-10', 'vote 10-20', 'implement 20-30', 'closed 30-']],
  ];
  for (const [what, changes, expected] of table) it(what, () => expect(told(calendar(changes))).to.deep.equal(expected));

  it('apply changes in the order they were recorded, whatever their order in the record', () => {
    const changes: Change[] = [
      ['move', 'vote', 7],
      ['move', 'propose', 8],
      ['move', 'publish', 9],
    ];
    expect(told(calendar(changes.toReversed()))).to.deep.equal(told(calendar(changes)));
  });
});

describe('stageAt', () => {
  it('has a stage from its first moment on, and none before the first', () => {
    const cycle = calendar([]);
    expect(stageAt(cycle, new Date(day(1).getTime() - 1))).to.equal(undefined);
    expect(stageAt(cycle, day(1))).to.equal('announce');
    expect(stageAt(cycle, new Date(day(10).getTime() - 1))).to.equal('propose');
    expect(stageAt(cycle, day(10))).to.equal('vote');
    expect(stageAt(cycle, day(31))).to.equal('closed');
  });
});

describe('voteOf', () => {
  it('closes where the next stage given begins', () => {
    expect(voteOf(calendar([]), day(1))).to.deep.equal({ from: day(10), to: day(20) });
    expect(
      voteOf(
        calendar(
          [],
          [
            ['vote', 10],
            ['closed', 30],
          ],
        ),
        day(1),
      ),
    ).to.deep.equal({ from: day(10), to: day(30) });
    expect(voteOf(calendar([['move', 'implement', 15]]), day(1))).to.deep.equal({ from: day(10), to: day(15) });
  });

  it('is none where there is no vote, or it was passed over', () => {
    expect(
      voteOf(
        calendar(
          [],
          [
            ['propose', 5],
            ['closed', 30],
          ],
        ),
        day(1),
      ),
    ).to.equal(undefined);
    expect(voteOf(calendar([['move', 'evaluate', 7]]), day(1))).to.equal(undefined);
  });

  it('is the second opening after going back', () => {
    expect(
      voteOf(
        calendar([
          ['move', 'propose', 12],
          ['move', 'vote', 14],
        ]),
        day(1),
      ),
    ).to.deep.equal({ from: day(14), to: day(20) });
  });
});

describe('a vote that is held back', () => {
  const held = (...holds: [from: number, to?: number][]): Calendar => ({
    ...calendar([]),
    holds: holds.map(([from, to]) => ({ from: day(from), ...(to !== undefined && { to: day(to) }) })),
  });

  it('has its day until that has come, and then none until nothing holds it', () => {
    const cycle = held([6]);
    expect(voteOf(cycle, day(9))).to.deep.equal({ from: day(10), to: day(20) });
    expect(heldVote(cycle, day(9))).to.equal(undefined);
    expect(voteOf(cycle, day(10))).to.equal(undefined);
    expect(heldVote(cycle, day(10))).to.deep.equal({ from: day(10), to: day(20) });
    expect(stageAt(cycle, day(12))).to.equal('propose');
    expect(told(cycle, day(12))).to.deep.equal(['announce 1-5', 'propose 5-20', 'implement 20-30', 'closed 30-']);
  });

  it('opens when what held it is gone, whenever that is asked; what was gone before its day changes nothing', () => {
    for (const at of [9, 10, 13]) expect(told(held([6, 12]), day(at))[2], `on the ${at}th`).to.equal('vote 12-20');
    expect(told(held([3, 8]))[2]).to.equal('vote 10-20');
    expect(told(held([11]), day(15))[2], 'it was open already').to.equal('vote 10-20');
    expect(told(held([6, 12], [11, 14]), day(13))[2]).to.equal('vote 14-20');
    expect(told(held([6, 12], [11]), day(13))[2], 'something else holds it').to.equal('implement 20-30');
  });

  it('is over on its day: if it was held until then, there was none', () => {
    expect(voteOf(held([6]), day(21))).to.equal(undefined);
    expect(stageAt(held([6]), day(21))).to.equal('implement');
    expect(isOpen(held([6, 25]), day(22))).to.equal(false);
  });
});
