import { expect } from 'chai';
import { type Dated, logHeads, nextMoment, occasionsAt } from '../../../src/outreach/calendar/occasions.ts';
import { newsOfWorks, ratingAsks, worksDue } from '../../../src/outreach/calendar/worksToTell.ts';
import { daysFrom } from '../../../src/store/wallTime.ts';

const HOUR = 60 * 60 * 1_000;
const at = (text: string) => new Date(`${text}+08:00`);

function cycle(over: Partial<Dated> = {}): Dated {
  return {
    _id: 'c',
    community: 'qingsong',
    importedAt: at('2026-10-20T09:00'),
    stages: [
      { stage: 'announce', from: at('2026-11-01T00:00') },
      { stage: 'propose', from: at('2026-11-10T00:00') },
      { stage: 'vote', from: at('2026-12-01T08:00') },
      { stage: 'implement', from: at('2026-12-15T20:00') },
      { stage: 'closed', from: at('2027-11-30T00:00') },
    ],
    moves: [],
    frozen: { at: at('2026-12-01T08:00'), ballot: '', hash: '', residents: 900, timezone: 'Asia/Shanghai' },
    ...over,
  };
}

const due = (dated: Dated, now: Date, zone = 'Asia/Shanghai') =>
  occasionsAt(dated, zone, now).map(({ kind, said }) => (kind === 'news' ? said.key : kind));

/** Every occasion in its order, found by a look once an hour; each with the moment of the first look that found it. */
function seen(dated: Dated, zone: string, from: Date, to: Date): [id: string, first: Date][] {
  const first = new Map<string, Date>();
  for (let now = from.getTime(); now < to.getTime(); now += HOUR)
    for (const { id } of occasionsAt(dated, zone, new Date(now))) if (!first.has(id)) first.set(id, new Date(now));
  return [...first];
}

