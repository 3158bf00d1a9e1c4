import { expect } from 'chai';
import { Cycle } from '../../../src/fund/cycles/index.ts';
import { publishRatings, Rating, rateWork, readRatable } from '../../../src/fund/works/ratings.ts';
import { Work } from '../../../src/fund/works/work.ts';
import { collection } from '../../../src/store/collection.ts';
import { useDatabase } from '../../support/database.ts';
import { changeCycle, type Town, town } from '../../support/town.ts';

describe('ratings', () => {
  const { world } = useDatabase('ratings');
  let here: Town;
  beforeEach(async () => {
    const projects = [1, 3, 7].map((number) => ({ number, title: `项目${number}`, cost: 1_000 }));
    here = await town(world, { residents: 11, cycle: { projects } });
    const [one, accepted] = [work(1, 'under-way'), work(3, 'accepted')];
    await collection(Work).insertMany([one, accepted, work(7, 'rated')]);
  });
  const work = (number: number, state: 'under-way' | 'accepted' | 'rated') => ({
    ...{ _id: { cycle: here.cycle, number }, community: here.community, state, offers: [], papers: [], news: 0, revision: 0 },
    steps: [{ state, day: '2027-03-01', by: '周敏', at: new Date() }],
  });
  const as = (n: number) => here.act(n, { resident: here.residents[n] ?? '' });
  const rate = (n: number, number: number, stars: number) => rateWork(world)({ number, stars }, as(n));
  const item = (number: number) => ({ number, label: `项目${number}`, cost: 1_000 });

  const shown = async () => {
    await publishRatings(world)();
    return (await collection(Work).findOne({ _id: { cycle: here.cycle, number: 3 } }))?.rating;
  };

  it('one of each resident, the last one counts; many at once, and nothing of fewer than five, also not by the difference', async () => {
    const four = [0, 1, 2, 3].map((n) => rate(n, 3, 5));
    expect(await Promise.all(four)).to.deep.equal(Array(4).fill({ rated: item(3), stars: 5 }));
    expect(await rate(3, 3, 1)).to.deep.equal({ rated: item(3), stars: 1, isChanged: true });
    expect(await shown()).to.equal(undefined);
    await rate(4, 3, 2);
    expect(await shown()).to.deep.equal({ count: 5, mean: 3.6 });
    for (const n of [5, 6, 7, 8]) {
      await rate(n, 3, 1);
      await rate(0, 3, 1);
      expect(await shown(), `${n + 1} have rated`).to.deep.equal({ count: 5, mean: 3.6 });
    }
    await rate(9, 3, 1);
    expect(await shown()).to.deep.equal({ count: 10, mean: 1.9 });
  });

  it('what a process that was killed had not made public the next one does', async () => {
    await changeCycle(world, here.cycle, { $set: { sealedAt: world.now() } });
    for (const n of [0, 1, 2, 3, 4]) await rate(n, 3, 4);
    for (const n of [0, 1, 2, 3]) await rate(n, 7, 4);
    const next = { ...world, vault: world.vault };
    await publishRatings(next)();
    const told = await collection(Work)
      .find({ '_id.cycle': here.cycle, rating: { $exists: true } })
      .toArray();
    expect(told.map(({ _id, rating }) => [_id.number, rating])).to.deep.equal([[3, { count: 5, mean: 4 }]]);
  });

  it('a turn that comes again changes nothing; of two at once from one person one is taken again', async () => {
    const act = as(0);
    for (let times = 0; times < 3; times += 1)
      expect(await rateWork(world)({ number: 3, stars: 2 }, act)).to.deep.equal({ rated: item(3), stars: 2 });
    const both = await Promise.allSettled([rate(1, 7, 1), rate(1, 7, 5)]);
    expect(both.map((one) => ('reason' in one ? one.reason.code : 'told')).toSorted()).to.deep.equal(['overtaken', 'told']);
    expect(await collection(Rating).countDocuments({ '_id.cycle': here.cycle })).to.equal(2);
  });

  it('only what is accepted can be rated, from 1 to 5; what was rated is not asked about again', async () => {
    expect(await rate(0, 1, 5)).to.deep.equal({ unfinished: item(1) });
    expect(await rate(0, 9, 5)).to.deep.equal({ unknown: 9 });
    for (const stars of [0, 6, 2.5]) expect(await rate(0, 3, stars)).to.deep.equal({ refused: 'range' });
    const ratable = (number?: number) => readRatable(world, number === undefined ? {} : { number }, as(0));
    expect(await ratable()).to.deep.equal({ works: [item(3), item(7)] });
    await rate(0, 3, 4);
    expect(await ratable()).to.deep.equal({ works: [item(7)] });
    expect(await ratable(3)).to.deep.equal({ works: [item(3)] });
    const cycle = (await collection(Cycle).findOne({ _id: here.cycle })) ?? expect.fail();
    const next = `${here.cycle}-next`;
    await collection(Cycle).insertOne({ ...cycle, _id: next, stages: [{ stage: 'propose', from: new Date(world.now().getTime() - 60_000) }] });
    await collection(Work).insertOne({ ...work(3, 'under-way'), _id: { cycle: next, number: 3 } });
    const late = await rateWork({ ...world, vault: world.vault })({ number: 3, stars: 5 }, as(2));
    expect(late, 'last year’s, while this year’s of that number is not done').to.deep.equal({ rated: item(3), stars: 5 });
  });
});
