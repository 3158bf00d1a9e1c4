import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { Cycle } from '../../../src/fund/cycles/index.ts';
import { operator } from '../../../src/fund/people/index.ts';
import { encryptedProposal, nearestProposals, nearestTexts, Proposal, suggestCategory } from '../../../src/fund/proposals/index.ts';
import { likeTexts } from '../../../src/fund/proposals/likeTexts.ts';
import { suggestCategories } from '../../../src/fund/proposals/sortProposals.ts';
import { collection } from '../../../src/store/collection.ts';
import { root } from '../../../src/store/files.ts';
import { DAY_MS } from '../../../src/store/wallTime.ts';
import { useDatabase } from '../../support/database.ts';
import { enterProposals, hideProposal, keepApart, mergeProposals, sortProposals, takeApart } from '../../support/proposals.ts';
import { type Town, town } from '../../support/town.ts';

/** The share of the texts that have a mate, of which one is among the first three. It may become more, not less; in the third and fourth, mates share hardly a word. */
const REACHED = { alike: 1, alike2: 0.98, alike3: 0.88, alike4: 0.48, alike5: 0.93, alike6: 0.74 };

describe('like texts', () => {
  for (const [name, reached] of Object.entries(REACHED))
    it(`has a mate among the first three: ${name}.yaml`, () => {
      const all = sentences(name);
      const index = indexOf(all.map(({ text }) => text));
      const withMate = [...all.entries()].filter(([, { wish }]) => wish !== undefined);
      const found = withMate.filter(([own, { text, wish }]) => index.nearest(text, 3, (id) => id !== own).some(({ id }) => all[id]?.wish === wish));
      expect(found.length / withMate.length).to.be.at.least(reached);
    });

  it('compares places apart', () => {
    const index = indexOf(['5号院门口的路灯坏了', '三号院装个快递柜', '3号院门口路灯不亮', '门口的路灯坏了', '二栋三单元的路灯', '食堂']);
    const found = index.nearest('三号院门口的路灯坏了', 6).map(({ id, samePlace }) => [id, samePlace]);
    expect(found).to.deep.equal([
      [2, true],
      [3, undefined],
      [0, false],
      [4, undefined],
    ]);
    const of = (text: string) => index.nearest(text, 6).find(({ id }) => id === 4)?.samePlace;
    expect(of('2栋和5栋的路灯')).to.equal(true);
    expect(of('2栋1单元的路灯')).to.equal(false);
    expect(of('１２栋的路灯')).to.equal(false);
    expect(of('二号楼 路灯')).to.equal(true);
  });

  it('is indifferent to how numbers are written, and to signs', () => {
    const index = indexOf(['放十二张长椅', '修滑梯']);
    const [first] = index.nearest('放，１２！张。长椅', 1);
    expect(first?.id).to.equal(0);
    expect(first?.likeness).to.be.closeTo(1, 0.1);
    expect(index.nearest('！？', 3)).to.deep.equal([]);
  });

  it('finds what is added later', () => {
    const index = likeTexts();
    for (let n = 0; n < 3_000; n += 1) index.add(`${n % 2 ? '修路灯' : '种树'}${n}`);
    for (const _ of index.settle()) expect(index.size).to.equal(3_000);
    index.add('给猫咪绝育');
    expect(index.nearest('猫咪绝育', 3).map(({ id }) => id)).to.deep.equal([3_000]);
  });
});

