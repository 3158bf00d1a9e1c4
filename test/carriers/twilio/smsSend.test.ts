import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect } from 'chai';
import type { Sent } from '../../../src/carriers/sending.ts';
import { sendSms } from '../../../src/carriers/twilio/rest.ts';
import { type FakeTwilio, fakeTwilio } from '../../fakes/twilio.ts';

const publicUrl = 'https://yisheng.example';

describe('sendSms', () => {
  let twilio: FakeTwilio;
  before(async () => {
    twilio = await fakeTwilio();
  });
  after(() => twilio.stop());
  beforeEach(() => twilio.accepted.splice(0));

  const send = (more: { to?: string; text?: string; signal?: AbortSignal; apiUrl?: string; authToken?: string } = {}): Promise<Sent> => {
    const {
      to = '+8613800000001',
      text = '记下了',
      signal = AbortSignal.timeout(5_000),
      apiUrl = twilio.apiUrl,
      authToken = twilio.authToken,
    } = more;
    return sendSms({ accountSid: twilio.accountSid, authToken, publicUrl, apiUrl })({
      to,
      from: '+862880000001',
      community: 'qingsong',
      text,
      told: { said: { key: 'common.done' }, language: 'zh-CN', isFirst: false },
      ref: 'a_ref-1',
      signal,
    });
  };

  it('hands a text over as it is, with where to call back', async () => {
    const text = '投好了：3社区花园、7路灯 & “💡” + 1%\n凭证 482 091 7735';
    expect(await send({ text })).to.deep.equal({ state: 'sent', carrierId: twilio.accepted[0]?.sid });
    expect(twilio.accepted).to.have.length(1);
    expect(twilio.accepted[0]).to.include({
      to: '+8613800000001',
      from: '+862880000001',
      body: text,
      statusCallback: `${publicUrl}/twilio/status?ref=a_ref-1`,
    });
  });

  const outcomes: [what: string, how: () => Promise<Sent>, sent: Sent, accepted: number][] = [
    ['over the rate: never processed', () => met('rate'), { state: 'refused', reason: 'rate' }, 0],
    ['nonsense', () => met('nonsense'), { state: 'unknown', reason: 'nonsense' }, 0],
    ['5xx', () => met('fail'), { state: 'unknown', reason: 'http.503' }, 0],
    ['a dropped connection, though it was accepted', () => met('drop'), { state: 'unknown', reason: 'noAnswer' }, 1],
    ['no answer in time', () => met('hang', { signal: AbortSignal.timeout(50) }), { state: 'unknown', reason: 'timeout' }, 0],
    ['nobody listens', () => send({ apiUrl: 'http://127.0.0.1:9' }), { state: 'refused', reason: 'unreachable' }, 0],
    ['wrong settings', () => send({ authToken: 'wrong' }), { state: 'refused', reason: 'unauthorized', parks: true }, 0],
    ['no such number', () => send({ to: '12345' }), { state: 'failed', reason: 'twilio.21211' }, 0],
    ['too long', () => send({ text: '长'.repeat(1_601) }), { state: 'failed', reason: 'twilio.21617', wrong: 'text' }, 0],
    ['opted out', () => send({ to: '+8613800000009' }), { state: 'stopped' }, 0],
  ];
  for (const [what, how, sent, accepted] of outcomes) {
    it(`${what}: ${sent.state}, and no second try`, async () => {
      twilio.optedOut.add('+8613800000009');
      expect(await how()).to.deep.equal(sent);
      expect(twilio.accepted).to.have.length(accepted);
    });
  }

  const answers: [what: string, status: number, body: string, sent: Sent][] = [
    ['the queue of the number is full', 400, '{"code":21611,"status":400}', { state: 'refused', reason: 'rate' }],
    ['slow at the other end', 408, '', { state: 'unknown', reason: 'http.408' }],
    ['a page of a gateway, not of the API', 502, '<html>', { state: 'unknown', reason: 'http.502' }],
    ['suspended', 403, '{"code":20005,"status":403}', { state: 'refused', reason: 'unauthorized', parks: true }],
    ['the day’s limit', 429, '{"code":63038,"status":429}', { state: 'refused', reason: 'dayLimit', parks: true }],
    ['a country that it may not text', 403, '{"code":21408,"status":403}', { state: 'failed', reason: 'twilio.21408' }],
    ['refused in no words', 404, '', { state: 'failed', reason: 'http.404' }],
    ['an answer without an end', 201, `{"sid":"SM1","body":"${'x'.repeat(70_000)}"}`, { state: 'unknown', reason: 'nonsense' }],
    ['sent elsewhere, where the credentials do not go', 307, '', { state: 'failed', reason: 'http.307' }],
  ];
  for (const [what, status, body, sent] of answers) {
    it(`${what}: ${sent.state}`, async () => {
      let requests = 0;
      const server = createServer((request, response) => {
        requests += 1;
        request.resume();
        response.writeHead(status, { location: '/elsewhere' }).end(body);
      }).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const address = server.address();
      try {
        expect(await send({ apiUrl: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}` })).to.deep.equal(sent);
        expect(requests).to.equal(1);
      } finally {
        server.closeAllConnections();
        server.close();
      }
    });
  }

  function met(mishap: Parameters<FakeTwilio['meet']>[0], more: Parameters<typeof send>[0] = {}): Promise<Sent> {
    twilio.meet(mishap);
    return send(more);
  }
});
