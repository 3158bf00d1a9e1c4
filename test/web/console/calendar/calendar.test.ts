import { expect } from 'chai';
import { Cycle } from '../../../../src/fund/cycles/index.ts';
import { operator } from '../../../../src/fund/people/index.ts';
import { Second } from '../../../../src/fund/second/second.ts';
import { collection } from '../../../../src/store/collection.ts';
import { DAY_MS, dayOf } from '../../../../src/store/wallTime.ts';
import { extendCycle } from '../../../support/cycles.ts';
import { useDatabase } from '../../../support/database.ts';
import { type Town, town, votingNow } from '../../../support/town.ts';
import { until } from '../../../support/until.ts';
import { actsIn, browse, staffAll, useOffice } from '../office.ts';

const NEW = {
  ...{ title: '2090年的资金', budget: '300,000', currency: 'CNY', rule: 'greedy', min: '1', max: '3' },
  ...{ 'announce-day': '2090-01-01', 'vote-day': '2090-03-01', 'vote-time': '08:00', 'implement-day': '2090-03-15', 'implement-time': '20:00' },
};

const today = (from: number) => dayOf(new Date(Date.now() + from), 'Asia/Shanghai');

describe('the calendar in the console', () => {
  const { world } = useDatabase('consolecalendar');
  const web = useOffice(world);
  let here: Town;
  beforeEach(async () => {
    here = await town(world);
    await staffAll(world, here.community);
  });

  const { as } = web;
  const own = (path = '') => `/console/${here.community}/calendar${path}`;
  const cycles = () => collection(Cycle).find({ community: here.community }).sort({ _id: 1 }).toArray();
  const acts = async () => (await actsIn(here.community)).filter((act) => act !== 'staff.add');
  /** The hidden fields of a form of the page. */
  const seenOn = (page: string) => ({ cycle: here.cycle, seen: /name="seen" value="(\w+)"/.exec(page)?.[1] ?? '' });
  const seen = async () => seenOn(await (await (await as('cadre')).get(own())).text());

  it('moves a stage, once; who looked at another calendar changes nothing', async () => {
    const { post, get } = await as('cadre');
    const before = await seen();
    const moved = await post(own(`/${here.cycle}/move`), { ...before, stage: 'deliberate' });
    expect(moved.headers.get('location')).to.equal(own(`?cycle=${here.cycle}&done=cycle.move`));
    expect(await (await get(own())).text()).to.match(/<tr aria-current="step"><td><b>议事会商量/);
    const stale = await post(own(`/${here.cycle}/move`), { ...before, stage: 'publish', reason: '快点' });
    expect(stale.status).to.equal(409);
    expect(await stale.text())
      .to.include('刚才有人改过日程')
      .and.to.include('value="快点"');
    expect(await acts()).to.deep.equal(['cycle.move']);
    expect((await post(own(`/${here.cycle}/move`), { ...(await seen()), stage: '' })).status).to.equal(422);
    expect((await post(own(`/${here.cycle}/move`), { ...(await seen()), stage: 'implement' })).status, 'a reason is missing').to.equal(422);
    expect(await acts()).to.deep.equal(['cycle.move']);
  });

  it('extends the vote, and ends it early, with a supervisor alone', async () => {
    here = await town(world, { cycle: votingNow(world) });
    await staffAll(world, here.community);
    const [cadre, supervisor] = [await as('cadre'), await as('supervisor')];
    const given = { ...(await seen()), day: '2090-05-01', time: '20:00', reason: '下雨' };
    expect((await cadre.post(own(`/${here.cycle}/extend`), { ...given, reason: '' })).status).to.equal(422);
    expect((await cadre.post(own(`/${here.cycle}/extend`), { ...given, day: '2090-13-01' })).status).to.equal(422);
    expect((await cadre.post(own(`/${here.cycle}/extend`), { ...given, day: '2001-01-01' })).status).to.equal(422);
    expect((await supervisor.post(own(`/${here.cycle}/extend`), given)).status).to.equal(403);
    expect((await cadre.post(own(`/${here.cycle}/extend`), given)).headers.get('location')).to.equal(
      `/console/${here.community}/second/1?done=asked`,
    );
    const early = await cadre.post(own(`/${here.cycle}/move`), { ...given, stage: 'implement', reason: '都投了' });
    expect(early.headers.get('location')).to.equal(`/console/${here.community}/second/2?done=asked`);
    expect((await cadre.post(own(`/${here.cycle}/extend`), { ...given, day: '2090-05-03' })).headers.get('location'), 'it waits once').to.equal(
      `/console/${here.community}/second/1?done=already`,
    );
    const twoDaysOn = dayOf(new Date(world.now().getTime() + 2 * DAY_MS), 'Asia/Shanghai');
    const ofSlips = await cadre.post(own(`/${here.cycle}/extend`), { ...given, what: 'slips', day: twoDaysOn, time: '12:00', reason: '纸票多' });
    expect(ofSlips.headers.get('location'), 'not the vote’s').to.equal(`/console/${here.community}/second/3?done=asked`);
    expect((await cadre.post(`/console/${here.community}/second/3/refuse`, { reason: '先等等' })).status, 'taken back').to.equal(303);
    expect((await cycles())[0]?.moves).to.deep.equal([]);
    const page = await (await supervisor.get(`/console/${here.community}/second/1`)).text();
    expect(page).to.include('2090年5月1日').and.to.include('下雨');
    expect((await supervisor.post(`/console/${here.community}/second/1/confirm`)).status).to.equal(303);
    expect((await cycles())[0]?.moves[0]?.from.toISOString()).to.equal('2090-05-01T12:00:00.000Z');
    expect((await supervisor.post(`/console/${here.community}/second/2/confirm`)).status, 'the calendar is another one').to.equal(409);
    expect((await cycles())[0]?.moves.length).to.equal(1);
    const slips = { ...(await seen()), what: 'slips', day: '2090-05-02', time: '12:00', reason: '纸票多' };
    expect(await (await cadre.post(own(`/${here.cycle}/extend`), { ...slips, day: '2090-05-05' })).text()).to.include('72小时');
    expect((await cadre.post(own(`/${here.cycle}/extend`), slips)).headers.get('location')).to.equal(
      `/console/${here.community}/second/4?done=asked`,
    );
    expect((await supervisor.post(`/console/${here.community}/second/4/confirm`)).status).to.equal(303);
    expect(await (await cadre.get(own())).text()).to.include('纸质选票录到2090年5月2日');
    expect(await collection(Second).countDocuments({ '_id.community': here.community, state: 'waiting' })).to.equal(1);
  });

  it('makes a new round, once, from nothing or a year later, and says at the field what is wrong', async () => {
    const { get, post } = await as('cadre');
    const empty = await (await get(own('/new'))).text();
    const id = /name="id" value="([^"]+)"/.exec(empty)?.[1] ?? '';
    const wrong = await post(own('/new'), {
      ...NEW,
      id,
      title: '',
      budget: 'x',
      max: '0',
      'implement-day': '',
      'implement-time': '',
      'announce-day': '2091-02-30',
    });
    expect(wrong.status).to.equal(422);
    const told = await wrong.text();
    for (const name of ['title', 'budget', 'max', 'vote-day', 'announce-day']) expect(told, name).to.include(`id="${name}-mistake"`);
    expect(told).to.include('value="x"').and.to.include('value="2091-02-30"');
    const order = await (await post(own('/new'), { ...NEW, id, 'vote-day': '2089-01-01' })).text();
    expect(order).to.match(/id="vote-day-mistake">「投票」（[\d-]+）要晚于「[^」]+」（[\d-]+）/);
    const late = await (await post(own('/new'), { ...NEW, id, 'slips-day': '2090-03-19' })).text();
    expect(late).to.match(/id="slips-day-mistake">.*72小时/);
    expect((await cycles()).length).to.equal(1);
    const answers = await Promise.all(
      [1, 2].map(() => post(own('/new'), { ...NEW, id, 'slips-day': '2090-03-16', 'slips-time': '12:00', 'slips-key': 'atOnce' })),
    );
    expect(answers.map(({ status }) => status).sort()).to.deep.equal([303, 409]);
    const made = (await cycles()).find(({ _id }) => _id === id);
    expect(made).to.deep.include({ title: '2090年的资金', budget: 300_000, projects: [], moves: [], choices: { min: 1, max: 3 }, threshold: 1 });
    expect(made?.stages.map(({ stage, from }) => [stage, from.toISOString()])).to.deep.equal([
      ['announce', '2089-12-31T16:00:00.000Z'],
      ['vote', '2090-03-01T00:00:00.000Z'],
      ['implement', '2090-03-15T12:00:00.000Z'],
    ]);
    expect(made?.paper).to.deep.equal({ until: new Date('2090-03-16T04:00:00.000Z'), key: 'atOnce' });
    expect(await acts()).to.deep.equal(['cycle.plan']);
    const next = await (await get(own(`/new?from=${id}`))).text();
    expect(next)
      .to.include('value="2091年的资金"')
      .and.to.include('value="2091-03-01"')
      .and.to.include('value="20:00"')
      .and.to.include('value="atOnce" selected');
  });

  it('proposes dates that begin now, moves all after the first along with it, and asks about lengths that are odd', async () => {
    const { get, post } = await as('cadre');
    const form = async (answer: Response) => {
      const page = await answer.text();
      const values = [...page.matchAll(/name="([\w-]+)" (?:id="[^"]*" )?value="([^"]*)"|id="[^"]*" name="([\w-]+)"[^>]* value="([^"]*)"/g)];
      return { page, of: Object.fromEntries(values.map(([, one, its, other, theirs]) => [one ?? other, its ?? theirs ?? ''])) };
    };
    const first = await form(await get(own('/new')));
    expect(first.of['announce-day']).to.equal(today(0));
    expect(first.of['propose-day']).to.equal(today(7 * DAY_MS));
    const given = { ...first.of, do: '', title: '2090年的资金', budget: '200000', currency: 'CNY', rule: 'greedy', min: '1', max: '3' };
    const moved = await form(await post(own('/new'), { ...given, 'announce-day': today(3 * DAY_MS), do: 'shift' }));
    for (const [stage, days] of [
      ...[
        ['announce', 3],
        ['propose', 10],
        ['deliberate', 40],
        ['publish', 54],
        ['vote', 64],
        ['implement', 71],
      ],
    ] as const)
      expect(moved.of[`${stage}-day`], String(stage)).to.equal(today(Number(days) * DAY_MS));
    expect((await cycles()).length, 'nothing was saved').to.equal(1);
    const short = { ...given, 'propose-time': '08:00', 'deliberate-day': given['propose-day'] ?? '', 'deliberate-time': '13:00' };
    const asked = await post(own('/new'), short);
    expect([asked.status, /「收提议」一共5小时/.test(await asked.text())]).to.deep.equal([422, true]);
    const early = { ...given, sure: 'yes', 'vote-day': given['publish-day'] ?? '', 'vote-time': '08:05' };
    const told = await post(own('/new'), early);
    expect([told.status, /id="vote-day-mistake">「投票」太早：公示要满7天/.test(await told.text())]).to.deep.equal([422, true]);
    expect((await cycles()).length).to.equal(1);
    expect((await post(own('/new'), { ...short, sure: 'yes' })).status).to.equal(303);
    await until('the stage', async () => (await (await get(`/console/${here.community}`)).text()).includes('<h2 id="lead">开始宣传'));
  });

  it('lets nobody alone bring a vote closer to its publication, by dates or by hand', async () => {
    const from = (days: number) => new Date(Math.floor(world.now().getTime() / 60_000) * 60_000 + days * DAY_MS);
    const stages = [
      { stage: 'publish' as const, from: from(-1) },
      { stage: 'vote' as const, from: from(9) },
      { stage: 'implement' as const, from: from(16) },
    ];
    here = await town(world, { residents: 2, cycle: { ...votingNow(world), stages } });
    await staffAll(world, here.community);
    const [cadre, supervisor] = [await as('cadre'), await as('supervisor')];
    const dates = (vote: number, publishDay = today(-DAY_MS)) => ({
      ...{ 'publish-day': publishDay, 'publish-time': '08:00', 'vote-day': today(vote * DAY_MS), 'vote-time': '08:00' },
      ...{ 'implement-day': today(16 * DAY_MS), 'implement-time': '20:00' },
    });
    const backdated = await cadre.post(own('/dates'), { ...(await seen()), ...dates(3, today(-20 * DAY_MS)) });
    expect(backdated.status, 'nothing is published yet').to.equal(422);
    expect(await published(cadre, supervisor)).to.equal(303);
    for (const wrong of [dates(3), dates(3, '')]) expect((await cadre.post(own('/dates'), { ...(await seen()), ...wrong })).status).to.equal(422);
    expect((await cadre.post(own('/dates'), { ...(await seen()), ...dates(8) })).status, 'a week after it was published').to.equal(303);
    const page = await (await cadre.get(own())).text();
    expect(page)
      .to.match(/公示到[^<]*要监督委员同意/)
      .and.to.include('实施（跳过：投票）');
    const asked = await cadre.post(own(`/${here.cycle}/move`), { ...(await seen()), stage: 'vote' });
    expect(asked.headers.get('location')).to.equal(`/console/${here.community}/second/1?done=asked`);
    expect((await cycles())[0]?.moves, 'nothing has changed').to.deep.equal([]);
    expect(await (await supervisor.get(`/console/${here.community}/second/1`)).text()).to.include('公示到');
    expect((await supervisor.post(`/console/${here.community}/second/1/confirm`)).status).to.equal(303);
    expect((await cycles())[0]?.moves.map(({ stage }) => stage)).to.deep.equal(['vote']);
  });

  /** Publishes the list of the town's cycle, and has it checked; the last answer's status. */
  const published = async (cadre: Awaited<ReturnType<typeof as>>, supervisor: Awaited<ReturnType<typeof as>>) => {
    const at = (path = '') => `/console/${here.community}/publication${path}`;
    const hidden = (page: string) =>
      Object.fromEntries([...page.matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [name, value]));
    expect((await cadre.post(at(`/${here.cycle}/publish`), hidden(await (await cadre.get(at())).text()))).status).to.equal(303);
    return (await supervisor.post(at(`/${here.cycle}/check`), { ...hidden(await (await supervisor.get(at())).text()), is: 'right' })).status;
  };

  it('begins no second round while a vote is open, and changes no date up to its close', async () => {
    here = await town(world, { cycle: votingNow(world) });
    await staffAll(world, here.community);
    const { post, get } = await as('cadre');
    const id = `${here.community}-neu`;
    const now = await post(own('/new'), { ...NEW, id, sure: 'yes', 'announce-day': '2020-01-01' });
    expect(now.status).to.equal(422);
    expect(await now.text()).to.include('别的一轮正在投票');
    const dates = await post(own('/dates'), { ...(await seen()), ...NEW });
    expect(dates.status).to.equal(422);
    expect(await dates.text()).to.include('这个日期不能改了');
    expect((await cycles()).map(({ _id }) => _id)).to.deep.equal([here.cycle]);
    expect((await post(own('/new'), { ...NEW, id })).status, 'one that begins later').to.equal(303);
    expect((await get(own(`?cycle=${id}`))).status).to.equal(200);
  });

  it('gives other dates to a round whose vote has not opened, unless somebody was faster', async () => {
    const { post } = await as('cadre');
    const before = await seen();
    await extendCycle(world)({ id: here.cycle, to: new Date(Date.now() + 12 * DAY_MS), actor: operator('李姐'), reason: '下雨' });
    const stale = await post(own('/dates'), { ...before, ...NEW });
    expect(stale.status).to.equal(409);
    expect(await stale.text()).to.include('value="2090-03-15"');
    for (const [from, to] of [
      ['2090-03-01T02:00', '2090-03-01T03:00'],
      ['2090-03-01T20:00', '2090-03-02T08:00'],
      ['2090-03-01T13:00', '2090-03-01T20:59'],
      [`${today(-DAY_MS)}T08:00`, `${today(0)}T00:01`],
    ]) {
      const [day = '', time = '', close = '', closes = ''] = `${from}T${to}`.split('T');
      const night = {
        sure: 'yes',
        'announce-day': '2020-01-01',
        'vote-day': day,
        'vote-time': time,
        'implement-day': close,
        'implement-time': closes,
      };
      const refused = await post(own('/dates'), { ...(await seen()), ...NEW, ...night });
      expect(refused.status, `${from} to ${to}`).to.equal(422);
      expect(await refused.text()).to.include('白天（6点到22点）');
    }
    expect((await post(own('/dates'), { ...(await seen()), ...NEW })).status).to.equal(303);
    expect((await cycles())[0]?.stages.map(({ stage }) => stage)).to.deep.equal(['announce', 'vote', 'implement']);
    expect((await cycles())[0]?.projects.length).to.equal(2);
    expect(await acts()).to.deep.equal(['cycle.extend', 'cycle.plan']);
  });

  it('is nobody’s who may not, and of no other community', async () => {
    const elsewhere = await town(world);
    const forms: [string, Record<string, string>][] = [
      [`/${here.cycle}/move`, { stage: 'deliberate' }],
      [`/${here.cycle}/extend`, { day: '2090-05-01', time: '20:00', reason: '下雨' }],
      ['/dates', NEW],
      ['/new', { ...NEW, id: `${here.community}-x` }],
    ];
    for (const role of ['council', 'supervisor', 'helper', 'implementer', 'office'] as const)
      for (const [path, form] of forms)
        expect((await (await as(role)).post(own(path), { ...form, cycle: here.cycle, seen: 'x' })).status, `${role} ${path}`).to.equal(403);
    const cadre = await as('cadre');
    for (const [path, form] of forms.slice(0, 3))
      expect(
        (await cadre.post(own(path.replace(here.cycle, elsewhere.cycle)), { ...form, cycle: elsewhere.cycle, seen: 'x' })).status,
        path,
      ).to.equal(404);
    expect((await cadre.get(own(`?cycle=${elsewhere.cycle}`))).status).to.equal(404);
    expect((await cadre.post(own('/new'), { ...NEW, id: elsewhere.cycle })).status).to.equal(409);
    expect(await acts()).to.deep.equal([]);
  });

  it('is a file for who is signed in, and nobody else', async () => {
    const { get } = await as('council');
    const file = await get(own('.ics'));
    expect(file.headers.get('content-type')).to.match(/^text\/calendar/);
    expect(file.headers.get('cache-control')).to.equal('no-store');
    expect(await file.text())
      .to.match(/^BEGIN:VCALENDAR\r\n/)
      .and.to.include('SUMMARY:青松社区 投票\r\n');
    expect((await browse(() => web).get(own('.ics'))).status).to.equal(303);
  });
});
