import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { addressHmac } from '../src/contacts/contact.ts';
import { Entry } from '../src/fund/ballots/index.ts';
import { personOf, Resident } from '../src/fund/people/index.ts';
import { collection } from '../src/store/collection.ts';
import { arrived } from './conversations/arrived.ts';
import { ledger } from './conversations/records.ts';
import { useDatabase } from './support/database.ts';
import { startService, type TestService } from './support/service.ts';

const VICTIM = '+8613800000001';
const SIX_DIGITS = /(?<!\d)\d{6}(?!\d)/;

describe('somebody who calls with my number', () => {
  const { world } = useDatabase('forgedCall');
  let service: TestService;
  const idOf = (address: string) => addressHmac(world.vault, { community: service.community._id, channel: 'sms', address });
  const say = async (body: string) => (await service.twilio.deliver({ from: VICTIM, to: service.community.phone, body })) ?? '';
  before(async () => {
    service = await startService(world);
  });
  after(() => service.stop());

  it('votes, but never hears the digits that would delete me; I void that vote and stay on the roster', async () => {
    const call = await service.twilio.dial({ from: VICTIM, to: service.community.phone });
    const heard: string[] = [];
    const listen = async () => heard.push(...(await call.hear()).map(({ text }) => text));
    await listen();
    for (const keys of ['1', '1', '3#', '#', '#', '4', '4']) {
      await call.press(keys);
      await listen();
    }
    expect((await ledger(world)).map(({ picks }) => picks)).to.deep.equal([[3]]);
    expect(heard.at(-1)).to.include('六位数用短信发给您了');
    for (const guess of ['000000', '111111', '999999', '4', '4']) {
      await call.press(guess);
      await listen();
    }
    await call.press('*');
    await listen();
    const receipt = await arrived(service.twilio, VICTIM);
    const digits = SIX_DIGITS.exec(await arrived(service.twilio, VICTIM))?.[0] ?? '';
    expect(receipt).to.include('不是我');
    expect(digits).to.match(/^\d{6}$/);
    expect(digitsIn(heard.join())).not.to.include(digits);
    await call.hangUp();

    const victim = await collection(Resident).findOne({ phoneId: idOf(VICTIM) });
    expect(victim && personOf(world.vault, victim)).to.have.property('name', '王秀英');
    expect(await say((SIX_DIGITS.exec(await say('不是我')) ?? [''])[0])).to.include('那张票作废了');
    expect((await ledger(world)).map(({ picks }) => picks)).to.deep.equal([[3], []]);
    expect(await collection(Entry).countDocuments({ voided: true })).to.equal(1);
  });

  it('does not answer the call that is placed to me: there the digits are spoken, and delete', async () => {
    const from = '+8613800000008';
    const { twilio, community } = service;
    await twilio.dial({ from, to: community.callback ?? '' });
    while (!twilio.calls.some(({ to }) => to === from)) await sleep(50);
    const placed = twilio.calls.find(({ to }) => to === from) ?? expect.fail();
    const call = await twilio.answer(placed);
    let last = '';
    const press = async (keys: string) => {
      await call.press(keys);
      last = digitsIn((await call.hear()).map(({ text }) => text).join());
    };
    await call.hear();
    for (const keys of ['4', '4']) await press(keys);
    const digits = SIX_DIGITS.exec(last)?.[0] ?? '';
    expect(digits).to.match(/^\d{6}$/);
    await press(digits);
    expect(last).to.include('记下了');
    expect(await collection(Resident).findOne({ phoneId: idOf(from) })).to.have.property('erasureRequest');
  });
});

function digitsIn(spoken: string): string {
  return spoken.replaceAll('，', '').replace(/[零一二三四五六七八九]/g, (digit) => String('零一二三四五六七八九'.indexOf(digit)));
}
