import { expect } from 'chai';
import { Community } from '../../../src/fund/communities/index.ts';
import { mayAnswer } from '../../../src/fund/people/holders.ts';
import { collection } from '../../../src/store/collection.ts';
import { useDatabase } from '../../support/database.ts';
import { type Town, town } from '../../support/town.ts';

const LINKED = '+4915100000001';
const ON_ROSTER = '+4915100000002';

describe('mayAnswer', () => {
  const { world } = useDatabase('mayAnswer');
  let here: Town;
  let answers: (address: string, channel?: 'sms' | 'wechat') => Promise<boolean>;

  beforeEach(async () => {
    here = await town(world);
    const community = (await collection(Community).findOne({ _id: here.community })) ?? expect.fail();
    answers = async (address, channel = 'sms') => mayAnswer(world)(here.act(address, { channel }), community);
    await here.person('1', { phone: '+8613800000001', linkedContacts: [`sms|${LINKED}`] });
    await here.person('2', { phone: ON_ROSTER });
  });

  it('strangers abroad share a hundred answers a day, which neither a phone linked by card nor one of the roster uses up or waits for', async () => {
    for (const mine of [LINKED, ON_ROSTER]) for (let n = 0; n < 101; n++) expect(await answers(mine)).to.equal(true);
    for (let from = 0; from < 100; from += 20) {
      const some = await Promise.all(Array.from({ length: 20 }, (_, n) => answers(`+4917000000${String(from + n).padStart(3, '0')}`)));
      expect(some).to.not.include(false);
    }
    expect(await answers('+4917000000100')).to.equal(false);
    expect(await answers('+12025550100')).to.equal(false);
    for (const address of [LINKED, ON_ROSTER, '+8613900000099']) expect(await answers(address), address).to.equal(true);
    expect(await answers('o-stranger', 'wechat')).to.equal(true);
  });
});