describe('nearest proposals', () => {
  const { world } = useDatabase('nearest');
  const actor = operator('Li');
  let here: Town;
  beforeEach(async () => {
    here = await town(world, {
      community: {
        categories: [
          { name: '绿化', words: ['种花', '修枝'] },
          { name: '照明', words: ['路灯', '灯'] },
        ],
      },
    });
  });
  const enter = async (...texts: string[]) => {
    const entered = await enterProposals(world)({
      ...{ cycle: here.cycle, actor, key: texts.join() },
      proposals: texts.map((text) => ({ text, origin: 'paper' as const })),
    });
    expect(entered).to.have.property('entered');
  };
  const near = async (number: number, most = 3) =>
    (await nearestProposals(world, here.cycle, number, most)).map(({ number, cycle }) => (cycle === here.cycle ? number : `${cycle} ${number}`));

  it('are told with what both have, also those that came meanwhile', async () => {
    await enter('三号院门口的路灯坏了', '食堂太贵', '修好3号院的路灯，13800001234');
    expect(await nearestProposals(world, here.cycle, 1, 3)).to.deep.equal([
      {
        ...{ number: 3, cycle: here.cycle, text: '修好3号院的路灯，138********', state: 'received', samePlace: true },
        likeness: (await nearestProposals(world, here.cycle, 1, 3))[0]?.likeness,
        marks: [{ from: 2, to: 8 }],
      },
    ]);
    await enter('门口路灯坏了一个月');
    expect(await near(1)).to.have.members([3, 4]);
    expect(await near(9)).to.deep.equal([]);
  });

  it('are of the cycle before, too', async () => {
    const last = `${here.community}-0`;
    const cycle = await collection(Cycle).findOne({ _id: here.cycle });
    if (!cycle) throw new Error('no cycle');
    await collection(Cycle).insertOne({ ...cycle, _id: last, stages: [{ stage: 'propose', from: new Date(world.now().getTime() - 400 * DAY_MS) }] });
    const _id = { cycle: last, number: 1 };
    await collection(Proposal).insertOne({
      ...{ _id, community: here.community, at: world.now(), origin: 'paper', state: 'declined', public: true, by: 'x', history: [] },
      text: encryptedProposal(world.vault, _id, '路灯坏了'),
    });
    await enter('门口的路灯坏了');
    expect(await near(1)).to.deep.equal([`${last} 1`]);
    const pair = { cycle: here.cycle, number: 1, actor };
    expect(await keepApart(world)({ ...pair, other: 1 })).to.deep.equal({ refused: 'noOther' });
    for (const _ of [1, 2]) expect(await keepApart(world)({ ...pair, earlier: 1 })).to.deep.equal({ other: 1 });
    expect(await near(1)).to.deep.equal([]);
  });

  it('leave out what is hidden, not the same, or part of it; a part stands as its whole', async () => {
    await enter('门口的路灯坏了', '门口路灯坏了', '路灯坏了', '路灯坏了，门口', '食堂太贵');
    expect(await near(1)).to.have.members([2, 3, 4]);
    await hideProposal(world, here.notify)({ cycle: here.cycle, number: 2, actor, reason: '重复' });
    expect(await near(1)).to.have.members([3, 4]);
    await mergeProposals(world, here.notify)({ cycle: here.cycle, numbers: [4], into: 5, actor });
    expect(await near(1)).to.have.members([3, 5]);
    expect(await near(4)).to.have.members([1, 3]);
    expect(await near(5)).to.deep.equal([]);
    await takeApart(world, here.notify)({ cycle: here.cycle, number: 4, actor, reason: '不同' });
    await keepApart(world)({ cycle: here.cycle, number: 1, other: 4, actor });
    expect(await near(1)).to.deep.equal([3]);
    expect(await near(4)).to.deep.equal([3]);
  });

  it('are found by a text that a recording has later', async () => {
    await enter('门口的路灯坏了', '等');
    await collection(Proposal).updateOne({ _id: { cycle: here.cycle, number: 2 } }, { $unset: { text: 1 } });
    expect(await near(1)).to.deep.equal([]);
    expect(await near(2)).to.deep.equal([]);
    const _id = { cycle: here.cycle, number: 2 };
    await collection(Proposal).updateOne({ _id }, { $set: { text: encryptedProposal(world.vault, _id, '修门口的路灯') } });
    expect(await near(1)).to.deep.equal([2]);
  });

  it('are found for pasted lines', async () => {
    await enter('门口的路灯坏了', '食堂太贵');
    const found = await nearestTexts(world, here.cycle, ['食堂便宜点', '买个篮球', '修门口的路灯'], 3);
    expect(found.map((of) => of.map(({ number }) => number))).to.deep.equal([[2], [], [1]]);
    expect(await nearestTexts(world, 'none', ['食堂'], 3)).to.deep.equal([[]]);
  });

  it('suggest a category, and set none', async () => {
    await enter('修枝，花坛里种花，旁边装个灯', '单元门口黑黢黢的看不见', '门口黑黢黢的，看不见路', '办食堂');
    await sortProposals(world)({ cycle: here.cycle, numbers: [3], category: '照明', actor });
    const suggested = await suggestCategories(world, here.cycle, [1, 2, 4]);
    expect([...suggested]).to.deep.equal([
      [1, { category: '绿化', words: ['种花', '修枝'], like: [] }],
      [2, { category: '照明', words: [], like: [{ cycle: here.cycle, number: 3 }] }],
    ]);
    expect(await collection(Proposal).countDocuments({ '_id.cycle': here.cycle, category: { $exists: true } })).to.equal(1);
  });

  it('count for a category as much as they look like it', () => {
    const categories = ['甲', '乙'].map((name) => ({ name, words: [] }));
    const neighbour = (number: number, category: string, likeness: number) => ({ cycle: 'c', number, category, likeness });
    const near = [neighbour(1, '甲', 0.5), neighbour(2, '乙', 0.3), neighbour(3, '乙', 0.3), neighbour(4, '丙', 0.9)];
    expect(suggestCategory('', categories, near)?.category).to.equal('乙');
  });
});

function sentences(name: string): { readonly text: string; readonly wish?: number }[] {
  const file: { wishes: string[][]; others: string[] } = parse(readFileSync(join(root, 'test/fund/proposals', `${name}.yaml`), 'utf8'));
  return [...file.wishes.flatMap((texts, wish) => texts.map((text) => ({ text, wish }))), ...file.others.map((text) => ({ text }))];
}

function indexOf(texts: readonly string[]) {
  const index = likeTexts();
  for (const text of texts) index.add(text);
  for (const _ of index.settle());
  return index;
}
