import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import express from 'express';
import mongoose from 'mongoose';
import { signedForm, status } from '../../../src/carriers/twilio/carrier.ts';
import { sendSms } from '../../../src/carriers/twilio/rest.ts';
import { carrierStatus } from '../../../src/outreach/outbox/delivery.ts';
import { enqueue } from '../../../src/outreach/outbox/enqueue.ts';
import { Message, type MessageState } from '../../../src/outreach/outbox/message.ts';
import { type Outbox, outbox } from '../../../src/outreach/outbox/outbox.ts';
import { collection } from '../../../src/store/collection.ts';
import type { AcceptedMessage } from '../../fakes/messagesApi.ts';
import { type FakeTwilio, fakeTwilio } from '../../fakes/twilio.ts';
import { useDatabase } from '../../support/database.ts';
import { town } from '../../support/town.ts';

const publicUrl = 'https://yisheng.example';

describe('from the outbox to the phone', () => {
  const { world } = useDatabase('smsStatus');
  let twilio: FakeTwilio;
  let service: Server;
  let sender: Outbox;
  const errors: unknown[] = [];
  const log = { error: (facts: object) => void errors.push(facts) };

  before(async () => {
    twilio = await fakeTwilio();
    const { accountSid, authToken, apiUrl } = twilio;
    const app = express().post(
      '/twilio/status',
      signedForm({ authToken, publicUrl }),
      status((status) => carrierStatus(world, status), log),
    );
    service = createServer(app).listen(0, '127.0.0.1');
    await once(service, 'listening');
    const address = service.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    twilio.attach({ url: `http://127.0.0.1:${address.port}`, publicUrl });
    sender = outbox(world, {
      channel: 'sms',
      send: sendSms({ accountSid, authToken, apiUrl, publicUrl }),
      word: async ({ said }) => said.key,
      log,
      pollMs: 20,
    });
    await town(world, { community: { _id: 'qingsong', phone: '+862880000001' } });
  });
  after(async () => {
    await sender.stop();
    service.close();
    await twilio.stop();
  });
  beforeEach(async () => {
    await collection(Message).deleteMany({});
    twilio.accepted.splice(0);
    twilio.statuses = [];
  });

  const queue = () =>
    enqueue(world)({
      occasion: 'answer|1',
      community: 'qingsong',
      channel: 'sms',
      address: '+8613800000001',
      language: 'zh-CN',
      kind: 'answer',
      said: { key: 'a.b' },
    });
  async function reaches(state: MessageState) {
    for (;;) {
      const message = await collection(Message).findOne({ state });
      if (message) return message;
      await sleep(5);
    }
  }
  async function accepted(): Promise<AcceptedMessage> {
    await reaches('sent');
    const [message] = twilio.accepted;
    if (!message) throw new Error('nothing was accepted');
    return message;
  }

  it('takes a message from queued to delivered', async () => {
    twilio.statuses = ['queued', 'sent', 'delivered'];
    await queue();
    expect(await reaches('delivered')).to.include({ carrierId: twilio.accepted[0]?.sid });
    expect(twilio.lostCallbacks).to.deep.equal([]);
  });

  it('takes callbacks out of order and twice', async () => {
    await queue();
    const message = await accepted();
    const answers = await twilio.report(message, ['delivered', 'sent', 'queued', 'delivered', 'undelivered', 'something new']);
    expect(answers.map((answer) => answer.status)).to.deep.equal(Array(6).fill(204));
    expect(await reaches('delivered')).not.to.have.property('reason');
  });

  it('keeps why a message did not arrive', async () => {
    await queue();
    await twilio.report(await accepted(), ['undelivered'], 30003);
    expect(await reaches('failed')).to.include({ reason: 'twilio.30003' });
  });

  it('learns from the callback what became of a message whose answer was lost', async () => {
    twilio.meet('drop');
    twilio.statuses = ['sent', 'delivered'];
    await queue();
    await reaches('delivered');
    expect(twilio.accepted).to.have.length(1);
  });

  it('refuses a form that names no message', async () => {
    const answer = await twilio.post('/twilio/status', { AccountSid: 'AC1' });
    expect(answer).to.include({ status: 400 });
    expect(answer.text).to.match(/^[^<\n]+\n$/);
  });

  it('changes nothing for a callback that Twilio did not sign', async () => {
    await queue();
    const { sid } = await accepted();
    const form = { MessageSid: sid, MessageStatus: 'delivered' };
    expect((await twilio.post('/twilio/status', form, twilio.sign('/twilio/status?ref=other', form))).status).to.equal(403);
    expect((await twilio.post('/twilio/status', form)).status).to.equal(204);
    await reaches('delivered');
  });

  it('says in one line that the database is away', async () => {
    await sender.stop();
    await mongoose.disconnect();
    const answer = await twilio.post('/twilio/status', { MessageSid: 'SM1', MessageStatus: 'delivered' });
    expect(answer).to.deep.include({ status: 503, text: 'not recorded\n' });
    expect(errors).not.to.deep.equal([]);
  });
});
