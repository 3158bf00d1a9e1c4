import { expect } from 'chai';
import { Address } from '../../../src/contacts/addressBook.ts';
import { addressHmac } from '../../../src/contacts/contact.ts';
import { type Holders, holdersOf } from '../../../src/fund/people/holders.ts';
import { personOf } from '../../../src/fund/people/resident.ts';
import { collection } from '../../../src/store/collection.ts';
import { useDatabase } from '../../support/database.ts';
import { town } from '../../support/town.ts';

describe('holdersOf', () => {
  const { world } = useDatabase('holdersOf');

  it('finds who the roster gives a phone to and whose card was shown there, each in their own community', async () => {
    const [here, elsewhere] = [await town(world), await town(world)];
    const wang = await here.person('1', { name: '王秀英', phone: '+8613800000001', language: 'en', linkedContacts: ['wechat|o-wang'] });
    const li = await here.person('2', { phone: '+8613800000002', linkedContacts: ['sms|+8613800000001'] });
    const far = await elsewhere.person('1', { phone: '+8613800000001' });
    const holders = holdersOf(world);
    const [bySms, byCall, byChat, byNobody, there] = await Promise.all([
      holders(here.act('+8613800000001')),
      holders(here.act('+8613800000001', { channel: 'voice' })),
      holders(here.act('o-wang', { channel: 'wechat' })),
      holders(here.act('+8613800000009')),
      holders(elsewhere.act('+8613800000001')),
    ]);
    const wangHere = { resident: wang, language: 'en', byRoster: true, byLinkedContact: false };
    const shown = ({ holders }: Holders) => holders.map(({ person, ...holder }) => holder);
    const [one] = byChat.holders;
    expect(one && personOf(world.vault, { _id: wang, ...one }).name).to.equal('王秀英');
    expect(shown(bySms)).to.have.deep.members([wangHere, { resident: li, byRoster: false, byLinkedContact: true }]);
    expect(shown(byCall)).to.have.deep.members(shown(bySms));
    expect(shown(byChat)).to.deep.equal([{ ...wangHere, byRoster: false, byLinkedContact: true }]);
    expect(byNobody.holders).to.deep.equal([]);
    expect(shown(there)).to.deep.equal([{ resident: far, byRoster: true, byLinkedContact: false }]);
  });

  it('does not take an openid for a phone', async () => {
    const here = await town(world);
    await here.person('1', { phone: '+8613800000001' });
    expect((await holdersOf(world)(here.act('+8613800000001', { channel: 'wechat' }))).holders).to.deep.equal([]);
  });

  it('says that a number needs the card, there alone', async () => {
    const here = await town(world);
    await collection(Address).insertOne({ _id: addressHmac(world.vault, here.act('+8613800000001')), needsCard: true, log: [] });
    const [locked, free] = await Promise.all([holdersOf(world)(here.act('+8613800000001')), holdersOf(world)(here.act('+8613800000002'))]);
    expect([locked.needsCard, free.needsCard]).to.deep.equal([true, false]);
  });
});
