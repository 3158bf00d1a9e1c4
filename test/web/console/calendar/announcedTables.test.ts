import { expect } from 'chai';
import { nextTable } from '../../../../flows/progress.ts';
import { loadCatalogue } from '../../../../src/dialog/loadCatalogue.ts';
import { wording } from '../../../../src/dialog/wording.ts';
import { Cycle } from '../../../../src/fund/cycles/index.ts';
import { readFacts } from '../../../../src/fund/facts/readFacts.ts';
import { readProgress } from '../../../../src/fund/facts/readProgress.ts';
import { collection } from '../../../../src/store/collection.ts';
import { DAY_MS, dayOf } from '../../../../src/store/wallTime.ts';
import { useDatabase } from '../../../support/database.ts';
import { textsOf } from '../../../support/pdf.ts';
import { changeCycle, type Town, town } from '../../../support/town.ts';
import { until } from '../../../support/until.ts';
import { actsIn, staffAll, useOffice } from '../office.ts';

const PHONE = '+8613800000001';

describe('tables that are announced', () => {
  const { world } = useDatabase('announcedtables');
  const web = useOffice(world);
  let here: Town;
  beforeEach(async () => {
    const now = world.now().getTime();
    const stages = [
      { stage: 'publish' as const, from: new Date(now - DAY_MS) },
      { stage: 'vote' as const, from: new Date(now + DAY_MS) },
      { stage: 'implement' as const, from: new Date(now + 9 * DAY_MS) },
    ];
    here = await town(world, { cycle: { stages } });
    await staffAll(world, here.community);
  });
  const day = (days: number) => dayOf(new Date(world.now().getTime() + days * DAY_MS), 'Asia/Shanghai');
  const own = (path = '') => `/console/${here.community}/calendar/${here.cycle}${path}`;
  const tables = async () => (await collection(Cycle).findOne({ _id: here.cycle }))?.tables ?? [];
  const page = async (path = '') => (await (await fetch(`${web.url}/c/${here.community}${path}`)).text()).replaceAll(/\s+/g, ' ');

  it('are taken within the vote alone, told on page, hall, poster and in answers, and taken back; each is in the log', async () => {
    const { post, get } = await web.as('cadre');
    const table = { place: '三号院门口', day: day(3), from: '09:00', to: '17:30' };
    for (const [wrong, field] of [
      [{ place: '' }, '摆在哪里'],
      [{ from: '9点' }, '几点几分'],
      [{ to: '08:00' }, '收桌要比开始晚'],
      [{ day: day(0) }, '投票桌要在投票时间里'],
      [{ day: day(12) }, '投票桌要在投票时间里'],
    ] as const) {
      const refused = await post(own('/announceTable'), { ...table, ...wrong });
      expect([refused.status, (await refused.text()).includes(field)], JSON.stringify(wrong)).to.deep.equal([422, true]);
    }
    expect((await (await web.as('helper')).post(own('/announceTable'), table)).status, 'not for helpers').to.equal(403);
    expect(await tables()).to.deep.equal([]);
    const later = { place: '老年活动室', day: day(5), from: '14:00', to: '18:00' };
    for (const each of [later, table, table]) expect((await post(own('/announceTable'), each)).status).to.equal(303);
    expect(
      (await tables()).map(({ place }) => place),
      'in order of time, each once',
    ).to.deep.equal([table.place, later.place]);
    const isTold = (text: string) => text.includes(table.place) && text.includes('09:00–17:30');
    await until('the console’s calendar', async () => isTold(await (await get(`/console/${here.community}/calendar`)).text()));
    for (const path of ['', '/poster', '/hall']) await until(`page ${path}`, async () => isTold(await page(path)));
    expect(await page('?lang=en')).to.contain('On paper');
    for (const document of ['poster', 'brochure']) {
      const file = await get(`/console/${here.community}/print/file?document=${document}&in=zh-CN`);
      const said = (await textsOf(new Uint8Array(await file.arrayBuffer())))
        .flat()
        .map(({ text }) => text.replaceAll('\u00a0', ' '))
        .join('');
      expect(said, document).to.contain(table.place).and.contain('09:00–17:30').and.contain(later.place);
    }

    const told = await readProgress(world, {}, here.act(PHONE));
    const facts = await readFacts(world, { wants: [] }, here.act(PHONE));
    const ahead = 'tables' in told ? (told.tables ?? []) : [];
    expect(facts.cycle?.tables).to.deep.equal(ahead);
    const catalogue = await loadCatalogue();
    const at = new Date('2026-12-01T03:00:00Z');
    const spoken = (language: string, channel: 'sms' | 'voice') => {
      const lists = { offer: () => '', readBack: () => '', ...(channel === 'voice' && { isSpoken: true as const }) };
      const words = wording(catalogue, { language, channel, lists, zone: 'Asia/Shanghai', at });
      const fixed = ahead.map((each, index) => ({ ...each, from: `2026-12-0${5 + index}T01:00:00Z`, to: `2026-12-0${5 + index}T09:30:00Z` }));
      return nextTable(fixed).map(words);
    };
    expect(spoken('zh-CN', 'sms')).to.deep.equal(['投票桌5号上午9点到下午5点半在三号院门口', '后面还有1场']);
    expect(spoken('zh-CN', 'voice')).to.deep.equal(['投票桌5号上午9点到下午5点半，在三号院门口。', '后面还有一场。']);
    expect(spoken('en', 'sms')).to.deep.equal(['Voting table: 9 am on 5 Dec to 5:30 pm, 三号院门口', '1 more after that']);

    const [first] = await tables();
    expect((await post(own('/withdrawTable'), { place: table.place, from: first?.from.toISOString() ?? '' })).status).to.equal(303);
    expect((await tables()).map(({ place }) => place)).to.deep.equal([later.place]);
    await until('a page without it', async () => !(await page()).includes(table.place));
    expect((await actsIn(here.community)).filter((act) => act.endsWith('Table'))).to.deep.equal([
      'cycle.announceTable',
      'cycle.announceTable',
      'cycle.withdrawTable',
    ]);
  });

  it('are no longer told once the vote has ended before them, and the calendar says so', async () => {
    const { post, get } = await web.as('cadre');
    expect((await post(own('/announceTable'), { place: '三号院门口', day: day(2), from: '09:00', to: '12:00' })).status).to.equal(303);
    const ended = { kind: 'move' as const, stage: 'implement' as const, from: world.now(), by: '李姐', at: world.now() };
    const opened = { ...ended, stage: 'vote' as const, from: new Date(world.now().getTime() - 1_000) };
    await changeCycle(world, here.cycle, { $push: { moves: { $each: [opened, ended] } } });
    await until('an answer without it', async () => !('tables' in (await readProgress(world, {}, here.act(PHONE)))));
    expect(await (await get(`/console/${here.community}/calendar?cycle=${here.cycle}`)).text()).to.contain('不在投票时间里，大家看不到');
  });
});
