import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import mongoose from 'mongoose';
import { encryptedText } from '../../../src/carriers/callText.ts';
import { recordingName } from '../../../src/carriers/twilio/rest.ts';
import { addressHmac } from '../../../src/contacts/contact.ts';
import type { Call } from '../../../src/demo/carriers/asCaller.ts';
import { Entry } from '../../../src/fund/ballots/index.ts';
import { promptPath } from '../../../src/fund/communities/index.ts';
import { Inquiry, inquiryAddress, recordingFiles } from '../../../src/fund/inquiries/index.ts';
import { recordingId } from '../../../src/fund/inquiries/recording.ts';
import { Proposal } from '../../../src/fund/proposals/index.ts';
import { CallBack } from '../../../src/outreach/callBacks.ts';
import { enqueue } from '../../../src/outreach/outbox/enqueue.ts';
import { addressIn, Message, saidIn } from '../../../src/outreach/outbox/message.ts';
import { collection } from '../../../src/store/collection.ts';
import type { AcceptedCall } from '../../fakes/callsApi.ts';
import { useDatabase } from '../../support/database.ts';
import { useFolders } from '../../support/folder.ts';
import { startService, type TestService } from '../../support/service.ts';
import { silence } from '../../support/silence.ts';
import { until } from '../../support/until.ts';

const KNOWN = '+8613800000001';
const STRANGER = '+8613900000009';
const CALLBACK = '+862880000099';
const demo = (name: string) => readFileSync(`src/demo/community/${name}`, 'utf8');

