import { expect } from 'chai';
import { Address } from '../../../src/contacts/addressBook.ts';
import { Entry } from '../../../src/fund/ballots/index.ts';
import { Inquiry } from '../../../src/fund/inquiries/index.ts';
import { MembershipRequest, Resident, residentId } from '../../../src/fund/people/index.ts';
import { Proposal } from '../../../src/fund/proposals/index.ts';
import { collection } from '../../../src/store/collection.ts';
import { card } from '../../support/cards.ts';
import { useDatabase } from '../../support/database.ts';
import { onRoster } from '../../support/onRoster.ts';
import { startService, type TestService } from '../../support/service.ts';

/** Of the demo: phones of one person each; a phone that two people share, and the card of one of them; the card of a person without a phone. */
const [VICTIM, OTHER_VICTIM] = ['+8613800000001', '+8613800000008'];
const SHARED = '+8613800000002';
const [STRANGER, OTHER_STRANGER, LAST_STRANGER] = ['+8613900000397', '+8613900000396', '+8613900000395'];
const [OWN, NEIGHBOURS] = ['204681717', '482107717'];
const RECEIPT = /凭证 \d{3} \d{3} \d{4}/;

describe('who fakes the sender of a text', () => {
  const { world } = useDatabase('hostile');
  let service: TestService;
  beforeEach(async () => {
    service = await startService(world);
  });
  afterEach(() => service.stop());

  const say = (from: string, body: string) => service.twilio.deliver({ from, to: service.community.phone, body });

  /** More texts than are answered. */
  async function flood(from: string): Promise<void> {
    for (let n = 0; n < 31; n += 1) await say(from, '菜单');
  }

  async function answersTo(from: string, body: string, times: number): Promise<string[]> {
    const answers: string[] = [];
    for (let n = 0; n < times; n += 1) {
      const answer = await say(from, body);
      if (answer !== undefined) answers.push(answer);
    }
    return answers;
  }

  it('blocks no shared phone with five wrong cards: its own right one is taken', async () => {
    for (let n = 0; n < 5; n += 1) await say(SHARED, `投 3 ${card(n)}`);
    expect(await say(SHARED, `投 3 ${NEIGHBOURS}`)).not.to.match(RECEIPT);
    expect(await say(SHARED, '投 3 7')).to.include('9位数');
    expect(await say(SHARED, OWN)).to.match(RECEIPT);
    expect(await say(SHARED, `投 1 ${OWN}`)).to.match(RECEIPT);
  });

  it('locks nobody with fifty wrong cards from thirteen unknown numbers', async () => {
    for (let n = 0; n < 50; n += 1) await say(`+86139000003${String(n % 13).padStart(2, '0')}`, `加入 ${card(n)}`);
    expect(await say('+8613900000399', `投 3 ${NEIGHBOURS}`)).to.match(RECEIPT);
  });

  it('silences no shared phone with thirty-one texts: the card that a ballot waits for is taken', async () => {
    await flood(SHARED);
    expect(await say(SHARED, '投 3 7')).to.include('9位数');
    const before = await collection(Entry).countDocuments();
    expect(await say(SHARED, OWN)).to.match(RECEIPT);
    expect(await collection(Entry).countDocuments()).to.equal(before + 1);
  });

  it('leaves half of the answers of a flood to what defends the victim; what else changes something is done without one', async () => {
    await say(VICTIM, '投 3 7');
    await flood(VICTIM);
    expect(await answersTo(VICTIM, '查票', 30)).to.have.length(10);
    expect(await say(VICTIM, digitsIn(await say(VICTIM, '不是我')))).to.include('那张票作废了');
    expect(await say(VICTIM, digitsIn(await say(VICTIM, '删除')))).to.include('记下了');
    expect(await say(VICTIM, '0')).to.include(service.community.person.name);
    const before = await collection(MembershipRequest).countDocuments();
    expect(await say(VICTIM, '登记 王芳 3栋')).to.equal(undefined);
    expect(await collection(MembershipRequest).countDocuments()).to.equal(before + 1);
  });

  it('leaves them to the card, too, that is asked for on the way to leaving', async () => {
    await flood(SHARED);
    await answersTo(SHARED, '查票', 30);
    expect(await say(SHARED, digitsIn(await say(SHARED, '删除')))).to.include('9位数');
    expect(await say(SHARED, OWN)).to.include('记下了');
  });

  it('gets twenty answers in a flood; the digits of the last one still void a ballot, and 0 still calls somebody', async () => {
    await say(OTHER_VICTIM, '投 3 7');
    await flood(OTHER_VICTIM);
    await answersTo(OTHER_VICTIM, '查票', 30);
    const asked = await answersTo(OTHER_VICTIM, '不是我', 30);
    expect(asked).to.have.length(10);
    const calls = await collection(Inquiry).countDocuments({ kind: 'call' });
    const before = await collection(Entry).countDocuments();
    expect(await say(OTHER_VICTIM, digitsIn(asked.at(-1)))).to.equal(undefined);
    expect(await collection(Entry).countDocuments()).to.equal(before + 1);
    expect(await say(OTHER_VICTIM, '0')).to.equal(undefined);
    expect(await collection(Inquiry).countDocuments({ kind: 'call' })).to.equal(calls + 1);
  });

  it('takes the card of a stranger who joins after the answers are spent, without one; what they had proposed becomes public', async () => {
    const proposed = { community: service.community._id, public: true };
    expect(await say(STRANGER, '提议 修路灯')).to.include('登记');
    expect(await collection(Proposal).countDocuments(proposed)).to.equal(0);
    await flood(STRANGER);
    expect(await answersTo(STRANGER, '查票', 30)).to.have.length(10);
    const before = await collection(Entry).countDocuments();
    expect(await say(STRANGER, `加入 ${NEIGHBOURS}`)).to.equal(undefined);
    expect(await say(STRANGER, '投 3')).to.equal(undefined);
    expect(await collection(Entry).countDocuments()).to.equal(before + 1);
    expect(await collection(Proposal).countDocuments(proposed)).to.equal(1);
  });

  it('takes the answer to a question that was asked before the answers were spent', async () => {
    await flood(LAST_STRANGER);
    expect(await answersTo(LAST_STRANGER, '查票', 9)).to.have.length(9);
    expect(await say(LAST_STRANGER, '登记')).to.be.a('string');
    const before = await collection(MembershipRequest).countDocuments();
    expect(await say(LAST_STRANGER, '王芳 3栋')).to.equal(undefined);
    expect(await collection(MembershipRequest).countDocuments()).to.equal(before + 1);
  });

  it('leaves no question open that was never said', async () => {
    await flood(OTHER_STRANGER);
    await answersTo(OTHER_STRANGER, '查票', 30);
    const before = await collection(MembershipRequest).countDocuments();
    for (const half of ['登记', '登记 王芳']) {
      expect(await say(OTHER_STRANGER, half)).to.equal(undefined);
      expect(await say(OTHER_STRANGER, '王芳 3栋')).to.equal(undefined);
    }
    expect(await collection(MembershipRequest).countDocuments()).to.equal(before);
  });

  it('has a hundred answers a day for numbers of other countries, and one for each of the roster', async () => {
    const { _id: community } = service.community;
    const abroad = onRoster(world, { _id: residentId(world.vault, community, 'abroad'), community, rosterId: 'abroad', phone: '+4915112345678' });
    await collection(Resident).insertOne(abroad);
    const answers: (string | undefined)[] = [];
    for (let n = 0; n < 103; n += 1) answers.push(await say(`+44770090${String(n).padStart(4, '0')}`, '菜单'));
    expect(answers.filter((answer) => answer !== undefined)).to.have.length(100);
    expect(answers.at(-1)).to.equal(undefined);
    const [before, stops] = [await collection(Entry).countDocuments(), await collection(Address).countDocuments({ stoppedAt: { $exists: true } })];
    for (const body of ['菜单', `投 3 ${NEIGHBOURS}`, '退订']) expect(await say('+447700909999', body), body).to.equal(undefined);
    expect(await collection(Entry).countDocuments()).to.equal(before + 1); // what was sent counts, whoever uses up the answers
    expect(await collection(Address).countDocuments({ stoppedAt: { $exists: true } })).to.equal(stops + 1);
    expect(await say('+4915112345678', '投 3 7')).to.match(RECEIPT);
    expect(await say('+8613900000398', '菜单')).to.be.a('string');
  });
});

function digitsIn(answer: string | undefined): string {
  return /\d{6}/.exec(answer ?? '')?.[0] ?? '';
}