describe('what the calendar has us say', () => {
  it('in a whole cycle: each step, the opening, two reminders, and a head every evening', () => {
    const all = seen(cycle(), 'Asia/Shanghai', at('2026-10-20T00:00'), at('2026-12-20T00:00')).map(([id]) => id.split('|'));
    expect(all.filter(([kind]) => kind !== 'head').map(([kind, , ...rest]) => [kind, rest.at(-1)])).to.deep.equal([
      ['news', at('2026-11-01T00:00').toISOString()],
      ['news', at('2026-11-10T00:00').toISOString()],
      ['opens', at('2026-12-01T08:00').toISOString()],
      ['closing', at('2026-12-12T20:00').toISOString()],
      ['closing', at('2026-12-14T20:00').toISOString()],
      ['news', at('2026-12-15T20:00').toISOString()],
    ]);
    const heads = all.filter(([kind]) => kind === 'head').map(([, , moment]) => moment);
    expect(heads).to.deep.equal(Array.from({ length: 15 }, (_, index) => daysFrom(at('2026-12-01T20:00'), index, 'Asia/Shanghai').toISOString()));
  });

  it('one thing about the vote at any moment, whatever was missed; what makes no sense any more is dropped', () => {
    expect(due(cycle(), at('2026-12-01T19:59'))).to.deep.equal(['opens']);
    expect(due(cycle(), at('2026-12-05T03:00'))).to.deep.equal(['opens', 'head']);
    expect(due(cycle(), at('2026-12-13T12:00'))).to.deep.equal(['closing', 'head']);
    expect(due(cycle(), at('2026-12-15T19:59'))).to.deep.equal(['closing', 'head']);
    expect(due(cycle(), at('2026-12-15T20:00'))).to.deep.equal(['notice.news.implement', 'head']);
    expect(due(cycle(), at('2026-12-23T12:00'))).to.deep.equal([]);
    const unvoted = cycle().stages.filter(({ stage }) => stage !== 'vote');
    expect(due(cycle({ stages: unvoted }), at('2026-12-15T20:00'))).to.deep.equal(['notice.news.workWithoutVote']);
  });

  it('is the same for the same moment, so that a clock set back tells nothing new', () => {
    const twice = [at('2026-12-12T20:30'), at('2026-12-11T20:30'), at('2026-12-12T20:30')].map((now) => occasionsAt(cycle(), 'Asia/Shanghai', now));
    expect(twice[2]).to.deep.equal(twice[0]);
    expect(twice[1]?.filter(({ kind }) => kind !== 'head').map(({ kind }) => kind)).to.deep.equal(['opens']);
  });

  it('says nothing of before the cycle was known', () => {
    expect(due(cycle({ importedAt: at('2026-12-03T10:00') }), at('2026-12-03T10:01'))).to.deep.equal([]);
    expect(due(cycle({ importedAt: at('2026-12-03T10:00') }), at('2026-12-12T20:01'))).to.deep.equal(['closing', 'head']);
  });

  it('a short vote is not reminded of right behind its opening', () => {
    const short = (hours: number) =>
      cycle({
        stages: [
          { stage: 'vote', from: at('2026-12-01T08:00') },
          { stage: 'implement', from: new Date(at('2026-12-01T08:00').getTime() + hours * HOUR) },
        ],
      });
    const kinds = (hours: number) =>
      seen(short(hours), 'Asia/Shanghai', at('2026-12-01T07:00'), at('2026-12-30T00:00')).filter(([id]) => id.startsWith('closing'));
    expect([kinds(10), kinds(30), kinds(40), kinds(80), kinds(90)].map(({ length }) => length)).to.deep.equal([0, 0, 1, 1, 2]);
  });

  it('an extension brings the days before its close, a close brought forward drops them', () => {
    const by = { by: '王芳', at: at('2026-12-14T21:00') };
    const longer = cycle({ moves: [{ kind: 'extend', stage: 'vote', from: at('2026-12-20T20:00'), ...by }] });
    expect(due(longer, at('2026-12-17T20:00'))).to.deep.equal(['closing', 'head']);
    const over = cycle({ moves: [{ kind: 'move', stage: 'implement', from: at('2026-12-14T21:00'), ...by }] });
    expect(due(over, at('2026-12-14T21:00'))).to.deep.equal(['notice.news.implement', 'head']);
  });

  it('waits with what follows, and with the last head, until the slips of paper are closed; nobody is told to vote meanwhile', () => {
    const paper = cycle({ paper: { until: at('2026-12-16T12:00') } });
    const all = ['2026-12-15T19:59', '2026-12-15T20:00', '2026-12-16T11:59', '2026-12-16T12:00', '2026-12-17T08:00', '2026-12-18T08:00'];
    expect(all.map((moment) => due(paper, at(moment)))).to.deep.equal([
      ['closing', 'head'],
      ['head'],
      ['head'],
      ['notice.news.implement', 'head'],
      ['notice.news.implement', 'head'],
      ['notice.news.implement'],
    ]);
    const next = (now: string) => nextMoment(paper, { timezone: 'Asia/Shanghai', quiet: '21:00-08:00' }, at(now));
    expect(next('2026-12-16T09:00')).to.deep.equal({ at: at('2026-12-16T12:00'), what: 'implement' });
    expect(next('2026-12-16T12:00')).to.deep.equal({ at: at('2026-12-16T20:00'), what: 'head' });
  });

  it('with few residents tells where the ledger stands every evening, too', () => {
    const few = cycle({ frozen: { at: at('2026-12-01T08:00'), ballot: '', hash: '', residents: 40, timezone: 'Asia/Shanghai', day: '2026-12-01' } });
    const heads = seen(few, 'Asia/Shanghai', at('2026-12-01T00:00'), at('2026-12-20T00:00')).filter(([id]) => id.startsWith('head'));
    expect(heads.map(([, first]) => first)).to.deep.equal(
      Array.from({ length: 15 }, (_, index) => daysFrom(at('2026-12-01T20:00'), index, 'Asia/Shanghai')),
    );
  });

  it('tells the head of the log on Monday morning, once a week, from the first day of the cycle on', () => {
    const ids = new Set<string>();
    for (let now = at('2026-10-20T00:00').getTime(); now < at('2026-11-18T00:00').getTime(); now += HOUR)
      for (const { id } of logHeads(cycle(), 'Asia/Shanghai', new Date(now))) ids.add(id);
    expect([...ids]).to.deep.equal(['2026-11-02', '2026-11-09', '2026-11-16'].map((day) => `logHead|qingsong|${at(`${day}T08:00`).toISOString()}`));
  });

  for (const [zone, opens, close, before] of [
    ['Europe/Berlin', '2026-03-20T08:00+01:00', '2026-03-30T20:00+02:00', '2026-03-27T20:00+01:00'],
    ['America/Santiago', '2026-03-28T08:00-03:00', '2026-04-06T20:00-04:00', '2026-04-03T20:00-03:00'],
    ['Australia/Lord_Howe', '2026-09-25T08:00+10:30', '2026-10-06T20:00+11:00', '2026-10-03T20:00+10:30'],
  ] as const) {
    it(`counts days as the clocks on the wall do: ${zone}`, () => {
      const stages = [
        { stage: 'vote' as const, from: new Date(opens) },
        { stage: 'implement' as const, from: new Date(close) },
      ];
      const told = seen(cycle({ stages, importedAt: new Date('2026-01-01') }), zone, new Date(opens), new Date(close));
      const [first] = told.filter(([id]) => id.startsWith('closing'));
      expect(first?.[0]).to.equal(`closing|c|${new Date(before).toISOString()}`);
      const heads = told.filter(([id]) => id.startsWith('head'));
      const wall = new Intl.DateTimeFormat('en-GB', { timeZone: zone, hour: '2-digit', minute: '2-digit' });
      expect(new Set(heads.map(([id]) => wall.format(new Date(id.split('|')[2] ?? ''))))).to.deep.equal(new Set(['20:00']));
    });
  }

  it('asks what residents think of a work once it is accepted: no more than two works in any week, and nobody while a vote is open', () => {
    const projects = [1, 2, 3, 4, 5].map((number) => ({ number, title: `项目${number}`, cost: 1 }));
    const accepted = (number: number, day: string, state: 'accepted' | 'finished' = 'accepted', cycle = 'c') => ({
      ...{ _id: { cycle, number }, community: 'qingsong', state, offers: [], papers: [], news: 0, revision: 0 },
      steps: [{ state: 'accepted' as const, day, by: '周敏', at: at(`${day}T15:00`) }],
    });
    const cycles = ['c', 'before'].map((_id) => ({ _id, community: 'qingsong', projects }));
    const asks = (works: ReturnType<typeof accepted>[], votes: { from: Date; to: Date }[] = []) => {
      const all = ratingAsks(cycles, works, 'Asia/Shanghai', votes);
      for (let now = at('2027-03-01T12:00'); now < at('2027-05-01T12:00'); now = daysFrom(now, 1, 'Asia/Shanghai')) {
        const found = worksDue(cycles, works, { timezone: 'Asia/Shanghai', votes, now }).filter(({ kind }) => kind === 'rate');
        expect(found, now.toISOString()).to.deep.equal(all.filter(({ from, until }) => from <= now && now < until));
      }
      return all.map(({ cycle: of, id, from }) => [...(of === 'c' ? [] : [of]), Number(id.split('|')[2]), from.toISOString()]);
    };
    const morning = (day: string) => at(`${day}T09:00`).toISOString();
    const [one, two, three] = [accepted(1, '2027-03-01'), accepted(2, '2027-03-01'), accepted(3, '2027-03-02')];
    const [four, five] = [accepted(4, '2027-03-20'), accepted(5, '2027-03-02')];
    expect(asks([three, four, one, five, two])).to.deep.equal([
      [1, morning('2027-03-02')],
      [2, morning('2027-03-02')],
      [3, morning('2027-03-11')],
      [5, morning('2027-03-11')],
      [4, morning('2027-03-21')],
    ]);
    expect(asks([{ ...one, state: 'finished' }, two, three])).to.deep.equal([
      [2, morning('2027-03-02')],
      [3, morning('2027-03-11')],
    ]);
    expect(asks([one, accepted(4, '2027-03-01', 'accepted', 'before'), three]), 'late works of last year').to.deep.equal([
      [1, morning('2027-03-02')],
      ['before', 4, morning('2027-03-02')],
      [3, morning('2027-03-11')],
    ]);
    const vote = { from: at('2027-03-03T08:00'), to: at('2027-03-10T20:00') };
    expect(asks([one], [vote])).to.deep.equal([[1, morning('2027-03-11')]]);
  });

  it('tells who asked for news on the next morning that works came further, in one line a day', () => {
    const projects = [1, 2].map((number) => ({ number, title: `项目${number}`, cost: 1 }));
    const step = (number: number, state: 'signed' | 'accepted', when: string) => ({ number, state, day: when.slice(0, 10), at: at(when) });
    const taken = [step(1, 'signed', '2027-03-01T10:00'), step(2, 'signed', '2027-03-01T18:00'), step(1, 'accepted', '2027-03-05T10:00')];
    const told = newsOfWorks({ _id: 'c', community: 'qingsong', projects }, taken, 'Asia/Shanghai');
    expect(told.map(({ to, from, until, said }) => [to, from, until, said.params?.works])).to.deep.equal([
      ['subscribers', at('2027-03-06T08:00'), at('2027-03-13T08:00'), [{ number: 1, label: '项目1', cost: 1 }]],
      ['subscribers', at('2027-03-02T08:00'), at('2027-03-06T08:00'), [1, 2].map((number) => ({ number, label: `项目${number}`, cost: 1 }))],
    ]);
  });
});
