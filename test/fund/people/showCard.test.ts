import { expect } from 'chai';
import { CardGuard, WrongCards } from '../../../src/fund/people/cardLocks.ts';
import { holdersOf, operator, Resident, showCard } from '../../../src/fund/people/index.ts';
import { collection } from '../../../src/store/collection.ts';
import { card } from '../../support/cards.ts';
import { useDatabase } from '../../support/database.ts';
import { unlockAddress } from '../../support/requests.ts';
import { type Town, town } from '../../support/town.ts';

const HOUR_MS = 3_600_000;
const PHONE = '+8613800000001';
const ELSEWHERE = '+8613900000009';

describe('showCard', () => {
  const { world } = useDatabase('showCard');
  let here: Town;
  let wang: string;
  const show = (digits: string, over: Parameters<Town['act']>[1] & { from?: string; link?: boolean } = {}) => {
    const { from = ELSEWHERE, link = false, ...act } = over;
    return showCard(world, here.notify, { card: digits, link }, here.act(from, act));
  };
  const later = (ms: number) => new Date(world.now().getTime() + ms);

  beforeEach(async () => {
    await collection(WrongCards).deleteMany({});
    here = await town(world);
    wang = await here.person('1', { name: '王秀英', phone: PHONE, card: card(1) });
  });

  it('knows whose card it is, and whether this phone was theirs', async () => {
    expect(await show(card(1))).to.deep.equal({ resident: wang, name: '王秀英', linked: false, own: false });
    expect(await show(card(1), { from: PHONE })).to.deep.equal({ resident: wang, name: '王秀英', linked: false, own: true });
    expect((await collection(Resident).findOne({ _id: wang }))?.linkedContacts).to.deep.equal([]);
  });

  it('links a phone to the holder, who hears of it once', async () => {
    const act = here.act(ELSEWHERE);
    for (const _ of [1, 2])
      expect(await showCard(world, here.notify, { card: card(1), link: true }, act)).to.include({ resident: wang, linked: true });
    expect((await holdersOf(world)(act)).holders.map(({ resident, byLinkedContact }) => [resident, byLinkedContact])).to.deep.equal([[wang, true]]);
    expect(here.notices.map(({ address, said, channel, next }) => [channel, address, said.key, next])).to.deep.equal([
      ['sms', PHONE, 'notice.cardUsed', [{ channel: 'voice', address: PHONE }]],
    ]);
  });

  it('tells the holder also where it was only shown, each time, in spite of a stop, and never the picks', async () => {
    for (const _ of [1, 2]) await show(card(1));
    expect(here.notices.map(({ address, kind, said }) => [address, kind, said])).to.deep.equal(
      Array(2).fill([PHONE, 'alarm', { key: 'notice.cardUsed' }]),
    );
  });

  it('tells nobody of a card used on its holder’s own phone', async () => {
    await show(card(1), { from: PHONE, link: true });
    expect(here.notices).to.deep.equal([]);
  });

  it('does not count a slip', async () => {
    for (let n = 0; n < 10; n++) expect(await show('204681710')).to.deep.equal({ refused: 'mistyped' });
    expect(await show('02046817')).to.deep.equal({ refused: 'mistyped' });
    expect(await show(card(1))).to.include({ resident: wang });
  });

  it('locks card entry after five wrong ones there for a day, and nowhere else', async () => {
    for (const left of [4, 3, 2, 1]) expect(await show(card(100 + left))).to.deep.equal({ refused: 'unknown', triesLeft: left });
    expect(await show(card(100))).to.deep.equal({ refused: 'locked' });
    expect(await show(card(1))).to.deep.equal({ refused: 'locked' });
    expect(await show(card(1), { channel: 'voice' })).to.deep.equal({ refused: 'locked' });
    expect(await show(card(1), { from: '+8613900000008' })).to.include({ resident: wang });
    expect(await show(card(1), { at: later(23 * HOUR_MS) })).to.deep.equal({ refused: 'locked' });
    expect(await show(card(1), { at: later(25 * HOUR_MS) })).to.include({ resident: wang });
    expect(await show(card(101), { at: later(25 * HOUR_MS) })).to.deep.equal({ refused: 'unknown', triesLeft: 4 });
  });

  it('is unlocked by a cadre, who is recorded', async () => {
    for (let n = 0; n < 5; n++) await show(card(100 + n));
    const from = { community: here.community, channel: 'sms', address: ELSEWHERE } as const;
    expect(await unlockAddress(world, from, operator('Li'))).to.deep.equal({});
    expect(await unlockAddress(world, from, operator('Li'))).to.deep.equal({ refused: 'notLocked' });
    expect(await show(card(1))).to.include({ resident: wang });
  });

  it('counts a wrong card once however often its turn comes', async () => {
    const act = here.act(ELSEWHERE);
    for (let n = 0; n < 8; n++)
      expect(await showCard(world, here.notify, { card: card(100), link: false }, act)).to.deep.equal({ refused: 'unknown', triesLeft: 4 });
    expect((await collection(CardGuard).findOne({ _id: here.community }))?.minutes.map(({ wrong }) => wrong)).to.deep.equal([1]);
  });

  it('loses no wrong card when many are shown at once', async () => {
    const outcomes = await Promise.all(Array.from({ length: 20 }, (_, n) => show(card(100 + n))));
    expect(outcomes.filter((outcome) => 'triesLeft' in outcome)).to.have.length(4);
    expect(await show(card(1))).to.deep.equal({ refused: 'locked' });
  });

  it('never refuses the card of who holds the phone, locked or not', async () => {
    const shared = '+8613800000002';
    const li = await here.person('2', { phone: shared, card: card(2) });
    const chen = await here.person('3', { phone: shared, card: card(3) });
    const zhao = await here.person('4', { card: card(4), linkedContacts: [`sms|${shared}`] });
    for (let n = 0; n < 5; n++) await show(card(100 + n), { from: shared });
    await lockStrangers();
    expect(await show(card(1), { from: shared })).to.deep.equal({ refused: 'locked' });
    expect(await show(card(105), { from: shared })).to.deep.equal({ refused: 'locked' });
    for (const [n, resident] of [li, chen, zhao].entries()) expect(await show(card(2 + n), { from: shared })).to.include({ resident, own: true });
  });

  it('adds up the wrong cards of an address in all communities', async () => {
    const there = await town(world);
    for (let n = 0; n < 3; n++) await show(card(100 + n));
    const elsewhere = (n: number) => showCard(world, there.notify, { card: card(n), link: false }, there.act(ELSEWHERE));
    expect(await elsewhere(103)).to.deep.equal({ refused: 'unknown', triesLeft: 1 });
    expect(await elsewhere(104)).to.deep.equal({ refused: 'locked' });
    expect(await show(card(1))).to.deep.equal({ refused: 'locked' });
  });

  it('locks strangers out for an hour after five hundred in a community, the roster’s numbers not', async () => {
    for (let n = 0; n < 50; n++) await show(card(100 + n), { from: `+86139000002${String(n % 13).padStart(2, '0')}` });
    expect(await show(card(1), { from: '+8613900000400' })).to.include({ resident: wang });
    await lockStrangers();
    expect(await show(card(1))).to.deep.equal({ refused: 'lockedForStrangers' });
    expect(await show(card(1), { from: PHONE })).to.include({ resident: wang });
    expect(await show(card(1), { at: later(HOUR_MS + 60_000) })).to.include({ resident: wang });
    const guard = await collection(CardGuard).findOne({ _id: here.community });
    expect(guard?.minutes.length).to.be.at.most(60);
  });

  it('does not add up wrong cards of more than an hour', async () => {
    await wrongCards(499);
    await show(card(300), { from: '+8613900000300', at: later(HOUR_MS + 60_000) });
    expect(await show(card(1), { at: later(HOUR_MS + 60_000) })).to.include({ resident: wang });
  });

  const AT_ONCE = 50;
  const lockStrangers = () => wrongCards(500);
  const wrongCards = async (count: number) => {
    const one = (n: number) => show(card(1_000 + n), { from: `+8613900001${String(n).padStart(3, '0')}` });
    for (let n = 0; n < count; n += AT_ONCE) await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - n) }, (_, more) => one(n + more)));
  };
});
