import { expect } from 'chai';
import { checkCadre, proveCadre, Resident } from '../../../src/fund/people/index.ts';
import { linkContact } from '../../../src/fund/people/linkChat.ts';
import { staffPhones } from '../../../src/fund/staff/index.ts';
import { Broadcast } from '../../../src/outreach/broadcasts/broadcast.ts';
import { cadreBroadcast } from '../../../src/outreach/broadcasts/cadreBroadcast.ts';
import { collection } from '../../../src/store/collection.ts';
import { useDatabase } from '../../support/database.ts';
import { onRoster } from '../../support/onRoster.ts';
import { type Town, town } from '../../support/town.ts';

const PHONE = '+8613800000010';

describe('whether it is a cadre who writes', () => {
  const { world } = useDatabase('proveCadre');
  let here: Town;
  let sun: string;
  const prove = (over: Parameters<Town['act']>[1] = {}) => proveCadre(world, here.notify, staffPhones(world), {}, here.act(PHONE, over));
  const check = (digits: string) => checkCadre(world, staffPhones(world), { phone: PHONE, digits }, here.act(PHONE));
  const sent = () => String(here.notices.at(-1)?.said.params?.digits);
  const wrong = () => String((Number(sent()) + 1) % 1_000_000).padStart(6, '0');

  beforeEach(async () => {
    here = await town(world);
    sun = await here.person('1', { name: '孙志刚', phone: PHONE, role: 'cadre' });
  });

  it('is asked with six digits ten times a day, also all at once; a delivery that comes again counts once', async () => {
    const again = here.act(PHONE);
    for (const _ of [1, 2, 3]) expect(await proveCadre(world, here.notify, staffPhones(world), {}, again)).to.have.property('sent');
    const asked = await Promise.all(Array.from({ length: 13 }, () => prove()));
    expect(asked.filter((one) => 'sent' in one)).to.have.length(9);
    expect(asked.filter((one) => 'refused' in one && one.refused === 'enough')).to.have.length(4);
    expect(new Set(here.notices.map(({ occasion }) => occasion)).size).to.equal(10);
    expect(await prove({ at: new Date(world.now().getTime() + 25 * 60 * 60 * 1_000) })).to.have.property('sent');
  });

  it('may be tried three times for each code, however the tries come', async () => {
    await prove();
    const tries = [await check(wrong()), await check(wrong()), await check(wrong()), await check(sent())];
    expect(tries).to.deep.equal([{ refused: 'wrong', triesLeft: 2 }, { refused: 'wrong', triesLeft: 1 }, { refused: 'over' }, { refused: 'over' }]);
    await prove();
    expect(await check(sent())).to.have.property('proved', true);
  });

  it('is proved by a chat only if the cadre’s phone tied it by digits, not by a card that somebody made, nor by a phone of before', async () => {
    const chat = { channel: 'wechat' as const };
    const deps = { channels: ['sms'], word: async () => '停水', units: () => 1, parts: () => [] } as const;
    const act = () => here.act('openid2', chat);
    const proves = () => proveCadre(world, here.notify, staffPhones(world), {}, act());
    const sends = () => cadreBroadcast(world, deps).send({ text: '停水' }, act());
    await linkContact(world.vault, sun, act(), 'card');
    expect(await proves()).to.deep.equal({ sent: { phone: PHONE } });
    expect(here.notices.at(-1)).to.include({ channel: 'sms', address: PHONE });
    expect(await sends(), 'without digits').to.deep.equal({ refused: 'stale' });
    expect(await checkCadre(world, staffPhones(world), { phone: PHONE, digits: sent() }, act())).to.have.property('proved', true);
    expect(await proves(), 'from now on').to.deep.equal({ proved: true });
    const given = onRoster(world, { _id: sun, community: here.community, rosterId: '1', name: '孙志刚', phone: '+8613800000011' });
    await collection(Resident).updateOne({ _id: sun }, { $set: { person: given.person, phoneId: given.phoneId } });
    expect(await proves(), 'their phone is another one').to.deep.equal({ sent: { phone: '+8613800000011' } });
    expect(await collection(Broadcast).countDocuments({ community: here.community })).to.equal(0);
  });

  it('is looked at again when a broadcast is sent: a chat that lost the role sends nothing', async () => {
    const deps = { channels: ['sms'], word: async () => '停水', units: () => 1, parts: () => [] } as const;
    await linkContact(world.vault, sun, here.act('openid1', { channel: 'wechat' }), 'card');
    expect(await staffPhones(world).link(PHONE, { community: here.community, channel: 'wechat', address: 'openid1' })).to.equal(true);
    const send = () => cadreBroadcast(world, deps).send({ text: '停水' }, here.act('openid1', { channel: 'wechat' }));
    await collection(Resident).updateOne({ _id: sun }, { $set: { role: 'resident' } });
    expect(await send()).to.deep.equal({ refused: 'notCadre' });
    expect(await collection(Broadcast).countDocuments({ community: here.community })).to.equal(0);
    await collection(Resident).updateOne({ _id: sun }, { $set: { role: 'cadre' } });
    expect(await send()).to.have.property('people', 1);
  });
});
