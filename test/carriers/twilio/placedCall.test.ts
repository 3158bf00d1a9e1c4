import { expect } from 'chai';
import { decryptedText } from '../../../src/carriers/callText.ts';
import type { Sent } from '../../../src/carriers/sending.ts';
import { call } from '../../../src/carriers/twilio/placedCall.ts';
import { vault } from '../../../src/store/vault.ts';
import { type FakeTwilio, fakeTwilio } from '../../fakes/twilio.ts';
import { SECRET_BYTES } from '../../support/secret.ts';

const TEXT = '青松社区。投票到15号晚8点，您还没投。';

describe('call', () => {
  let now = new Date('2026-12-05T04:00:00Z');
  const world = { vault: vault(SECRET_BYTES), now: () => now };
  let twilio: FakeTwilio;

  before(async () => {
    twilio = await fakeTwilio();
  });
  after(() => twilio.stop());

  function send(over: { to?: string; text?: string; authToken?: string; apiUrl?: string; signal?: AbortSignal } = {}): Promise<Sent> {
    const { to = '+8613800000001', text = TEXT, signal = AbortSignal.timeout(10_000), ...account } = over;
    const { accountSid, authToken, apiUrl } = twilio;
    const place = call({ accountSid, authToken, apiUrl, publicUrl: 'https://vote.example', ...account }, world);
    return place({
      to,
      from: '+862880000001',
      community: 'qingsong',
      text,
      told: { said: { key: 'common.done' }, language: 'zh-CN', isFirst: false },
      ref: 'r-1',
      signal,
    });
  }

  it('places a call with machine detection, the text encrypted in the address that it is fetched from', async () => {
    const sent = await send();
    const placed = twilio.calls.at(-1);
    expect(sent).to.deep.equal({ state: 'sent', carrierId: placed?.sid });
    expect(placed).to.include({ to: '+8613800000001', from: '+862880000001', machineDetection: true });
    expect(placed?.statusCallback).to.equal('https://vote.example/twilio/status?ref=r-1');
    const url = new URL(placed?.url ?? '');
    expect([url.origin, url.pathname, url.searchParams.get('ref')]).to.deep.equal(['https://vote.example', '/twilio/voice/text', 'r-1']);
    expect(decodeURIComponent(url.href)).not.to.include('投票');
    const inAddress = url.searchParams.get('text') ?? '';
    expect(decryptedText(world, 'r-1', inAddress)).to.equal(TEXT);
    expect(decryptedText(world, 'r-2', inAddress)).to.equal(undefined);
    for (const forged of ['', 'AAAA', inAddress.slice(0, -1), world.vault.encrypt('entry', 'r-1', TEXT).toString('base64url')])
      expect(decryptedText(world, 'r-1', forged)).to.equal(undefined);
    now = new Date(now.getTime() + 60 * 60 * 1_000);
    expect(decryptedText(world, 'r-1', inAddress)).to.deep.equal({ late: true });
  });

  it('takes the longest text that it takes', async () => {
    expect(await send({ text: '长'.repeat(450) })).to.include({ state: 'sent' });
    expect(await send({ text: '长'.repeat(451) })).to.deep.equal({ state: 'failed', reason: 'tooLong' });
  });

  it('tells what surely was not placed from what nobody knows', async () => {
    expect(await send({ to: '+86' })).to.deep.equal({ state: 'failed', reason: 'twilio.21211' });
    expect(await send({ authToken: 'wrong' })).to.deep.equal({ state: 'refused', reason: 'unauthorized', parks: true });
    expect(await send({ apiUrl: 'http://127.0.0.1:9' })).to.deep.equal({ state: 'refused', reason: 'unreachable' });
    const before = twilio.calls.length;
    twilio.meet('rate');
    expect(await send()).to.deep.equal({ state: 'refused', reason: 'rate' });
    twilio.meet('fail');
    expect(await send()).to.deep.equal({ state: 'unknown', reason: 'http.503' });
    twilio.meet('hang');
    expect(await send({ signal: AbortSignal.timeout(100) })).to.deep.equal({ state: 'unknown', reason: 'timeout' });
    expect(twilio.calls).to.have.length(before);
    twilio.meet('drop');
    expect(await send()).to.deep.equal({ state: 'unknown', reason: 'noAnswer' });
    expect(twilio.calls).to.have.length(before + 1);
  });
});
