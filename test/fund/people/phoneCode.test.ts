import { expect } from 'chai';
import { Address } from '../../../src/contacts/addressBook.ts';
import { addressHmac } from '../../../src/contacts/contact.ts';
import { checkCode, moveChat, Resident, sendCode, showCard } from '../../../src/fund/people/index.ts';
import { PhoneCode } from '../../../src/fund/people/phoneCode.ts';
import { staffPhones } from '../../../src/fund/staff/staffChat.ts';
import { collection } from '../../../src/store/collection.ts';
import { card } from '../../support/cards.ts';
import { useDatabase } from '../../support/database.ts';
import { linkedContactOf, linkedContactsOf } from '../../support/onRoster.ts';
import { type Town, town } from '../../support/town.ts';

const PHONE = '+8613800000001';
const NOBODYS = '+8613900000009';
const MINUTE_MS = 60_000;

describe('a code sent to the roster’s phone', () => {
  const { world } = useDatabase('phoneCode');
  let here: Town;
  let wang: string;
  const act = (openid: string, over: Parameters<Town['act']>[1] = {}) => here.act(openid, { channel: 'wechat', ...over });
  const send = (openid: string, phone: string, over = {}) => sendCode(world, here.notify, staffPhones(world), { phone }, act(openid, over));
  const check = (openid: string, digits: string, over = {}, phone = PHONE) =>
    checkCode(world, staffPhones(world), { phone, digits }, act(openid, over));
  const digitsOf = (index = -1) => String(here.notices.at(index)?.said.params?.digits);
  const wrong = () => String((Number(digitsOf()) + 1) % 1_000_000).padStart(6, '0');
  const linked = async (resident = wang) => linkedContactsOf(world, (await collection(Resident).findOne({ _id: resident })) ?? expect.fail());
  const later = (minutes: number) => ({ at: new Date(world.now().getTime() + minutes * MINUTE_MS) });

  beforeEach(async () => {
    here = await town(world);
    wang = await here.person('1', { name: '王秀英', phone: PHONE, card: card(1) });
  });

  it('is six digits, by SMS, whatever the number looks like; repeated, they link the chat to who holds the phone', async () => {
    expect(await send('o1', '138-0000 0001')).to.deep.equal({ phone: PHONE });
    expect(here.notices).to.have.length(1);
    expect(here.notices[0]).to.deep.include({ channel: 'sms', address: PHONE, kind: 'code', resident: wang });
    expect(digitsOf()).to.match(/^\d{6}$/);
    expect(await check('o1', digitsOf())).to.deep.equal({ resident: wang, name: '王秀英', linked: true });
    expect(await linked()).to.deep.equal(['wechat|o1']);
  });

  it('is answered alike for a number that nobody has, counted alike, and not sent', async () => {
    for (let n = 0; n < 3; n += 1) {
      expect(await send(`o${n}`, NOBODYS)).to.deep.equal({ phone: NOBODYS });
      expect(await check(`o${n}`, '000000', {}, NOBODYS)).to.deep.equal({ refused: 'wrong', triesLeft: 2 });
    }
    expect(await send('o9', NOBODYS)).to.deep.equal({ refused: 'enough' });
    expect(here.notices).to.deep.equal([]);
    expect(JSON.stringify(await collection(PhoneCode).find().toArray())).not.to.match(/13900000009|"o0"/);
  });

  it('is sent three times a day to one phone, whoever asks, also all at once, and five times a day from one chat', async () => {
    const asked = await Promise.all(Array.from({ length: 8 }, (_, n) => send(`o${n}`, PHONE)));
    expect(asked.filter((sent) => 'phone' in sent)).to.have.length(3);
    expect(here.notices).to.have.length(3);
    expect(await send('o1', PHONE, later(24 * 60 + 1))).to.deep.equal({ phone: PHONE });
    for (let n = 0; n < 5; n += 1) expect(await send('many', `1390000000${n}`)).to.have.property('phone');
    expect(await send('many', '13900000005')).to.deep.equal({ refused: 'enoughHere' });
  });

  it('counts once for a delivery that comes again', async () => {
    const once = act('o1');
    for (const _ of [1, 2, 3, 4])
      expect(await sendCode(world, here.notify, staffPhones(world), { phone: PHONE }, once)).to.deep.equal({ phone: PHONE });
    expect(new Set(here.notices.map(({ occasion, said }) => `${occasion} ${said.params?.digits}`)).size).to.equal(1);
    const slip = act('o1');
    for (const _ of [1, 2, 3, 4])
      expect(await checkCode(world, staffPhones(world), { phone: PHONE, digits: wrong() }, slip)).to.include({ triesLeft: 2 });
    const right = act('o1');
    for (const _ of [1, 2])
      expect(await checkCode(world, staffPhones(world), { phone: PHONE, digits: digitsOf() }, right)).to.include({ resident: wang });
  });

  it('may be tried three times', async () => {
    await send('o1', PHONE);
    const tries = [await check('o1', wrong()), await check('o1', wrong()), await check('o1', wrong()), await check('o1', digitsOf())];
    expect(tries).to.deep.equal([{ refused: 'wrong', triesLeft: 2 }, { refused: 'wrong', triesLeft: 1 }, { refused: 'over' }, { refused: 'over' }]);
    expect(await linked()).to.deep.equal([]);
  });

  it('lasts ten minutes, counts in the chat that asked alone, once, and only the last one', async () => {
    await send('o1', PHONE);
    expect(await check('o1', digitsOf(), later(11))).to.deep.equal({ refused: 'late' });
    expect(await check('o2', digitsOf())).to.deep.equal({ refused: 'late' });
    await send('o1', PHONE, later(1));
    if (digitsOf(0) !== digitsOf()) expect(await check('o1', digitsOf(0), later(1))).to.include({ refused: 'wrong' });
    expect(await check('o1', digitsOf(), later(1))).to.include({ resident: wang });
    expect(await check('o1', digitsOf(), later(1))).to.deep.equal({ refused: 'over' });
  });

  it('says nothing of who holds a shared phone: the card has to', async () => {
    await here.person('2', { name: '李建国', phone: PHONE });
    await send('o1', PHONE);
    expect(await check('o1', digitsOf())).to.deep.equal({ refused: 'shared' });
    expect(await linked()).to.deep.equal([]);
  });

  it('links nothing where 不是我 was sent from the phone, and says so to nobody who lacks the code', async () => {
    await collection(Address).insertOne({ _id: addressHmac(world.vault, here.act(PHONE)), needsCard: true, log: [] });
    await send('o1', PHONE);
    expect(await check('o1', wrong())).to.deep.equal({ refused: 'wrong', triesLeft: 2 });
    expect(await check('o1', digitsOf())).to.deep.equal({ refused: 'needsCard' });
    expect(await linked()).to.deep.equal([]);
  });

  it('is for one chat a person: a second one asks, and moving ends the first, but no phone', async () => {
    await collection(Resident).updateOne(
      { _id: wang },
      {
        $set: {
          linkedContacts: ['sms|+8613700000000', 'wechat|o1'].map((contact) =>
            linkedContactOf(world, { _id: wang, community: here.community }, contact),
          ),
        },
      },
    );
    await send('o2', PHONE);
    expect(await check('o2', digitsOf())).to.deep.equal({ resident: wang, name: '王秀英', linked: false });
    expect(await showCard(world, here.notify, { card: card(1), link: true }, act('o2'))).to.include({ linked: false, hasOther: true });
    expect(await linked()).to.deep.equal(['sms|+8613700000000', 'wechat|o1']);
    for (const _ of [1, 2]) await moveChat(world, { resident: wang, withCard: true }, act('o2'));
    expect(await linked()).to.deep.equal(['sms|+8613700000000', 'wechat|o2']);
    expect(await showCard(world, here.notify, { card: card(1), link: true }, act('o2'))).to.include({ linked: true, own: true });
  });

  it('links one chat of many that come at once', async () => {
    await Promise.all(Array.from({ length: 16 }, (_, n) => showCard(world, here.notify, { card: card(1), link: true }, act(`o${n}`))));
    expect(await linked()).to.have.length(1);
  });
});
