import { expect } from 'chai';
import { parking } from '../../src/app/openPhones.ts';
import type { Parked } from '../../src/carriers/port.ts';
import { sendSms } from '../../src/carriers/twilio/rest.ts';
import { type FakeTwilio, fakeTwilio } from '../fakes/twilio.ts';

describe('a carrier that is parked', () => {
  let twilio: FakeTwilio;
  before(async () => {
    twilio = await fakeTwilio();
  });
  after(() => twilio.stop());

  it('gets nothing more by any way, which is told once; then one message tries it, and the rest go out if that did', async () => {
    let now = new Date('2026-12-05T04:00:00Z');
    const told: (string | undefined)[] = [];
    const noted: [Parked, boolean][] = [];
    const what: Parked = { carrier: 'twilio', channel: 'sms' };
    const park = parking(what, {
      world: { now: () => now },
      log: { error: ({ code }) => void told.push(code) },
      parked: (...one) => void noted.push(one),
    });
    const { accountSid, authToken, apiUrl } = twilio;
    const over = (token: string) => park(sendSms({ accountSid, authToken: token, apiUrl, publicUrl: 'https://yisheng.example' }));
    const [wrong, right] = [over('wrong'), over(authToken)];
    const message = () => ({
      ...{ to: '+8613800000001', from: '+862880000001', community: 'qingsong', text: '记下了', ref: 'r', signal: AbortSignal.timeout(5_000) },
      told: { said: { key: 'common.done' }, language: 'zh-CN', isFirst: false },
    });
    const parked = { state: 'refused', reason: 'unauthorized', parks: true, afterMs: 300_000 };

    expect(await wrong(message())).to.deep.equal(parked);
    now = new Date(now.getTime() + 60_000);
    expect(await right(message())).to.deep.equal({ ...parked, afterMs: 240_000 });
    now = new Date(now.getTime() + 240_000);
    expect(await wrong(message())).to.deep.equal(parked);
    now = new Date(now.getTime() + 300_000);
    const [tries, waits] = await Promise.all([right(message()), right(message())]);
    expect([tries.state, waits.state]).to.deep.equal(['sent', 'refused']);
    expect((await right(message())).state).to.equal('sent');
    expect(twilio.accepted).to.have.length(2);
    expect(told).to.deep.equal(['parked.twilio.unauthorized']);
    expect(noted).to.deep.equal([
      [what, true],
      [what, true],
      [what, false],
    ]);
  });
});
