import { expect } from 'chai';
import { castBallot } from '../../../../src/fund/ballots/cast/cast.ts';
import { voidBallot } from '../../../../src/fund/ballots/cast/voidBallot.ts';
import { sealDue } from '../../../../src/fund/ballots/ledger/sealDue.ts';
import { keepTurnoutShares, Turnout, turnoutShares } from '../../../../src/fund/ballots/turnout/turnoutShares.ts';
import { destroyKey, findCycle } from '../../../../src/fund/cycles/index.ts';
import { operator, Resident } from '../../../../src/fund/people/index.ts';
import { collection } from '../../../../src/store/collection.ts';
import type { World } from '../../../../src/store/world.ts';
import { useDatabase } from '../../../support/database.ts';
import { type Town, town } from '../../../support/town.ts';

const OPENS = new Date('2026-12-01T08:00:00+08:00');
const CLOSES = new Date('2026-12-06T20:00:00+08:00');
const LI = operator('李姐');

describe('the turnout by day and building', () => {
  const { world: real } = useDatabase('turnoutshares');
  let now = OPENS;
  const world: World = { ...real, now: () => now };
  let here: Town;

  const shares = async () => {
    const cycle = await findCycle(here.cycle);
    return cycle && turnoutShares.read({ world, community: here.community, actor: LI }, cycle, 10_000);
  };
  const on = (day: number, time = '12:00') => {
    now = new Date(`2026-12-0${day}T${time}:00+08:00`);
  };
  const vote = async (from: number, to: number) => {
    for (let n = from; n < to; n += 1) expect(await castBallot(world, { picks: [3] }, here.act(n, { at: now }))).to.have.property('receipt');
  };
  /** 40 residents: 20 in building 1, 12 in building 2, 8 in building 3. */
  const settle = async (residents: number) => {
    on(1);
    here = await town(world, {
      residents,
      cycle: {
        stages: [
          { stage: 'vote', from: OPENS },
          { stage: 'implement', from: CLOSES },
        ],
      },
    });
    const live = (from: number, to: number, building: string) =>
      collection(Resident).updateMany({ _id: { $in: here.residents.slice(from, to) } }, { $set: { building } });
    await live(0, 20, '1栋');
    await live(20, 32, '2栋');
    await live(32, residents, '3栋');
  };

  for (const [size, residents] of [
    ['a small community, whose ledger bears one day', 40],
    ['a community whose ledger bears the days', 510],
  ] as const)
    it(`is as of a day on which ten more have voted, in ${size}`, async () => {
      await settle(residents);
      await vote(0, 12);
      expect(await shares(), 'nothing of the running day').to.deep.include({ days: [], voters: 0 });
      on(2, '00:05');
      expect(await shares()).to.deep.include({ days: [{ from: '2026-12-01', to: '2026-12-01', voters: 12 }], voters: 12 });
      on(2);
      await vote(20, 24);
      on(3, '00:05');
      const third = await shares();
      expect(third, 'four are too few').to.deep.include({ days: [{ from: '2026-12-01', to: '2026-12-01', voters: 12 }], voters: 12 });
      expect(third?.buildings?.find(({ building }) => building === '2栋')?.voters ?? 0, 'not by building, either').to.equal(0);
      on(3);
      await vote(24, 30);
      on(4, '23:59');
      expect(await shares()).to.deep.include({
        days: [
          { from: '2026-12-01', to: '2026-12-01', voters: 12 },
          { from: '2026-12-02', to: '2026-12-03', voters: 10 },
        ],
        voters: 22,
      });
    });

  it('joins buildings in which few live', async () => {
    await settle(40);
    await vote(0, 12);
    await vote(34, 36);
    on(2);
    const found = await shares();
    expect(found?.buildings).to.deep.equal([{ building: '1栋', residents: 20, voters: 12 }]);
    expect(found?.rest, 'eight live in 3栋').to.deep.equal({ residents: 20, voters: 2 });
  });

  it('counts who voted again once, and whose ballot was voided not at all', async () => {
    await settle(40);
    await vote(0, 12);
    await vote(0, 3);
    await voidBallot(world, { withCard: true }, here.act(0, { at: now, withCard: true }));
    on(2);
    const found = await shares();
    expect(found?.voters).to.equal(11);
    expect(found?.buildings?.[0]).to.include({ building: '1栋', voters: 11 });
  });

  it('is counted once a day, and kept at the seal for as long as the cycle', async () => {
    await settle(40);
    await vote(0, 12);
    on(2);
    const [first] = await Promise.all([shares(), shares()]);
    await collection(Resident).updateMany({ community: here.community }, { $set: { building: '9栋' } });
    expect(await shares()).to.deep.include({ buildings: first?.buildings });
    now = new Date(CLOSES.getTime() + 11_000);
    await sealDue(world)();
    await keepTurnoutShares(world)(here.cycle);
    await destroyKey(here.cycle);
    await collection(Resident).deleteMany({ community: here.community });
    expect(await shares()).to.deep.include({ voters: 12, buildings: [{ building: '9栋', residents: 40, voters: 12 }] });
    expect(await collection(Turnout).countDocuments({ _id: here.cycle })).to.equal(1);
  });

  it('lets nobody wait for a count: they get what was kept before', async () => {
    await settle(40);
    await vote(0, 12);
    on(2);
    const cycle = await findCycle(here.cycle);
    const [none, counted] = await Promise.all([
      cycle && turnoutShares.read({ world, community: here.community, actor: LI }, cycle, 0),
      keepTurnoutShares(world)(here.cycle),
    ]);
    expect(none).to.deep.equal({ days: [], voters: 0 });
    expect(counted).to.include({ voters: 12 });
    on(3);
    expect(cycle && (await turnoutShares.read({ world, community: here.community, actor: LI }, cycle, 0))).to.deep.include({
      until: '2026-12-02',
      voters: 12,
    });
  });

  it('tells by day alone once nothing leads from ballots to people', async () => {
    await settle(40);
    await vote(0, 12);
    now = new Date(CLOSES.getTime() + 11_000);
    await sealDue(world)();
    await destroyKey(here.cycle);
    expect(await shares()).to.deep.equal({ days: [{ from: '2026-12-01', to: '2026-12-01', voters: 12 }], voters: 12 });
  });
});
