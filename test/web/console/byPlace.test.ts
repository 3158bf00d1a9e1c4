import { expect } from 'chai';
import { operator } from '../../../src/fund/people/index.ts';
import { recordProposal, supportProposals } from '../../../src/fund/proposals/index.ts';
import { useDatabase } from '../../support/database.ts';
import { mergeProposals } from '../../support/proposals.ts';
import { type Town, town } from '../../support/town.ts';
import { staffAll, useOffice } from './office.ts';

describe('the list by place', () => {
  const { world } = useDatabase('byplace');
  const office = useOffice(world);
  let here: Town;

  before(async () => {
    const plan = [
      { place: '3栋', x: 120, y: 80 },
      { place: '十栋', x: 20, y: 10 },
      { place: '1号院', x: 70, y: 45 },
    ];
    const projects = [{ number: 3, title: '楼道装扶手', cost: 60_000, place: '1栋和3栋的楼梯' }];
    here = await town(world, { residents: 4, community: { plan }, cycle: { projects } });
    await staffAll(world, here.community);
    await here.person('a', { building: '3栋' });
    await here.person('b', { building: '三号楼' });
    await here.person('c', { building: '一号院10栋' });
    await here.person('d', { building: '西街' });
    for (const text of ['三栋楼道没有灯', '10栋门口积水，三号楼也是', '3幢楼道太黑', '小广场太黑'])
      await recordProposal(world, { text }, here.act(0));
    await supportProposals(world)({ numbers: [1] }, here.act(1));
    await mergeProposals(world)({ cycle: here.cycle, numbers: [3], into: 1, actor: operator('李姐') });
  });

  const rowsFor = async (role: 'cadre' | 'office') => {
    const { get } = await office.as(role);
    const csv = await (await get(`/console/${here.community}/places.csv?lang=zh`)).text();
    return csv.replace('\ufeff', '').trim().split(/\r?\n/);
  };

  it('has each courtyard and building once, however it is written, with who lives there and what names it', async () => {
    expect(await rowsFor('cadre')).to.deep.equal([
      'place,residents,proposals,supports,projects',
      '1栋,0,,0,3',
      '1号院,1,,0,',
      '3栋,2,1 2,1,3',
      '10栋,1,2,0,',
      '西街,1,,0,',
    ]);
  });

  it('tells who does not read the roster nothing of it, not even the name of a place', async () => {
    const rows = await rowsFor('office');
    expect(rows[0]).to.equal('place,proposals,supports,projects');
    expect(rows.join('\n')).not.to.include('西街');
  });

  it('draws a plan, north above, that a reader hears as one picture', async () => {
    const { get } = await office.as('cadre');
    const page = await (await get(`/console/${here.community}/places?lang=zh`)).text();
    const [, drawn = ''] = /<svg class="chart plan" role="img" aria-label="简图[^"]+"[^>]*>([\s\S]*?)<\/svg>/.exec(page) ?? [];
    const at = (place: string) =>
      /x="([\d.]+)%" y="([\d.]+)"/
        .exec(drawn.split('<text').find((text) => text.includes(`>${place}`)) ?? '')
        ?.slice(1)
        .map(Number);
    expect(at('3栋 · 2')).to.deep.equal([92, 36]);
    expect(at('十栋 · 1')).to.deep.equal([8, 264]);
    expect(page).to.match(/href="[^"]*\/proposals\/2"/);
    expect((await get(`/console/${here.community}/places.xlsx`)).headers.get('content-type')).to.include('spreadsheetml');
  });
});
