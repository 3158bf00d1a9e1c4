import { expect } from 'chai';
import readXlsxFile from 'read-excel-file/node';
import { answerInquiry } from '../../../src/fund/inquiries/index.ts';
import { operator } from '../../../src/fund/people/index.ts';
import { DAY_MS } from '../../../src/store/wallTime.ts';
import type { World } from '../../../src/store/world.ts';
import { useDatabase } from '../../support/database.ts';
import { textsOf } from '../../support/pdf.ts';
import { type Town, town } from '../../support/town.ts';
import { tried } from '../../support/tried.ts';
import { won } from '../../support/works.ts';
import { begun } from './addresses.ts';
import { staffAll, useOffice } from './office.ts';

describe('the month’s sheet', () => {
  const { world: real } = useDatabase('month');
  let now = new Date('2026-11-30T23:30:00+08:00');
  const world: World = { ...real, now: () => now };
  const office = useOffice(world);
  let here: Town;

  before(async () => {
    here = await town(world);
    await staffAll(world, here.community);
    await begun(world, here);
    await tried(world)(answerInquiry, { community: here.community, number: 1, text: '九点', actor: operator('李姐') });
    now = new Date(now.getTime() + DAY_MS);
    await won(world, here, { 3: 1_000 });
  });

  const rows = async (month: string) => {
    const { get } = await office.as('cadre');
    return (await (await get(`/console/${here.community}/month.csv?lang=zh&month=${month}`)).text())
      .replace('\ufeff', '')
      .trim()
      .split(/\r?\n/)
      .slice(1);
  };

  it('counts what came and what was done by the community’s clock, each in its month', async () => {
    const november = await rows('2026-11');
    expect(november).to.include.members([
      '提议,收到提议,2,提议',
      '来信,收到来信：问题,1,来信',
      '来信,回答来信,1,办事记录',
      '公示,公示名单,1,办事记录',
      '议事会,召集议事会,1,办事记录',
    ]);
    expect(november.filter((row) => /^(实施|账目)/.test(row))).to.deep.equal([]);
    const december = await rows('2026-12');
    expect((await rows('2026-01')).filter((row) => /^(实施|账目)/.test(row)))
      .to.include('账目,批准,1000,账目')
      .and.to.have.length(2); // what the result granted bears that day
    expect(december.filter((row) => /^(提议|来信|公示),/.test(row))).to.deep.equal([]);
  });

  it('leads from each number to where it is counted, as far as its reader may go there', async () => {
    for (const role of ['cadre', 'council', 'office'] as const) {
      const { get } = await office.as(role);
      const page = await (await get(`/console/${here.community}/month?lang=zh&month=2026-11`)).text();
      const leads = [...page.matchAll(/<td><a href="([^"]+)"/g)].map(([, path = '']) => path.replaceAll('&amp;', '&'));
      expect(leads.length, role).to.be.above(role === 'council' ? 0 : 3);
      for (const path of leads) expect((await get(path)).status, `${role} ${path}`).to.equal(200);
    }
    const log = await (
      await (await office.as('cadre')).get(`/console/${here.community}/log?lang=zh&about=inquiry&from=2026-11-01&to=2026-11-30`)
    ).text();
    expect(log.match(/回答来信/g)).to.have.length(1);
  });

  it('is a PDF and a table with the same numbers, and nobody’s who has no part in it', async () => {
    const { get } = await office.as('office');
    const pdf = new Uint8Array(await (await get(`/console/${here.community}/month.pdf?lang=zh&month=2026-11`)).arrayBuffer());
    const said = (await textsOf(pdf))
      .flat()
      .map(({ text }) => text)
      .join('');
    expect(said).to.include('2026年11月月报').and.to.include('收到提议2提议');
    const xlsx = Buffer.from(await (await get(`/console/${here.community}/month.xlsx?lang=zh&month=2026-11`)).arrayBuffer());
    const [sheet] = await readXlsxFile(xlsx);
    expect(sheet?.data.map((row) => row.join(','))).to.include('提议,收到提议,2,提议');
    for (const role of ['helper', 'implementer'] as const) {
      const { get: tries } = await office.as(role);
      for (const file of ['month', 'month.pdf', 'month.csv'])
        expect((await tries(`/console/${here.community}/${file}`)).status, `${role} ${file}`).to.equal(403);
    }
  });
});
