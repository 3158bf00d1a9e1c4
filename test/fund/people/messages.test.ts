import { expect } from 'chai';
import { Address, wholeDay } from '../../../src/contacts/addressBook.ts';
import { startMessages, stopMessages } from '../../../src/fund/people/messages.ts';
import { collection } from '../../../src/store/collection.ts';
import { useDatabase } from '../../support/database.ts';
import { linkedContactOf } from '../../support/onRoster.ts';
import { type Town, town } from '../../support/town.ts';

const PHONE = '+8613800000001';

describe('stopMessages', () => {
  const { world } = useDatabase('stopMessages');

  const ALL = [`sms|${PHONE}`, 'sms|+8613900000009', 'sms|+8613900000008', 'wechat|o-wang'];
  const idOf = ({ community }: Town, link: string) => linkedContactOf(world, { _id: '', community }, link).id;
  async function stopped(here: Town): Promise<string[]> {
    const known = ALL.map((link) => [link, idOf(here, link)] as const);
    const found = await collection(Address)
      .find({ stoppedAt: { $exists: true } })
      .toArray();
    return known.flatMap(([link, id]) => (found.some(({ _id }) => _id === id) ? [link] : [])).sort();
  }

  it('stops every phone and chat of a person, with its proof, until they want it again', async () => {
    const here = await town(world);
    await here.person('1', { phone: PHONE, linkedContacts: ['sms|+8613900000009', 'wechat|o-wang'] });
    const act = here.act('o-wang', { channel: 'wechat' });
    for (const _ of [1, 2]) await stopMessages(world, { words: '退订' }, act);
    expect(await stopped(here)).to.deep.equal([`sms|${PHONE}`, 'sms|+8613900000009', 'wechat|o-wang'].sort());
    const proof = await collection(Address).findOne({ _id: idOf(here, `sms|${PHONE}`) });
    expect(
      proof?.log.map(({ what, at, words, channel }) => ({ what, at, words: world.vault.decrypt('consentWords', proof._id, words), channel })),
    ).to.deep.equal([{ what: 'stop', at: wholeDay(act.at), words: '退订', channel: 'wechat' }]);
    await startMessages(world, { words: '恢复' }, here.act(PHONE));
    expect(await stopped(here)).to.deep.equal([]);
  });

  it('stops a shared phone alone, and a stranger’s', async () => {
    const here = await town(world);
    await here.person('1', { phone: PHONE, linkedContacts: ['wechat|o-wang'] });
    await here.person('2', { phone: PHONE });
    await stopMessages(world, { words: 'STOP' }, here.act(PHONE));
    await stopMessages(world, { words: 'STOP' }, here.act('+8613900000008'));
    expect(await stopped(here)).to.deep.equal([`sms|${PHONE}`, 'sms|+8613900000008'].sort());
  });
});
