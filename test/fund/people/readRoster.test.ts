import { expect } from 'chai';
import mongoose from 'mongoose';
import { nearNames, operator, Resident, readBuildings, readRoster, residentId, residentRecord } from '../../../src/fund/people/index.ts';
import { makeCards } from '../../../src/fund/roster/makeCards.ts';
import { collection } from '../../../src/store/collection.ts';
import { useDatabase } from '../../support/database.ts';
import { type Town, town } from '../../support/town.ts';

const LI = operator('李姐');
const SIZE = 20_000;
const LIMIT = 50;
const FAMILIES = '王李张刘陈杨赵黄周吴';
const GIVEN = '伟芳娜敏静强磊军洋勇艳杰涛明超';

describe('a roster of 20,000', () => {
  const { world } = useDatabase('readroster');
  let here: Town;
  before(async () => {
    here = await town(world);
    const { community } = here;
    for (let from = 0; from < SIZE; from += 5_000)
      await collection(Resident).insertMany(
        Array.from({ length: 5_000 }, (_, index) => {
          const n = from + index;
          const name = `${FAMILIES[n % 10]}${GIVEN[n % 15]}${GIVEN[Math.floor(n / 15) % 15]}`;
          const person = { rosterId: String(n), name, phone: `+86${13_900_000_000 + n}`, building: `${(n % 200) + 1}栋` };
          return residentRecord(world.vault, {
            _id: residentId(world.vault, community, String(n)),
            community,
            role: 'resident',
            addedAt: world.now(),
            ...person,
          });
        }),
      );
  });

  it('is shown page by page, everybody once', async () => {
    const seen = new Set<string>();
    let after: string | undefined;
    let pages = 0;
    do {
      const { residents, more } = await readRoster.read({ world, community: here.community, actor: LI }, { after, limit: 1_000 });
      for (const { _id } of residents) seen.add(_id);
      after = more ? residents.at(-1)?._id : undefined;
      pages += 1;
    } while (after !== undefined);
    expect(seen.size).to.equal(SIZE);
    expect(pages).to.equal(20);
  });

  it('stands building by building as people count them, and there by ids; who has no building comes last', async () => {
    const { community } = await town(world);
    const elsewhere = (n: number, building?: string) =>
      residentRecord(world.vault, {
        ...{
          _id: residentId(world.vault, community, String(n)),
          community,
          role: 'resident',
          addedAt: world.now(),
          rosterId: String(n),
          name: '王伟',
        },
        ...(building && { building }),
      });
    const people = [elsewhere(30, '10栋'), elsewhere(4, '2栋'), elsewhere(12, '2栋'), elsewhere(1), elsewhere(5, '1栋'), elsewhere(9, '10栋')];
    await collection(Resident).insertMany(people);
    for (const limit of [1, 2, 3, 6, 7]) {
      const ids: string[] = [];
      let after: string | undefined;
      do {
        const { residents, more } = await readRoster.read({ world, community, actor: LI }, { after, limit });
        ids.push(...residents.map(({ id }) => id));
        after = more ? residents.at(-1)?._id : undefined;
      } while (after !== undefined);
      expect(ids, `${limit} on a page`).to.deep.equal(['5', '4', '12', '9', '30', '1']);
    }
    const wanted = { after: residentId(world.vault, community, '9'), buildings: ['1栋', '2栋'], limit: 1 };
    const { residents } = await readRoster.read({ world, community, actor: LI }, wanted);
    expect(residents[0]?.id, 'after somebody in a building that was not there before').to.equal('30');
  });

  it('shows a building by the ids of its residents, in the order in which people count', async () => {
    const read = (after?: string) => readRoster.read({ world, community: here.community, actor: LI }, { building: '7栋', after, limit: 60 });
    const first = await read();
    const second = await read(first.residents.at(-1)?._id);
    const ids = [...first.residents, ...second.residents].map(({ id }) => Number(id));
    expect(ids).to.deep.equal(Array.from({ length: SIZE / 200 }, (_, index) => 6 + index * 200));
    expect([first.more, second.more]).to.deep.equal([true, false]);
  });

  it('is searched and read by an index, without a sort in memory, and little is looked at', async () => {
    const { community } = here;
    await readRoster.read({ world, community, actor: LI }, { text: '王伟', limit: LIMIT });
    await mongoose.connection.db?.command({ profile: 2 });
    const read = (wanted: object) => readRoster.read({ world, community, actor: LI }, { ...wanted, limit: LIMIT });
    await read({});
    await read({ after: residentId(world.vault, community, '77') });
    await read({ building: '7栋' });
    await read({ building: '7栋', role: 'resident', after: residentId(world.vault, community, '77') });
    await read({ role: 'cadre' });
    for (const text of ['王伟', '王伟芳', '0077', '+8613900000077', '77', '7栋', '没有人']) await read({ text });
    await read({ text: '芳', building: '7栋' });
    await readBuildings.read({ world, community, actor: LI });
    await nearNames.read({ world, community, actor: LI }, { name: '王伟芳', building: '7栋' });
    await makeCards(world, community, 'missing', LI, { most: 10 });
    await makeCards(world, community, { building: '7栋', isMissing: true }, LI, { most: 10 });
    await mongoose.connection.db?.command({ profile: 0 });
    const profiled =
      (await mongoose.connection.db
        ?.collection('system.profile')
        .find({ ns: /residents/ })
        .toArray()) ?? [];
    const plans = profiled.map(({ command, planSummary, docsExamined, hasSortStage }) => ({
      filter: JSON.stringify(command.filter ?? command.query ?? command.getMore ?? {}).slice(0, 100),
      ...{ planSummary, docsExamined, hasSortStage },
    }));
    if (process.env.SHOW_PLANS) console.table(plans);
    expect(plans.length).to.be.above(20);
    expect(plans.filter(({ planSummary }) => /COLLSCAN/.test(planSummary))).to.deep.equal([]);
    expect(plans.filter(({ hasSortStage }) => hasSortStage)).to.deep.equal([]);
    expect(plans.filter(({ docsExamined }) => docsExamined > 1_000)).to.deep.equal([]);
  });
});
