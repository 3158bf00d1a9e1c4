import { expect } from 'chai';
import { addressHmac } from '../src/contacts/contact.ts';
import { Entry } from '../src/fund/ballots/index.ts';
import { cardHmac, cardMark, Resident } from '../src/fund/people/index.ts';
import { collection } from '../src/store/collection.ts';
import { ASKED_FOR } from './conversations/askedFor.ts';
import { ledger } from './conversations/records.ts';
import { card } from './support/cards.ts';
import { useDatabase } from './support/database.ts';
import { startService, type TestService } from './support/service.ts';

const VICTIM = '+8613800000001';
const HOUR = 60 * 60 * 1_000;
const RECEIPT = /凭证 \d{3} \d{3} \d{4}/;

describe('somebody who uses up what is taken of my number in a day', () => {
  const { world } = useDatabase('locked');
  const clock = { ahead: 0 };
  let service: TestService;
  const say = async (body: string) => (await service.twilio.deliver({ from: VICTIM, to: service.community.phone, body })) ?? '';
  before(async () => {
    service = await startService({ ...world, now: () => new Date(Date.now() + clock.ahead) });
    const phoneId = addressHmac(world.vault, { community: service.community._id, channel: 'sms', address: VICTIM });
    const victim = await collection(Resident).findOne({ phoneId });
    const given = cardHmac(world.vault, service.community._id, card(1));
    await collection(Resident).updateOne(
      { phoneId },
      { $set: { card: given, cardMark: cardMark(world.vault, victim?._id ?? '', given, new Date()) } },
    );
  });
  after(() => service.stop());

  it('does not make a forged ballot final: with twelve digits I void it, and with the card I vote', async () => {
    const ofDay = (at: number) => new Date(at).toLocaleDateString('en', { timeZone: 'Asia/Shanghai' });
    if (ofDay(Date.now()) !== ofDay(Date.now() + 4 * HOUR)) clock.ahead = 6 * HOUR;
    await say('不是我');
    for (let n = 0; n < 3; n += 1) await say('000000');
    for (let n = 0; n < 52; n += 1) {
      if (n % 20 === 0) clock.ahead += HOUR; // slowly enough not to be a flood
      await say('投 1');
    }
    clock.ahead += HOUR / 2;
    expect((await ledger(world)).at(-1)?.picks).to.deep.equal([1]);
    expect(await say('投 3')).not.to.match(RECEIPT);
    const digits = ASKED_FOR.exec(await say('不是我'))?.[2] ?? '';
    expect(digits).to.match(/^(\d{3} ){3}\d{3}$/);
    expect(await say(digits)).to.include('那张票作废了');
    expect(await say(`投 3 ${card(1)}`)).to.match(RECEIPT);
    expect((await ledger(world)).slice(-3).map(({ picks }) => picks)).to.deep.equal([[1], [], [3]]);
    expect(await collection(Entry).countDocuments({ voided: true })).to.equal(1);
  });
});
