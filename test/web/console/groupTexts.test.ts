import { expect } from 'chai';
import { Cycle } from '../../../src/fund/cycles/index.ts';
import { collection } from '../../../src/store/collection.ts';
import { useDatabase } from '../../support/database.ts';
import { changeCycle, town, votingNow } from '../../support/town.ts';
import { until } from '../../support/until.ts';
import { staffAll, useOffice } from './office.ts';

describe('the texts for chat groups', () => {
  const { world } = useDatabase('grouptexts');
  const { as } = useOffice(world);

  it('are those of the stage, name all projects, say no turnout below ten, and nothing of a result that is not released', async () => {
    const here = await town(world, { residents: 24, cycle: votingNow(world) });
    await staffAll(world, here.community);
    const cadre = await as('cadre');
    const shown = async () => (await cadre.get(`/console/${here.community}/group-texts`)).text();
    const early = await shown();
    expect(early).to.include('提醒投票').and.to.include('截止前可以改').and.to.not.include('今天投了多少');
    const cycle = await collection(Cycle).findOne({ _id: here.cycle });
    for (const { title } of cycle?.projects ?? []) expect(early).to.include(title);
    await changeCycle(world, here.cycle, { $set: { stages: [{ stage: 'implement', from: new Date(world.now().getTime() - 1_000) }] } });
    await until('the text of the stage after', async () => (await shown()).includes('现在没有要发的'));
    for (const role of ['helper', 'implementer'] as const)
      expect((await (await as(role)).get(`/console/${here.community}/group-texts`)).status, role).to.equal(403);
  });
});
