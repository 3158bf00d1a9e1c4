import { expect } from 'chai';
import type { Channel } from '../../../src/contacts/channel.ts';
import { VERIFY } from '../../../src/fund/communities/index.ts';
import { type Acts, type Holder, whoActs } from '../../../src/fund/people/holders.ts';

const roster: Holder = { resident: 'Wang', byRoster: true, byLinkedContact: false };
const linked: Holder = { resident: 'Wang', byRoster: false, byLinkedContact: true };
const both: Holder = { resident: 'Wang', byRoster: true, byLinkedContact: true };
const other: Holder = { resident: 'Li', byRoster: true, byLinkedContact: false };

const told = (acts: Acts) => ('ask' in acts ? acts.ask : acts.resident);
const acts = (verify: (typeof VERIFY)[number], holders: Holder[], channel: Channel = 'sms', needsCard = false) =>
  told(whoActs(verify, { holders, needsCard }, { channel }, 'ballot'));

describe('whoActs', () => {
  const table: [who: string, holders: Holder[], phone: string, card: string, either: string, strict: string][] = [
    ['nobody', [], 'stranger', 'stranger', 'stranger', 'stranger'],
    ['one by the roster', [roster], 'Wang', 'card', 'Wang', 'strict'],
    ['one by a linked contact', [linked], 'Wang', 'Wang', 'Wang', 'strict'],
    ['one by both', [both], 'Wang', 'Wang', 'Wang', 'strict'],
    ['two', [roster, other], 'shared', 'shared', 'shared', 'strict'],
    ['two, one of them linked', [both, other], 'shared', 'shared', 'shared', 'strict'],
  ];
  for (const [who, holders, ...expected] of table) {
    it(`for a ballot by SMS from a number of ${who}: ${expected.join(', ')}`, () => {
      expect((['phone', 'card', 'either', 'strict'] as const).map((verify) => acts(verify, holders))).to.deep.equal(expected);
    });
  }

  it('takes a linked chat for strict, of one person', () => {
    expect(acts('strict', [linked], 'wechat')).to.equal('Wang');
    expect(acts('strict', [linked, { ...linked, resident: 'Li' }], 'wechat')).to.equal('shared');
    expect(acts('strict', [both], 'voice')).to.equal('strict');
  });

  it('takes a call that we placed for strict, not for the card nor after 不是我', () => {
    const called = (verify: (typeof VERIFY)[number], holders: Holder[], needsCard = false) =>
      told(whoActs(verify, { holders, needsCard }, { channel: 'voice', isPlaced: true }, 'ballot'));
    expect(called('strict', [roster])).to.equal('Wang');
    expect(called('strict', [roster, other])).to.equal('shared');
    expect(called('card', [roster])).to.equal('card');
    expect(called('strict', [roster], true)).to.equal('locked');
  });

  it('lets a chat that is nobody’s be linked by phone, but where the card is wanted once or after 不是我', () => {
    expect((['phone', 'card', 'either', 'strict'] as const).map((verify) => acts(verify, [], 'wechat'))).to.deep.equal([
      'newChat',
      'stranger',
      'newChat',
      'newChat',
    ]);
    expect(acts('either', [], 'wechat', true)).to.equal('stranger');
  });

  it('asks for the card at every ballot after 不是我, and from no stranger', () => {
    for (const verify of VERIFY) {
      expect(acts(verify, [both], 'sms', true)).to.equal('locked');
      expect(acts(verify, [linked], 'wechat', true)).to.equal('locked');
      expect(acts(verify, [], 'sms', true)).to.equal('stranger');
    }
  });

  it('is content with any one holder where only the person is meant', () => {
    for (const verify of VERIFY) {
      expect(whoActs(verify, { holders: [roster], needsCard: true }, { channel: 'sms' }, 'resident')).to.deep.equal({
        resident: 'Wang',
        withCard: false,
      });
      expect(told(whoActs(verify, { holders: [roster, other], needsCard: false }, { channel: 'sms' }, 'resident'))).to.equal('shared');
      expect(told(whoActs(verify, { holders: [], needsCard: false }, { channel: 'sms' }, 'resident'))).to.equal('stranger');
    }
  });

  it('believes a shown card, whoever holds the number', () => {
    for (const verify of VERIFY) {
      for (const holders of [[], [roster], [roster, other]]) {
        const shown = whoActs(verify, { holders, needsCard: true }, { channel: 'sms' }, 'ballot', { resident: 'Zhao' });
        expect(shown).to.deep.equal({ resident: 'Zhao', withCard: true });
      }
    }
  });
});
