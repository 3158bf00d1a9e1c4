import { expect } from 'chai';
import { lapseSeconds, tellSeconds } from '../../../src/fund/second/index.ts';
import { DAY_MS, HOUR_MS } from '../../../src/store/wallTime.ts';
import { extendCycle } from '../../support/cycles.ts';
import { useDatabase } from '../../support/database.ts';
import { confirmSecond, staff } from '../../support/second.ts';
import { type Town, town, votingNow } from '../../support/town.ts';

describe('what waits for a second person is told by text', () => {
  const { world } = useDatabase('tellSeconds');
  let here: Town;
  const asks = async () => {
    here = await town(world, { cycle: votingNow(world) });
    const cadre = await staff(world, here.community, { role: 'cadre', phone: '+8613800001001', name: '王芳' });
    const supervisor = await staff(world, here.community, { role: 'supervisor', phone: '+8613800001002', name: '郑海涛' });
    await staff(world, here.community, { role: 'council', phone: '+8613800001003', name: '孙丽' });
    const to = new Date(world.now().getTime() + DAY_MS);
    expect(await extendCycle(world)({ id: here.cycle, to, actor: cadre, reason: '下雨' })).to.include({ waits: 1 });
    return supervisor;
  };
  const told = () => here.notices.splice(0).map(({ address, said }) => [address, said.key, said.params?.by]);
  const lookAfter = (ms: number) => tellSeconds({ ...world, now: () => new Date(world.now().getTime() + ms) }, here.notify);

  it('to whom may confirm it, again before it lapses, and to who asked as it has lapsed, each once', async () => {
    await asks();
    await lookAfter(0);
    await lookAfter(HOUR_MS);
    expect(told()).to.deep.equal([['+8613800001002', 'notice.secondWaits', '王芳']]);
    await lookAfter(61 * HOUR_MS);
    await lookAfter(62 * HOUR_MS);
    expect(told()).to.deep.equal([['+8613800001002', 'notice.secondSoon', '王芳']]);
    await lapseSeconds({ ...world, now: () => new Date(world.now().getTime() + 73 * HOUR_MS) }, here.community);
    await lookAfter(73 * HOUR_MS);
    await lookAfter(74 * HOUR_MS);
    expect(told()).to.deep.equal([['+8613800001001', 'notice.secondLapsed', '王芳']]);
  });

  it('and no more once it is confirmed', async () => {
    const supervisor = await asks();
    await lookAfter(0);
    told();
    expect(await confirmSecond(world)({ community: here.community, number: 1, actor: supervisor })).to.deep.equal({
      confirmed: true,
    });
    await lookAfter(73 * HOUR_MS);
    expect(told()).to.deep.equal([]);
  });
});
