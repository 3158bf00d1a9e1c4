import { expect } from 'chai';
import { operator, requestMembership } from '../../../src/fund/people/index.ts';
import { giveToLinked, publicProposals, readSupportable, recordProposal, supportProposals } from '../../../src/fund/proposals/index.ts';
import { Support } from '../../../src/fund/proposals/support.ts';
import { forgetAt } from '../../../src/fund/roster/eraseResident.ts';
import { collection } from '../../../src/store/collection.ts';
import { useDatabase } from '../../support/database.ts';
import { hideProposal } from '../../support/proposals.ts';
import { acceptRequest } from '../../support/requests.ts';
import { type Town, town } from '../../support/town.ts';

const STRANGER = '+8613900000099';
const LINKED = '+8613900000098';

describe('supports', () => {
  const { world } = useDatabase('supports');
  let here: Town;
  beforeEach(async () => {
    here = await town(world, { residents: 12 });
    await recordProposal(world, { text: '修路灯' }, here.act(0));
    await recordProposal(world, { text: '装棚子 13800001234' }, here.act(0));
  });
  const support = (from: string | number, ...numbers: number[]) => supportProposals(world)({ numbers }, here.act(from));
  const counts = async () => (await publicProposals(world, here.cycle)).map(({ number, supports }) => [number, supports]);

  it('count one for each resident and proposal, also many at once, and are taken back by sending it again', async () => {
    const all = await Promise.all(here.residents.map((_, n) => support(n, 1)));
    expect(all[0]).to.deep.equal({ supported: [{ number: 1, text: '修路灯', isGiven: true }], unknown: [], counts: true });
    expect(await counts()).to.deep.equal([
      [2, 0],
      [1, 12],
    ]);
    expect(await support(3, 1, 2, 9)).to.deep.equal({
      supported: [
        { number: 1, text: '修路灯', isGiven: false },
        { number: 2, text: '装棚子 138********', isGiven: true },
      ],
      unknown: [9],
      counts: true,
    });
    expect(await counts()).to.deep.equal([
      [2, 1],
      [1, 11],
    ]);
  });

  it('a turn that comes again changes nothing', async () => {
    const act = here.act(1);
    const made = [];
    for (let times = 0; times < 3; times += 1) made.push(await supportProposals(world)({ numbers: [1] }, act));
    made.push(...(await Promise.all([1, 2].map(() => supportProposals(world)({ numbers: [1] }, act)))));
    expect(new Set(made.map((one) => JSON.stringify(one)))).to.have.property('size', 1);
    expect(await counts()).to.deep.include([1, 1]);
  });

  it('of two messages at once from one person one counts, and the other turn is taken again', async () => {
    const at = [here.act(1), here.act(1)];
    const both = await Promise.allSettled(at.map((act) => supportProposals(world)({ numbers: [1] }, act)));
    expect(both.map((one) => ('reason' in one ? one.reason.code : 'told')).toSorted()).to.deep.equal(['overtaken', 'told']);
    expect(await counts()).to.deep.include([1, 1]);
    const again = at[both.findIndex(({ status }) => status === 'rejected')] ?? here.act(1);
    expect(await supportProposals(world)({ numbers: [1] }, again)).to.have.nested.property('supported[0].isGiven', false);
    expect(await counts()).to.deep.include([1, 0]);
  });

  it('from who is not on the roster count once they are accepted or known by a card, and what the resident said already stays', async () => {
    expect(await support(STRANGER, 1, 2)).to.include({ counts: false });
    expect(await counts()).to.deep.include.members([
      [1, 0],
      [2, 0],
    ]);
    await support(5, 1);
    await support(5, 1); // taken back
    await requestMembership(world, { name: '王芳', building: '2栋' }, here.act(STRANGER));
    const accepted = await acceptRequest(world, here.notify)({ community: here.community, request: 1, as: '5', actor: operator('Li') });
    expect(accepted).to.have.property('isUntold');
    expect(await counts()).to.deep.equal([
      [2, 1],
      [1, 0],
    ]);
    expect(await collection(Support).countDocuments({ community: here.community, counts: false })).to.equal(0);
    await support(LINKED, 1, 2);
    await giveToLinked(world)(here.act(LINKED), here.residents[6] ?? '');
    expect(await counts(), 'linked with a card').to.deep.equal([
      [2, 2],
      [1, 1],
    ]);
  });

  it('are told newest first, without those that the person supports, and not those that are hidden', async () => {
    const told = async (from: number) => {
      const read = await readSupportable(world, undefined, here.act(from));
      return 'proposals' in read ? read.proposals : read;
    };
    expect(await told(2)).to.deep.equal([
      { number: 2, text: '装棚子 138********' },
      { number: 1, text: '修路灯' },
    ]);
    await support(2, 2);
    expect(await told(2)).to.deep.equal([{ number: 1, text: '修路灯' }]);
    await hideProposal(world, here.notify)({ cycle: here.cycle, number: 1, actor: operator('Li'), reason: '重复' });
    expect(await told(2)).to.deep.equal([]);
    expect(await support(2, 1)).to.deep.include({ supported: [], unknown: [1] });
  });

  it('need the stage for proposals; a shared phone needs the card', async () => {
    const later = await town(world, { residents: 1, cycle: { stages: [{ stage: 'deliberate', from: new Date(Date.now() - 1_000) }] } });
    expect(await supportProposals(world)({ numbers: [1] }, later.act(0))).to.deep.equal({ refused: 'stage', stage: 'deliberate' });
    await here.person('another', { phone: here.phones[0] ?? '' });
    expect(await support(here.phones[0] ?? '', 1)).to.deep.equal({ ask: 'shared' });
  });

  it('go with the person who is deleted', async () => {
    await support(4, 1);
    await support(STRANGER, 1);
    await forgetAt(world, { community: here.community, at: world.now() }, [{ channel: 'sms', address: STRANGER }], here.residents[4]);
    expect(await collection(Support).countDocuments({ community: here.community })).to.equal(0);
  });
});
