import { expect } from 'chai';
import { operator } from '../../../src/fund/people/index.ts';
import { Proposal, proposalShelf, recordProposal, supportProposals } from '../../../src/fund/proposals/index.ts';
import { collection } from '../../../src/store/collection.ts';
import type { World } from '../../../src/store/world.ts';
import { useDatabase } from '../../support/database.ts';
import { hideProposal } from '../../support/proposals.ts';
import { town } from '../../support/town.ts';

const LI = operator('李姐');

describe('the public proposals of a cycle, kept in memory', () => {
  const { world: real } = useDatabase('shelf');
  let later = 0;
  const world: World = { ...real, now: () => new Date(real.now().getTime() + later) };

  it('are those of now after any change, and are not read again where there was none', async () => {
    const { community, cycle, act, notify } = await town(world, { residents: 3 });
    const shelf = () => {
      later += 20_000; // older than what is still given while it is read again
      return proposalShelf(world)(cycle);
    };
    const numbers = async () => (await shelf()).newest.map(({ number }) => number);
    const record = (text: string, who: number) => recordProposal(world, { text }, act(who));
    expect(await numbers()).to.deep.equal([]);
    await record('修路灯', 0);
    await record('种花', 1);
    expect(await numbers()).to.deep.equal([2, 1]);
    const before = await shelf();
    expect(await shelf(), 'the same').to.equal(before);

    await supportProposals(world)({ numbers: [1] }, act(2));
    const supported = await shelf();
    expect(supported.bySupports.map(({ number, supports }) => [number, supports])).to.deep.equal([
      [1, 1],
      [2, 0],
    ]);
    await hideProposal(world, notify)({ cycle, number: 1, actor: LI, reason: '有电话号码' });
    expect(await numbers(), 'hidden').to.deep.equal([2]);
    // what a resident makes public by a card, and what is lost, is no act of the staff
    await record('修棚子', 2);
    await collection(Proposal).updateOne({ '_id.cycle': cycle, '_id.number': 3 }, { $set: { public: false } });
    expect(await numbers(), 'not public').to.deep.equal([2]);
    await collection(Proposal).updateOne({ '_id.cycle': cycle, '_id.number': 3 }, { $set: { public: true } });
    expect(await numbers(), 'public').to.deep.equal([3, 2]);
    await collection(Proposal).updateOne(
      { '_id.cycle': cycle, '_id.number': 3 },
      { $set: { spoken: { recording: 'r', state: 'lost' } }, $unset: { text: 1 } },
    );
    expect((await shelf()).newest[0]?.spoken, community).to.equal('lost');
  });
});
