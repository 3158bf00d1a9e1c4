import { expect } from 'chai';
import { addressHmac } from '../../../src/contacts/contact.ts';
import {
  acceptedAmong,
  holdersOf,
  MembershipRequest,
  operator,
  personOf,
  Resident,
  requestAtTable,
  requestMembership,
  whoActs,
} from '../../../src/fund/people/index.ts';
import { Proposal, recordProposal } from '../../../src/fund/proposals/index.ts';
import { eraseMe } from '../../../src/fund/roster/index.ts';
import { collection } from '../../../src/store/collection.ts';
import { useDatabase } from '../../support/database.ts';
import { forget } from '../../support/forget.ts';
import { acceptRequest, refuseRequest } from '../../support/requests.ts';
import { type Town, town } from '../../support/town.ts';

const PHONE = '+8613800000001';
const NEW = '+8613900000009';

describe('requestMembership', () => {
  const { world } = useDatabase('requestMembership');
  let here: Town;
  const request = (name: string, from = NEW) => requestMembership(world, { name, building: '3栋' }, here.act(from));
  const accept = (number: number, over: { as?: string; isOther?: boolean } = {}) =>
    acceptRequest(world, here.notify)({ community: here.community, request: number, actor: operator('Li'), ...over });
  const holders = async (from: string) => (await holdersOf(world)(here.act(from))).holders.map(({ resident }) => resident);

  beforeEach(async () => {
    here = await town(world);
  });

  it('makes one request an address, numbered, the same one when asked again', async () => {
    expect(await request('赵小梅')).to.deep.equal({ request: 1, again: false });
    expect(await request('赵小美')).to.deep.equal({ request: 1, again: true });
    expect(await request('何静', '+8613900000008')).to.deep.equal({ request: 2, again: false });
  });

  it('takes a thousand new requests a day in a community, and those that are asked again', async () => {
    const { community } = here;
    const asked = (request: number, at: Date) => ({
      _id: { community, request },
      channel: 'sms' as const,
      from: addressHmac(world.vault, { community, channel: 'sms', address: `+86150${request}` }),
      at,
      times: 1,
    });
    const at = world.now();
    const more = { state: 'pending' as const };
    await collection(MembershipRequest).insertMany(
      Array.from({ length: 1_000 }, (_, n) => ({ ...asked(n + 1, at), ...more, key: `${community} ${n}` })),
    );
    expect(await request('赵小梅')).to.deep.equal({ refused: 'enoughToday' });
    expect(await request('赵小梅', '+861507')).to.deep.equal({ request: 7, again: true });
    await collection(MembershipRequest).updateOne(
      { '_id.community': community, '_id.request': 1 },
      { $set: { at: new Date(at.getTime() - 25 * 3_600_000) } },
    );
    expect(await request('赵小梅')).to.deep.equal({ request: 1_001, again: false });
  });

  it('takes a turn that comes again once, and requests of many at once', async () => {
    const acts = Array.from({ length: 6 }, (_, n) => here.act(`+861390000000${n}`));
    const made = await Promise.all([...acts, ...acts].map((act) => requestMembership(world, { name: '何静', building: '5栋' }, act)));
    expect(new Set(made.map((requested) => 'request' in requested && requested.request))).to.deep.equal(new Set([1, 2, 3, 4, 5, 6]));
  });

  it('knows who is on the roster already, and lets others of the household ask', async () => {
    await here.person('1', { name: '王秀英', phone: PHONE });
    expect(await request(' 王秀英 ', PHONE)).to.deep.equal({ known: true });
    expect(await request('王小明', PHONE)).to.deep.equal({ request: 1, again: false });
  });

  it('is answered: accepted as somebody new, who may then vote under every `verify` but strict', async () => {
    await recordProposal(world, { text: '修路灯' }, here.act(NEW));
    await request('赵小梅');
    expect(await accept(1)).to.deep.equal({ id: 'joined-1', isNew: true, isUntold: false });
    expect(await accept(1)).to.deep.equal({ refused: 'decided' });
    const found = await holdersOf(world)(here.act(NEW));
    for (const verify of ['phone', 'card', 'either'] as const)
      expect(whoActs(verify, found, { channel: 'sms' }, 'ballot')).to.have.property('resident');
    expect((await collection(Proposal).findOne({ '_id.cycle': here.cycle }))?.public).to.equal(true);
    expect(here.notices.map(({ address, said }) => [address, said.key])).to.deep.equal([[NEW, 'notice.accepted']]);
  });

  it('makes each of a household somebody of their own, whatever ids there are, and forgets each when they leave', async () => {
    await request('赵小梅');
    await accept(1);
    const [zhao = ''] = await holders(NEW);
    expect(await request('李四')).to.deep.equal({ request: 2, again: false });
    expect(await accept(2)).to.deep.equal({ id: 'joined-2', isNew: true, isUntold: false });
    expect(await holders(NEW)).to.have.length(2);
    expect(await acceptedAmong(here.community, [1])).to.deep.equal(new Map([[1, zhao]]));
    await here.person('joined-3', { name: '何静' }); // from a roster that was exported elsewhere
    await request('周强', '+8613900000008');
    expect(await accept(3)).to.deep.equal({ id: 'joined-3-2', isNew: true, isUntold: false });
    await eraseMe(world, forget, {}, here.act(NEW, { resident: zhao }));
    const kept = await collection(MembershipRequest)
      .find({ '_id.community': here.community }, { sort: { '_id.request': 1 } })
      .toArray();
    expect(kept.map(({ who }) => who !== undefined)).to.deep.equal([false, true, true]);
  });

  it('is accepted as somebody on the roster, whose phone stays', async () => {
    const wang = await here.person('1', { name: '王秀英', phone: PHONE });
    await request('王秀英');
    expect(await accept(1, { as: '9' })).to.deep.equal({ refused: 'unknownId' });
    expect(await accept(1, { as: '1' })).to.deep.equal({ id: '1', isNew: false, isUntold: false });
    expect([await holders(PHONE), await holders(NEW)]).to.deep.equal([[wang], [wang]]);
  });

  it('says that nobody is told, where somebody at a table left no phone', async () => {
    const asks = (name: string) =>
      requestAtTable(world, { community: here.community, name, building: '3栋', takenBy: ['周', '李'], at: world.now(), key: name });
    await asks('赵小梅');
    await asks('赵小美');
    expect(await accept(1)).to.deep.equal({ id: 'joined-1', isNew: true, isUntold: true });
    const refusal = { community: here.community, request: 2, actor: operator('Li'), reason: '楼号不对' };
    expect(await refuseRequest(world, here.notify)(refusal)).to.deep.equal({ isUntold: true });
    expect(here.notices).to.deep.equal([]);
  });

  it('is refused with the reason, and opened anew by asking again', async () => {
    await request('赵小梅');
    const refusal = { community: here.community, request: 1, actor: operator('Li'), reason: '楼号不对' };
    expect(await refuseRequest(world, here.notify)(refusal)).to.deep.equal({ isUntold: false });
    expect(await accept(1)).to.deep.equal({ refused: 'decided' });
    expect(await request('赵小梅')).to.deep.equal({ request: 1, again: true });
    expect(await refuseRequest(world, here.notify)(refusal)).to.deep.equal({ isUntold: false });
    expect(here.notices.map(({ said }) => said.params)).to.deep.equal([
      { request: 1, reason: '楼号不对' },
      { request: 1, reason: '楼号不对' },
    ]);
    expect(new Set(here.notices.map(({ occasion }) => occasion))).to.have.property('size', 2);
  });

  it('wants to know whether who left comes back: the same id is the same person', async () => {
    const wang = await here.person('1', { name: '王秀英', phone: PHONE });
    await eraseMe(world, forget, {}, here.act(PHONE, { resident: wang }));
    expect(await holders(PHONE)).to.deep.equal([]);
    await request('王秀英', PHONE);
    expect(await accept(1)).to.deep.equal({ refused: 'leftBefore', people: [1] });
    expect(await accept(1, { as: '1' })).to.deep.equal({ id: '1', isNew: false, isUntold: false });
    expect(await holders(PHONE)).to.deep.equal([wang]);
    const back = await collection(Resident).findOne({ _id: wang });
    expect(back && personOf(world.vault, back)).to.deep.equal({ rosterId: '1', name: '王秀英', phone: PHONE });
  });

  it('takes somebody else with the phone of who left only when told so', async () => {
    const wang = await here.person('1', { name: '王秀英', phone: PHONE });
    await eraseMe(world, forget, {}, here.act(PHONE, { resident: wang }));
    await request('何静', PHONE);
    expect(await accept(1, { isOther: true })).to.deep.equal({ id: 'joined-1', isNew: true, isUntold: false });
    expect(await holders(PHONE))
      .to.have.length(1)
      .and.not.include(wang);
  });
});
