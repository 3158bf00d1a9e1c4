import { expect } from 'chai';
import { Cycle } from '../../../src/fund/cycles/index.ts';
import { Proposal } from '../../../src/fund/proposals/index.ts';
import { collection } from '../../../src/store/collection.ts';
import { DAY_MS } from '../../../src/store/wallTime.ts';
import { useDatabase } from '../../support/database.ts';
import { type Town, town } from '../../support/town.ts';
import { until } from '../../support/until.ts';
import { staffAll, useOffice } from './office.ts';

describe('the console before the first day of a round', () => {
  const { world } = useDatabase('notbegun');
  const web = useOffice(world);
  let here: Town;
  beforeEach(async () => {
    const from = (days: number) => new Date(world.now().getTime() + days * DAY_MS);
    here = await town(world, {
      cycle: {
        title: '2090年的资金',
        stages: [
          { stage: 'propose', from: from(6) },
          { stage: 'vote', from: from(60) },
          { stage: 'implement', from: from(67) },
        ],
      },
    });
    await staffAll(world, here.community);
  });

  const own = (path = '') => `/console/${here.community}${path}`;
  const PAGES = ['/ballot', '/ballot/project', '/proposals/new', '/proposals/opinions', '/turnout'];

  it('says on its pages what comes, and when, with the menu and the way to the dates; and takes nothing before', async () => {
    const { get, post } = await web.as('cadre');
    for (const path of PAGES) {
      const page = await get(own(path));
      expect(page.status, path).to.equal(200);
      expect(await page.text(), path)
        .to.include('2090年的资金')
        .and.to.include('从「收提议」开始')
        .and.to.include('<nav class="tabs"')
        .and.to.include(`class="more" href="${own('/calendar')}"`);
    }
    const early = await post(own('/proposals/enter'), { text: '修路灯', origin: 'paper', key: '0123abcd' });
    expect(early.status).to.equal(409);
    expect(await early.text()).to.include('从「收提议」开始');
    expect(await collection(Proposal).countDocuments({ '_id.cycle': here.cycle })).to.equal(0);
    await collection(Cycle).deleteMany({ community: here.community });
    await until('the page without a round', async () => (await (await get(own('/ballot'))).text()).includes('先到「日程」做一轮'));
  });

  it('begins at once where Today and the calendar offer it', async () => {
    const { get, post } = await web.as('cadre');
    const today = await (await get(own())).text();
    expect(today)
      .to.include(`href="${own('/calendar#move')}"`)
      .and.to.include('<time')
      .and.to.not.include('份日程要排');
    const page = await (await get(own('/calendar'))).text();
    expect(page).to.include('<option value="propose" selected>').and.to.include('要提早');
    const seen = /name="seen" value="(\w+)"/.exec(page)?.[1] ?? '';
    expect((await post(own(`/calendar/${here.cycle}/move`), { seen, stage: 'propose' })).status).to.equal(303);
    await until('the ballot', async () => (await (await get(own('/ballot'))).text()).includes('加一个项目'));
  });
});
