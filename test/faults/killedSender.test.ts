import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { sendSms } from '../../src/carriers/twilio/rest.ts';
import { queueMany } from '../../src/outreach/outbox/enqueue.ts';
import { addressIn, Message } from '../../src/outreach/outbox/message.ts';
import { outbox } from '../../src/outreach/outbox/outbox.ts';
import { recipients } from '../../src/outreach/recipients.ts';
import { collection } from '../../src/store/collection.ts';
import { type FakeTwilio, fakeTwilio } from '../fakes/twilio.ts';
import { built } from '../support/built.ts';
import { useDatabase } from '../support/database.ts';
import { town } from '../support/town.ts';

const PEOPLE = 600;
const KILLS = 3;
const AT_ONCE = 8;

describe('a sender that is killed in the middle of a broadcast', () => {
  const { world, uri } = useDatabase('killedSender');
  let twilio: FakeTwilio;
  before(async () => {
    twilio = await fakeTwilio();
  });
  after(() => twilio.stop());

  it('three times, its carrier failing now and then: nobody gets it twice, nobody is lost, unknown is at most what was in flight', async () => {
    const { community } = await town(world, { residents: PEOPLE, community: { quiet: '00:00-00:00', rates: { sms: 100_000 } } });
    for await (const batch of recipients(world, ['sms'], { _id: community, language: 'zh-CN' }, { to: 'all' }))
      await queueMany(world, { occasion: 'broadcast|1', community, said: () => ({ key: 'notice.broadcast', params: { text: '明天停水' } }) }, batch);
    const mishaps = ['rate', 'fail', 'drop'] as const;

    for (let kill = 1; kill <= KILLS; kill += 1) {
      const child = spawn(process.execPath, [await built('test/support/outboxSender.ts')], {
        env: { ...process.env, TEST_URI: uri(), TEST_API: twilio.apiUrl, TEST_ACCOUNT: twilio.accountSid, TEST_TOKEN: twilio.authToken },
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      twilio.meet(...mishaps);
      while (twilio.accepted.length < (PEOPLE * kill) / (KILLS + 1)) await sleep(2);
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    let ahead = 120_000; // the leases of the dead senders have run out, and refused messages are due again
    const last = outbox(
      { ...world, now: () => new Date(Date.now() + ahead) },
      {
        channel: 'sms',
        log: { error: () => {} },
        send: sendSms({ accountSid: twilio.accountSid, authToken: twilio.authToken, apiUrl: twilio.apiUrl, publicUrl: 'https://yisheng.example' }),
        word: async () => '明天停水',
        pollMs: 20,
      },
    );
    while ((await collection(Message).countDocuments({ state: { $in: ['pending', 'leased', 'sending'] } })) > 0) {
      await sleep(100);
      ahead += 10_000;
    }
    await last.stop();

    const phones = twilio.accepted.map(({ to }) => to);
    expect(new Set(phones).size, 'nobody twice').to.equal(phones.length);
    const messages = await collection(Message).find().toArray();
    expect(messages).to.have.length(PEOPLE);
    const unknown = messages.filter(({ state }) => state === 'unknown');
    expect(messages.filter(({ state }) => state === 'sent').length + unknown.length, 'nobody lost').to.equal(PEOPLE);
    // as many again may have their answer, which is not written down yet
    expect(unknown.length).to.be.at.most(KILLS * (2 * AT_ONCE + mishaps.length));
    const got = new Set(phones);
    expect(messages.filter((message) => message.state === 'sent' && !got.has(addressIn(world.vault, message)))).to.deep.equal([]);
  });
});
