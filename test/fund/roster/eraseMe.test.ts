import { expect } from 'chai';
import { Address, consentWords, wholeDay } from '../../../src/contacts/addressBook.ts';
import { addressHmac } from '../../../src/contacts/contact.ts';
import { writeInquiry } from '../../../src/fund/inquiries/index.ts';
import { readLog } from '../../../src/fund/log/index.ts';
import { holdersOf, operator, Resident, requestMembership, showCard, stopMessages } from '../../../src/fund/people/index.ts';
import { recordProposal } from '../../../src/fund/proposals/index.ts';
import { changeResident } from '../../../src/fund/roster/changeResident.ts';
import { eraseMe } from '../../../src/fund/roster/eraseResident.ts';
import { collection } from '../../../src/store/collection.ts';
import { card } from '../../support/cards.ts';
import { useDatabase } from '../../support/database.ts';
import { decrypted } from '../../support/decrypted.ts';
import { forget } from '../../support/forget.ts';
import { type Town, town } from '../../support/town.ts';

const PHONE = '+8613800000001';
const SECOND = '+8613800000002';
const NAME = '王秀英';

describe('eraseMe', () => {
  const { world } = useDatabase('eraseMe');
  let here: Town;

  beforeEach(async () => {
    here = await town(world);
  });

  /** All records of this test's community in the database, decrypted, as text. */
  async function dump(): Promise<string> {
    const found = [...(await decrypted(world.vault)).values()].flat();
    const ours = [here.community, ...[PHONE, SECOND].map((phone) => addressHmac(world.vault, here.act(phone)))];
    const records = found.map((record) => JSON.stringify(record));
    return records.filter((record) => ours.some((one) => record.includes(one))).join('\n');
  }

  async function busy(address: string, name: string, resident?: string): Promise<void> {
    const act = () => here.act(address, resident === undefined ? {} : { resident });
    await recordProposal(world, { text: '修路灯' }, act());
    await writeInquiry(world, here.notify, { kind: 'question', text: `请打${address.slice(3)}` }, act());
    await requestMembership(world, { name: `${name}二`, building: '3栋' }, act());
    await stopMessages(world, { words: '退订' }, act());
  }

  it('from a phone that somebody’s hand gave a resident and took back drops nothing of that from the log', async () => {
    const resident = await here.person('1', { name: '何静', phone: SECOND });
    const change = (phone: string) =>
      changeResident.perform(
        { world, notify: here.notify },
        { community: here.community, at: { resident }, input: { name: '何静', phone, role: 'resident' }, actor: operator('李姐') },
      );
    expect((await change(PHONE)).is).to.equal('done');
    expect((await change(SECOND)).is).to.equal('done');
    await requestMembership(world, { name: '李四', building: '3栋' }, here.act(PHONE));
    await eraseMe(world, forget, {}, here.act(PHONE));
    const opened = async () => {
      const rows = [];
      for await (const { act, opening } of readLog(world, here.community)) rows.push([act, opening !== undefined]);
      return rows;
    };
    expect(await opened()).to.deep.equal([
      ['resident.change', true],
      ['resident.change', true],
    ]);
    await eraseMe(world, forget, {}, here.act(SECOND, { resident }));
    expect(await opened(), 'the resident themself').to.deep.equal([
      ['resident.change', false],
      ['resident.change', false],
    ]);
  });

  it('leaves nothing that tells who it was, and a card that opens nothing', async () => {
    const wang = await here.person('1', { name: NAME, phone: PHONE, linkedContacts: [`sms|${SECOND}`, 'wechat|o-wang'], card: card(1) });
    await busy(PHONE, NAME, wang);
    await busy(SECOND, NAME, wang);
    expect(await dump())
      .to.include(PHONE)
      .and.include(NAME);
    expect(await eraseMe(world, forget, {}, here.act(PHONE, { resident: wang }))).to.deep.equal({ erased: true });
    const text = await dump();
    for (const trace of [PHONE, PHONE.slice(3), SECOND, NAME, 'o-wang']) expect(text, trace).not.to.include(trace);
    expect(text).to.include('修路灯');
    expect(await showCard(world, here.notify, { card: card(1), link: false }, here.act(PHONE))).to.have.property('refused', 'unknown');
  });

  it('keeps the id that the ballot is counted under, and what tells who comes back', async () => {
    const wang = await here.person('1', { name: NAME, phone: PHONE, card: card(1) });
    await eraseMe(world, forget, {}, here.act(PHONE, { resident: wang }));
    const left = await collection(Resident).findOne({ _id: wang });
    expect(left).to.have.any.keys('erasedAddresses', 'card', 'erasedAt');
    expect(left?.erasedAddresses).to.have.length.above(0);
    expect(left?.card).to.be.a('string');
  });

  it('says the same again to a turn that comes again', async () => {
    await here.person('1', { name: NAME, phone: PHONE });
    const act = here.act(PHONE);
    expect([await eraseMe(world, forget, {}, act), await eraseMe(world, forget, {}, act)]).to.deep.equal([{ erased: true }, { erased: true }]);
    expect(await eraseMe(world, forget, {}, here.act(PHONE))).to.deep.equal({ stranger: true });
  });

  it('forgets somebody who is not on the roster, too', async () => {
    await busy(PHONE, NAME);
    expect(await eraseMe(world, forget, {}, here.act(PHONE))).to.deep.equal({ erased: true });
    const text = await dump();
    for (const trace of [PHONE, NAME]) expect(text).not.to.include(trace);
    expect(await eraseMe(world, forget, {}, here.act(PHONE))).to.deep.equal({ stranger: true });
    await requestMembership(world, { name: NAME, building: '3栋' }, here.act(PHONE));
    expect(await eraseMe(world, forget, {}, here.act(PHONE))).to.deep.equal({ erased: true });
  });

  it('asks whose a shared phone is, and leaves it to the others', async () => {
    const wang = await here.person('1', { name: NAME, phone: PHONE });
    const li = await here.person('2', { name: '李建国', phone: PHONE });
    expect(await eraseMe(world, forget, {}, here.act(PHONE))).to.deep.equal({ shared: true });
    expect(await eraseMe(world, forget, {}, here.act(PHONE, { resident: wang }))).to.deep.equal({ erased: true });
    expect((await holdersOf(world)(here.act(PHONE))).holders).to.have.nested.property('0.resident', li);
  });

  it('ends the news also where the phone stays locked, and what was written there', async () => {
    const wang = await here.person('1', { name: NAME, phone: PHONE });
    const _id = addressHmac(world.vault, here.act(PHONE));
    const needsCard = true;
    const log = [{ what: 'news' as const, at: wholeDay(world.now()), words: consentWords(world.vault, _id, `订阅 ${NAME}`) }];
    await collection(Address).insertOne({ _id, needsCard, newsOf: here.community, log });
    expect(await eraseMe(world, forget, {}, here.act(PHONE, { resident: wang }))).to.deep.equal({ erased: true });
    expect(await collection(Address).findOne({ _id })).to.deep.equal({ _id, needsCard, log: [] });
  });

  it('is no way around the lock against guessed cards', async () => {
    const wang = await here.person('1', { name: NAME, phone: PHONE });
    for (let n = 0; n < 5; n++) await showCard(world, here.notify, { card: card(100 + n), link: false }, here.act(PHONE));
    await eraseMe(world, forget, {}, here.act(PHONE, { resident: wang }));
    expect(await showCard(world, here.notify, { card: card(200), link: false }, here.act(PHONE))).to.deep.equal({ refused: 'locked' });
  });
});