describe('the voice line, besides the vote', () => {
  const { world } = useDatabase('voiceLines');
  const folder = useFolders();
  let service: TestService;

  before(async () => {
    const strict = demo('community.yaml')
      .replace(/^verify:.*$/m, 'verify: strict')
      .replace(/^callback:.*\n/m, '');
    const files = {
      'community.yaml': `${strict}\ncallback: "${CALLBACK}"\n`,
      'residents.csv': demo('residents.csv'),
      'cycle.yaml': demo('cycle.yaml'),
    };
    service = await startService(world, folder(files));
  });
  after(() => service.stop());
  beforeEach(async () => {
    await Promise.all([
      collection(Proposal).deleteMany({}),
      collection(Inquiry).deleteMany({}),
      collection(CallBack).deleteMany({}),
      collection(Message).deleteMany({}),
    ]);
    service.twilio.calls.length = 0;
  });

  const dial = (from: string, over: { to?: string; dialled?: 'completed' | 'busy' | 'no-answer' } = {}) =>
    service.twilio.dial({ from, to: service.community.phone, ...over });
  const speak = async (phone: Call, seconds = 4) => {
    const sid = service.twilio.recordings.take(silence(seconds));
    await phone.speak({ url: `${service.twilio.apiUrl}/2010-04-01/Accounts/${service.twilio.accountSid}/Recordings/${sid}`, seconds });
    return sid;
  };
  const said = async (phone: Call) => (await phone.hear()).map(({ text }) => text).join('');
  const idOf = (address: string) => addressHmac(world.vault, { community: service.community._id, channel: 'sms', address });
  const told = async () =>
    (await collection(Message).find({}, { promoteBuffers: true }).toArray()).map(
      (message) => `${message.channel} ${addressIn(world.vault, message)} ${saidIn(world.vault, message).key}`,
    );

  it('takes a spoken proposal, which anyone sees as being written down, and keeps what was said', async () => {
    const phone = await dial(KNOWN);
    await phone.press('2');
    expect(phone.waitsFor).to.equal('recording');
    const sid = await speak(phone);
    await phone.silence();
    expect(await said(phone)).to.include('记下了，是1号提议。');
    const listed = await fetch(`${service.url}/api/cycles/${(await collection(Proposal).findOne({}))?._id.cycle}/proposals`);
    expect(await listed.json()).to.containSubset([{ number: 1, text: '', spoken: 'beingWrittenDown', channel: 'voice' }]);
    expect(await (await fetch(`${service.url}/c/${service.community._id}`)).text()).to.include('电话里说的，正在写成文字');
    const id = (await collection(Proposal).findOne({}))?.spoken?.recording ?? '';
    const kept = await until('a recording', () => recordingFiles(world).read(id));
    expect(kept).to.deep.equal(silence(4));
    await until('an end of what Twilio keeps', () => !service.twilio.recordings.kept.has(sid));
  });

  it('connects also where the step that asks for a person comes again', async () => {
    const form = { CallSid: 'CAtwice', From: '+8613900001234', To: service.community.phone, Direction: 'inbound', CallStatus: 'in-progress' };
    await service.twilio.post('/twilio/voice', form);
    const step = async () => (await service.twilio.post('/twilio/voice?turn=1', { ...form, Digits: '0', FinishedOnKey: '' })).text;
    const first = await step();
    expect(first).to.include('<Dial');
    expect(await step()).to.equal(first);
  });

  it('connects to the community’s person, who then need not call back', async () => {
    const phone = await dial(KNOWN, { dialled: 'completed' });
    await phone.press('0');
    expect(await said(phone)).to.include('给您接');
    expect([phone.connectedTo, phone.status]).to.deep.equal([[service.community.person.phone], 'completed']);
    expect(await collection(Inquiry).findOne({})).to.containSubset({ kind: 'call', answer: { by: 'phone' } });
    expect(await told()).to.deep.equal([]);
  });

  for (const dialled of ['busy', 'no-answer'] as const) {
    it(`says so where the person is ${dialled}, and takes a message into the inbox`, async () => {
      const phone = await dial(STRANGER, { dialled });
      await phone.press('0');
      expect(await said(phone))
        .to.include('没人接')
        .and.include('听到响声后');
      await speak(phone, 6);
      expect(await said(phone)).to.include('记下了');
      expect(phone.status).to.equal('completed');
      const inquiry = await collection(Inquiry).findOne({});
      expect(inquiry).to.containSubset({ kind: 'call', from: idOf(STRANGER), spoken: { state: 'beingWrittenDown' } });
      expect(inquiry).not.to.have.property('answer');
      expect(await until('a recording', () => recordingFiles(world).read(inquiry?.spoken?.recording ?? ''))).to.deep.equal(silence(6));
      expect(await told()).to.deep.equal([`sms ${service.community.person.phone} notice.callWanted`]);
    });
  }

  it('writes nothing down of who hides their number and comes from a person who did not answer', async () => {
    const form = { CallSid: 'CAhidden', From: '+266696687', To: service.community.phone, CallStatus: 'in-progress', DialCallStatus: 'no-answer' };
    expect((await service.twilio.post('/twilio/voice/person', form)).text).to.match(/<Response><Hangup\/><\/Response>$/);
  });

  it('keeps every message of somebody who calls again within the hour, and one whose request is an hour old', async () => {
    const leaves = async (beforeTheEnd?: () => Promise<unknown>) => {
      const phone = await dial(STRANGER);
      await phone.press('0');
      await beforeTheEnd?.();
      const sid = await speak(phone, 6);
      expect(await said(phone)).to.include('记下了');
      return recordingId(world.vault, recordingName(service.twilio.accountSid, sid));
    };
    const recordings = [await leaves(), await leaves(), await leaves(() => collection(Inquiry).updateMany({}, { $set: { at: new Date(0) } }))];
    const inquiries = await collection(Inquiry).find({}).sort({ '_id.number': 1 }).toArray();
    expect(inquiries.map(({ spoken }) => spoken?.recording)).to.deep.equal(recordings);
    expect(inquiries.map((inquiry) => `${inquiry.kind} ${inquiryAddress(world.vault, inquiry)}`)).to.deep.equal(
      recordings.map(() => `call ${STRANGER}`),
    );
    expect(await told()).to.have.length(2);
  });

  it('promises a call to who leaves no message', async () => {
    const phone = await dial(STRANGER);
    await phone.press('0');
    await phone.silence();
    expect(await said(phone)).to.match(/没人接.*给您回电话/);
    expect(await collection(Inquiry).findOne({})).not.to.have.property('spoken');
  });

  it('rejects a call to the callback number, calls back, and takes that call for proof of the number', async () => {
    const rejected = await dial(KNOWN, { to: CALLBACK });
    expect([rejected.status, rejected.seconds, await rejected.hear()]).to.deep.equal(['busy', 0, []]);
    expect((await dial(KNOWN, { to: CALLBACK })).status).to.equal('busy');
    expect((await dial(STRANGER, { to: CALLBACK })).status).to.equal('busy');
    expect((await (await dial('+266696687', { to: CALLBACK })).hear()).map(({ text }) => text).join('')).to.include('看不到您的号码');
    expect(await collection(CallBack).countDocuments({ from: idOf('+266696687') })).to.equal(0);
    const placed = await until('a call', () => service.twilio.calls[0]);
    expect(placed).to.include({ to: KNOWN, from: service.community.phone, machineDetection: true });

    const machine = await service.twilio.answer(placed, 'machine_start');
    expect([machine.status, await machine.hear()]).to.deep.equal(['completed', []]);

    const own = await dial(KNOWN);
    await own.press('1');
    expect(await said(own)).to.include('卡');
    await own.hangUp();
    const before = await collection(Entry).countDocuments();
    const phone = await service.twilio.answer(placed);
    for (const keys of ['1', '1', '3#', '#']) await phone.press(keys);
    expect(await said(phone)).to.include('投好了');
    expect(await collection(Entry).countDocuments()).to.equal(before + 1);
    await sleep(1_500);
    expect(service.twilio.calls).to.have.length(1);
  });

  it('speaks a message to a person, twice, and leaves none on a machine', async () => {
    const place = async (occasion: string, address: string): Promise<AcceptedCall> => {
      const { _id: community } = service.community;
      await enqueue(world)({
        occasion,
        community,
        channel: 'voice',
        address,
        language: 'zh-CN',
        kind: 'code',
        said: { key: 'notice.answered', params: { number: 3, answer: '明天修' } },
      });
      return until(`a call to ${address}`, () => service.twilio.calls.find(({ to }) => to === address));
    };
    const state = async (address: string) => (await collection(Message).findOne({ to: idOf(address) }))?.state;

    const person = await service.twilio.answer(await place('one', KNOWN));
    expect((await said(person)).match(/明天修/g)).to.have.length(2);
    expect(await state(KNOWN)).to.equal('delivered');
    const machine = await service.twilio.answer(await place('two', '+8613800000002'), 'machine_start');
    expect(await machine.hear()).to.deep.equal([]);
    expect(await state('+8613800000002')).to.equal('failed');
    const call = await place('three', '+8613800000003');
    expect((await service.twilio.leaveUnanswered(call, 'no-answer')).status).to.equal(204);
    expect(await state('+8613800000003')).to.equal('failed');
  });

  it('answers before a caller has hung up while the database hangs, whatever was called', async () => {
    const { pid } = await mongoose.connection.getClient().db('admin').command({ serverStatus: 1 });
    const form = { From: KNOWN, To: service.community.phone, CallStatus: 'in-progress', Direction: 'inbound', AccountSid: service.twilio.accountSid };
    const posts: [path: string, form: Record<string, string>][] = [
      ['/twilio/voice', { ...form, CallSid: 'CAhangs1' }],
      ['/twilio/voice', { ...form, CallSid: 'CAhangs2', To: CALLBACK }],
      ['/twilio/voice/person', { ...form, CallSid: 'CAhangs3', DialCallStatus: 'no-answer' }],
    ];
    for (const isRemembered of [true, false]) {
      if (isRemembered) await dial(KNOWN);
      else await sleep(2_500);
      process.kill(pid, 'SIGSTOP');
      try {
        const answers = posts.map(([path, form]) =>
          Promise.race([service.twilio.post(path, form).then(({ text }) => text), sleep(9_000, 'nothing')]),
        );
        for (const answer of await Promise.all(answers)) expect(answer).to.match(/现在记不了|还不知道|<Reject/);
      } finally {
        process.kill(pid, 'SIGCONT');
      }
      await until(
        'the database',
        async () =>
          (await collection(Inquiry)
            .findOne({})
            .catch(() => undefined)) !== undefined,
      );
    }
  });

  it('serves no recording of a resident at any address, and takes no unsigned step', async () => {
    for (const path of ['/twilio/voice', '/twilio/voice/text?ref=1&text=1', '/twilio/voice/person?message=1'])
      expect((await service.twilio.post(path, { CallSid: 'CA1', From: KNOWN, To: service.community.phone }, 'forged')).status).to.equal(403);
    expect((await fetch(service.url + promptPath(world, '0'.repeat(64), false))).status).to.equal(404);
    expect((await service.twilio.post('/twilio/voice/text?ref=1', { CallSid: 'CA1' })).status).to.equal(400);
  });

  it('speaks no encrypted text but that of its own message: not another message’s, nor anything else that is encrypted here', async () => {
    const secret = '王秀英选了3号';
    const foreign = [
      encryptedText(world, 'another', secret),
      world.vault.encrypt('messageSaid', 'one', JSON.stringify({ until: Date.now() + 60_000, text: secret })).toString('base64url'),
      'AAAA',
    ];
    for (const text of foreign) {
      const answer = await service.twilio.post(`/twilio/voice/text?${new URLSearchParams({ ref: 'one', text })}`, { CallSid: 'CA1' });
      expect([answer.status, answer.text]).to.deep.equal([403, 'text is not one of ours for this ref\n']);
    }
    const own = new URLSearchParams({ ref: 'one', text: encryptedText(world, 'one', secret) });
    expect((await service.twilio.post(`/twilio/voice/text?${own}`, { CallSid: 'CA1' })).text).to.include(secret);
  });
});
