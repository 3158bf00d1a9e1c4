import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { addressHmac } from '../../../src/contacts/contact.ts';
import { call } from '../../../src/demo/carriers/asCaller.ts';
import { Conversation, conversationId } from '../../../src/dialog/conversation.ts';
import { Entry } from '../../../src/fund/ballots/index.ts';
import { Cycle } from '../../../src/fund/cycles/index.ts';
import { Resident, residentId } from '../../../src/fund/people/index.ts';
import { Message, saidIn } from '../../../src/outreach/outbox/message.ts';
import { collection } from '../../../src/store/collection.ts';
import { everything } from '../../channels/everything.ts';
import { wrongInVoiceTwiml } from '../../fakes/wrongInVoiceTwiml.ts';
import { useDatabase } from '../../support/database.ts';
import { type OnRoster, onRoster } from '../../support/onRoster.ts';
import { startService, type TestService } from '../../support/service.ts';
import { until } from '../../support/until.ts';
import { whileRefused } from '../../support/whileRefused.ts';

const KNOWN = '+8613800000001';

describe('the voice line', () => {
  const { world } = useDatabase('voice');
  let service: TestService;

  /** How far ahead of now the service is. */
  const clock = { ahead: 0 };

  before(async () => {
    service = await startService({ ...world, now: () => new Date(Date.now() + clock.ahead) });
  });
  after(() => service.stop());

  const dial = (from: string, to = service.community.phone) =>
    call(
      {
        url: service.url,
        publicUrl: service.publicUrl,
        authToken: service.twilio.authToken,
        check: (twiml) => {
          const wrong = wrongInVoiceTwiml(twiml);
          if (wrong) throw new Error(`${wrong}: ${twiml}`);
        },
      },
      { from, to },
    );
  const ballots = () => collection(Entry).countDocuments();

  it('takes a vote of somebody who knows the numbers, reads back each, and sends the receipt by SMS too', async () => {
    const phone = await dial(KNOWN);
    for (const keys of ['1', '1', '3#', '7#', '#']) await phone.press(keys);
    expect(await ballots()).to.equal(1);
    await phone.silence();
    const said = (await phone.hear()).map(({ text }) => text);
    expect(said.slice(0, -4).map((text) => text.replace(/投到.*点/, '投到…'))).to.deep.equal([
      '号码只为投票、通知。',
      '青松社区。投票，按1。说想办的事，按2。听进度，按3。别的，按4。找人，按0。',
      'English, press 8.',
      '最多选三个。',
      '投到…。',
      '知道号码，按1。想听，按2。',
      '井号在右下角。',
      '按项目号，再按井号。',
      '3号，社区花园。',
      '还能选两个，接着按号码。选好了，按井号，才算投上。',
      '7号，路灯。',
      '还能选一个，选了就投。不选，按井号。',
    ]);
    expect(said.at(-4)).to.match(
      /^投好了。3号，社区花园；7号，路灯。要改，按2。凭证：[零一二三四五六七八九]{3}，[零一二三四五六七八九]{3}，[零一二三四五六七八九]{4}。$/,
    );
    expect(said.slice(-3)).to.deep.equal(['短信也发给您。', '别的事，按井号。', '好，再见。']);
    expect([phone.status, phone.waitsFor]).to.deep.equal(['completed', 'nothing']);
    expect(phone.seconds).to.be.at.most(60);
    const sent = await collection(Message)
      .find({ to: idOf(KNOWN) })
      .toArray();
    expect(sent.map(({ channel, kind }) => [channel, kind])).to.deep.equal([['sms', 'receipt']]);
  });

  const idOf = (address: string) => addressHmac(world.vault, { community: service.community._id, channel: 'sms', address });
  /** A step as the carrier posts it. */
  const step = async (turn: number, form: Record<string, string>) => (await service.twilio.post(`/twilio/voice?turn=${turn}`, form)).text;
  const smsOf = async (from: string) => {
    const messages = await collection(Message)
      .find({ to: idOf(from), channel: 'sms' }, { promoteBuffers: true })
      .sort({ at: 1 })
      .toArray();
    return messages.map((message) => saidIn(world.vault, message));
  };
  const last = async (phone: Awaited<ReturnType<typeof dial>>) => (await phone.hear()).map(({ text }) => text).join(' ');
  /** A new resident on the roster. A `phone` that was given before is then shared. */
  let people = 0;
  async function resident(over: Partial<OnRoster> = {}): Promise<string> {
    people += 1;
    const phone = over.phone ?? `+86139${String(10_000_000 + people)}`;
    const _id = `voice-${people}`;
    await collection(Resident).insertOne(
      onRoster(world, { _id: residentId(world.vault, service.community._id, _id), community: service.community._id, rosterId: _id, ...over, phone }),
    );
    return phone;
  }
  const votersOf = async (from: string) =>
    (await smsOf(from))
      .filter(({ params }) => params?.receipt)
      .map(({ key, params }) => [key, Array.isArray(params?.picks) && params.picks.map(({ number }: { number: number }) => number)]);

  describe('a call that is hung up', () => {
    it('casts what was entered and read back, where it is the first ballot, and an SMS says so', async () => {
      const from = await resident();
      const before = await ballots();
      const phone = await dial(from);
      for (const keys of ['1', '1', '3#', '7#']) await phone.press(keys);
      await phone.hangUp();
      expect(await ballots()).to.equal(before + 1);
      expect(await votersOf(from)).to.deep.equal([['notice.castAsHeard', [3, 7]]]);
      const again = await dial(from);
      expect(await last(again)).to.include('投票，按1');
    });

    it('casts it also where nothing could be recorded as it was hung up', async () => {
      const from = await resident();
      const before = await ballots();
      const phone = await dial(from);
      for (const keys of ['1', '1', '3#', '7#']) await phone.press(keys);
      const conversation = { _id: conversationId(world.vault, { channel: 'voice', address: from, to: service.community.phone }) };
      const held = await collection(Conversation).findOneAndUpdate(conversation, {
        $set: { turn: { key: 'elsewhere', batch: 'another', since: new Date() } },
      });
      expect(held).not.to.equal(null);
      await phone.hangUp();
      expect(await ballots()).to.equal(before);
      await collection(Conversation).updateOne(conversation, { $unset: { turn: 1 } });
      await until('the ballot', async () => (await ballots()) > before);
      expect(await ballots()).to.equal(before + 1);
      await until('the SMS', async () => (await smsOf(from)).length > 0);
      expect(await votersOf(from)).to.deep.equal([['notice.castAsHeard', [3, 7]]]);
    });

    it('casts nothing where there is a ballot: the SMS asks for the yes, which casts it within a quarter of an hour', async () => {
      const from = await resident();
      const first = await dial(from);
      for (const keys of ['1', '1', '3#', '#']) await first.press(keys);
      await first.hangUp();
      const before = await ballots();
      const phone = await dial(from);
      for (const keys of ['1', '1', '7#']) await phone.press(keys);
      await phone.hangUp();
      expect(await ballots()).to.equal(before);
      expect((await smsOf(from)).map(({ key }) => key)).to.deep.equal(['vote.receipt', 'notice.callKept']);
      expect(await service.twilio.deliver({ from, to: service.community.phone, body: '是' })).to.match(/^改好了，现在只投：7 路灯.*退订/s);
      expect(await ballots()).to.equal(before + 1);
      expect(await service.twilio.deliver({ from, to: service.community.phone, body: '进度' })).not.to.include('退订');
    });

    it('says nothing of picks that the ballot has already, and keeps none', async () => {
      const from = await resident();
      const phone = await dial(from);
      for (const keys of ['1', '1', '7#', '3#']) await phone.press(keys);
      expect(await service.twilio.deliver({ from, to: service.community.phone, body: '投 3 7' })).to.match(/投好了/);
      const before = await ballots();
      await phone.hangUp();
      expect([await ballots(), await smsOf(from)]).to.deep.equal([before, []]);
      expect(await last(await dial(from))).to.include('投票，按1');
    });

    it('tells by SMS of a ballot that the call has cast, where its answer was lost', async () => {
      const from = await resident();
      const before = await ballots();
      const phone = await dial(from);
      for (const keys of ['1', '1', '3#', '7#']) await phone.press(keys);
      await whileRefused(Message.collection.name, { kind: { $ne: 'receipt' } }, () => phone.press('#'));
      expect(await last(phone)).not.to.include('凭证');
      expect(await ballots()).to.equal(before + 1);
      await phone.hangUp();
      expect(await ballots()).to.equal(before + 1);
      await until('the SMS', async () => (await smsOf(from)).length > 0);
      expect(await votersOf(from)).to.deep.equal([['notice.castAsHeard', [3, 7]]]);
    });

    it('takes no yes for it after a quarter of an hour', async () => {
      const from = await resident();
      const first = await dial(from);
      for (const keys of ['1', '1', '3#', '#']) await first.press(keys);
      await first.hangUp();
      const phone = await dial(from);
      for (const keys of ['1', '1', '7#']) await phone.press(keys);
      await phone.hangUp();
      const before = await ballots();
      clock.ahead = 16 * 60_000;
      try {
        expect(await service.twilio.deliver({ from, to: service.community.phone, body: '是' })).not.to.match(/改好了/);
      } finally {
        clock.ahead = 0;
      }
      expect(await ballots()).to.equal(before);
    });

    it('asks for the card with the yes where the phone is shared', async () => {
      const shared = '+8613800000002';
      const write = (body: string) => service.twilio.deliver({ from: shared, to: service.community.phone, body });
      for (const keys of ['3#', '7#']) {
        const phone = await dial(shared);
        for (const each of ['1', '315820614', '1', keys]) await phone.press(each);
        await phone.hangUp();
      }
      expect((await smsOf(shared)).map(({ key }) => key)).to.deep.equal(['notice.castAsHeard', 'notice.callKeptCard']);
      expect(await write('315820614')).to.match(/^还没投。投这些吗：7 路灯？/);
      expect(await write('是')).to.match(/^改好了，现在只投：7 路灯/);
    });

    it('asks for all numbers by SMS where some are missing, and for the card first where the phone is shared', async () => {
      const own = { community: service.community._id };
      await dial(KNOWN); // whoever comes first freezes the ballot
      const { frozen } = (await collection(Cycle).findOne(own)) ?? {};
      if (!frozen) throw new Error('the ballot is not frozen');
      const two = { ...frozen, ballot: frozen.ballot.replace('"min":1', '"min":2'), hash: 'two at least' };
      await collection(Cycle).updateOne(own, { $set: { frozen: two } });
      const [from, other, shared] = [await resident(), await resident(), '+8613800000002'];
      const say = (body: string) => service.twilio.deliver({ from, to: service.community.phone, body });
      try {
        clock.ahead = 16 * 60_000; // no call of before is offered to go on
        while (!(await say('投票'))?.includes('最少选2个')) await sleep(100); // until the turns know of the change
        const before = await ballots();
        for (const [caller, keys] of [
          [from, ['1', '1', '3#']],
          [shared, ['1', '315820614', '1', '3#']],
        ] as const) {
          const phone = await dial(caller);
          for (const each of keys) await phone.press(each);
          await phone.hangUp();
        }
        expect(await ballots()).to.equal(before);
        // messages of one time are in no order: what the test before sent to the shared phone is left out
        const [few, fewCard] = [await smsOf(from), (await smsOf(shared)).filter(({ key }) => key.startsWith('notice.callKeptFew'))];
        expect([...few, ...fewCard].map(({ key, params }) => [key, params?.left])).to.deep.equal([
          ['notice.callKeptFew', 1],
          ['notice.callKeptFewCard', 1],
        ]);
        expect(await say('3 7')).to.match(/^投好了：3 社区花园、7 路灯/);
      } finally {
        clock.ahead = 0;
        await collection(Cycle).updateOne(own, { $set: { frozen } });
        const sees = () => service.twilio.deliver({ from: other, to: service.community.phone, body: '投票' });
        while ((await sees())?.includes('最少选2个')) await sleep(100);
      }
    });

    it('casts nothing from a number that can receive no SMS, and keeps it', async () => {
      const from = await resident({ phone: '+862885551234' });
      const before = await ballots();
      const phone = await dial(from);
      for (const keys of ['1', '1', '3#']) await phone.press(keys);
      await phone.hangUp();
      expect(await ballots()).to.equal(before);
      expect(await smsOf(from)).to.deep.equal([]);
      const again = await dial(from);
      expect(await last(again)).to.match(/刚才断了。接着投，按1。从头来，按2。$/);
    });

    it('does nothing with steps that come after its end, or to another call, and takes its end once', async () => {
      const from = await resident();
      const phone = await dial(from);
      for (const keys of ['1', '1', '3#']) await phone.press(keys);
      await phone.hangUp();
      const before = await ballots();
      const late = { CallSid: phone.sid, From: from, To: service.community.phone, CallStatus: 'in-progress', Digits: '7', FinishedOnKey: '#' };
      for (const turn of [4, 5, 9]) expect(await step(turn, late)).to.match(/<Response><Hangup\/><\/Response>$/);
      expect(await step(4, { ...late, CallSid: 'CAanother' })).to.match(/<Response><Hangup\/><\/Response>$/);
      const { status } = await service.twilio.post('/twilio/status', {
        CallSid: phone.sid,
        From: from,
        To: service.community.phone,
        CallStatus: 'completed',
      });
      expect([status, await ballots(), (await smsOf(from)).length]).to.deep.equal([204, before, 1]);
    });
  });

  describe('a call that was cut off', () => {
    it('goes on within a quarter of an hour, without speaking the picks of before', async () => {
      const from = await resident({ phone: '+862885551235' });
      const phone = await dial(from);
      for (const keys of ['1', '1', '3#']) await phone.press(keys);
      await phone.hangUp();
      const again = await dial(from);
      await again.press('1');
      expect(await last(again)).not.to.include('花园');
      await again.press('7#');
      await again.press('#');
      expect(await last(again)).to.match(/投好了。 7号，路灯。 断线前按的1个也算上了。要改，按2。/);
    });

    it('goes on also where the caller had asked for a person, or was offered one after three wrong keys', async () => {
      for (const keys of [[], ['98#', '98#', '98#']]) {
        const from = await resident({ phone: `+86288555130${keys.length}` });
        const phone = await dial(from);
        for (const key of ['1', '1', '3#', ...keys]) await phone.press(key);
        if (keys.length > 0) expect(await last(phone)).to.match(/没有98号。 要接居委会，按0。/);
        await phone.press('0');
        expect(await last(phone)).to.include('给您接');
        const before = await ballots();
        await phone.hangUp();
        expect(await ballots()).to.equal(before);
        const again = await dial(from);
        expect(await last(again)).to.match(/刚才断了。接着投，按1。从头来，按2。$/);
        await again.press('1');
        await again.press('#');
        expect(await last(again))
          .to.include('投好了。 断线前按的1个也算上了。')
          .and.not.include('花园');
      }
    });

    it('starts again where that is wanted, and is the menu after a quarter of an hour', async () => {
      const from = await resident({ phone: '+862885551236' });
      const cut = async () => {
        const phone = await dial(from);
        if ((await last(phone)).includes('刚才断了')) await phone.press('2');
        else await phone.press('1');
        await phone.press('1');
        await phone.press('3#');
        return phone;
      };
      await (await cut()).hangUp();
      const again = await dial(from);
      await again.press('2');
      await again.press('1');
      await again.press('7#');
      await again.press('#');
      expect(await last(again)).to.include('投好了。7号，路灯。');
      await again.hangUp();
      await (await cut()).hangUp();
      clock.ahead = 16 * 60_000;
      try {
        expect(await last(await dial(from))).to.include('投票，按1');
      } finally {
        clock.ahead = 0;
      }
    });

    it('goes on only for who shows the same card again on a shared phone', async () => {
      const shared = '+8613800000002';
      const phone = await dial(shared);
      await phone.press('1');
      await phone.press('204681717');
      await phone.press('1');
      await phone.press('3#');
      try {
        clock.ahead = 4 * 60_000;
        const other = await dial(shared);
        expect(await last(other)).to.include('按卡认人');
        await other.press('315820614');
        expect(await last(other)).to.match(/^最多选三个。 .*知道号码，按1。想听，按2。$/);
        clock.ahead = 8 * 60_000;
        const back = await dial(shared);
        await back.press('204681717');
        expect(await last(back)).to.match(/刚才断了。接着投，按1。从头来，按2。$/);
        await back.press('1');
        await back.press('#');
        expect(await last(back)).to.include('投好了。 断线前按的1个也算上了。');
      } finally {
        clock.ahead = 0;
      }
    });
  });

  it('asks a silence again, each time in other words, three times in all, then says how to reach a person', async () => {
    const phone = await dial(await resident());
    await phone.press('1');
    await phone.hear();
    await phone.silence();
    const one = await last(phone);
    await phone.silence();
    const two = await last(phone);
    expect([one, two]).to.deep.equal([
      '您还在吗？ 知道号码，按1。想听我念，按2。',
      '不着急。再听一遍，按左下角的星号。 按号码投，按1。我念给您听，按2。',
    ]);
    await phone.silence();
    expect(await last(phone)).to.equal('听不到您。要找居委会，打零二八，八零零零，零零零三。再说一遍，零二八，八零零零，零零零三。您也可以再打来。');
    expect(phone.status).to.equal('completed');
  });

  it('repeats slower with the star, wherever it is, what was read back too', async () => {
    const from = await resident();
    const phone = await dial(from);
    const star = { CallSid: phone.sid, From: from, To: service.community.phone, CallStatus: 'in-progress', Digits: '*' };
    for (const keys of ['1', '1', '3#']) await phone.press(keys);
    const slow = await step(4, star);
    expect(slow)
      .to.match(/<prosody rate="\d+%">3号，社区花园。<\/prosody>/)
      .and.match(/<prosody rate="\d+%">还能选两个，接着按号码。选好了，按井号，才算投上。<\/prosody>/);
    expect(await step(5, { ...star, Digits: '7', FinishedOnKey: '#' }))
      .to.include('7号，路灯')
      .and.not.include('prosody');
    expect(await step(6, { ...star, Digits: '', FinishedOnKey: '#' })).to.include('投好了');
    expect(await step(7, star)).to.match(/<prosody[^>]*>投好了。3号，社区花园；7号，路灯。/);
    expect(await step(8, { ...star, Digits: '2' })).to.match(/刚才投的还算。.*按项目号，再按井号。/s);
  });

  it('offers English by an English voice, in a call that is Chinese', async () => {
    const phone = await dial(await resident());
    for (const keys of ['4', '2']) await phone.press(keys);
    const said = (await phone.hear()).slice(-2).map(({ text, language }) => [text, language]);
    expect(said).to.deep.equal([
      ['普通话，按1。', 'cmn-CN'],
      ['English, press 2.', 'en-US'],
    ]);
  });

  it('reads one project at a time, casts at the last pick allowed, and lets it be changed', async () => {
    const from = await resident();
    const phone = await dial(from);
    await phone.press('1');
    await phone.press('2');
    expect(await last(phone)).to.include('1号，楼道扶手，两万五千块。1栋和3栋没有电梯，每层楼梯一边装扶手。投它，按1。下一个，按2。');
    await phone.press('2');
    await phone.press('2');
    expect(await last(phone)).to.include('2号没选。 3号，社区花园，六万块。');
    await phone.press('3');
    expect(await last(phone)).to.include('3号，社区花园。投它，按1。');
    await phone.press('1');
    expect(await last(phone)).to.match(
      /记下3号，社区花园。 还能选两个。选好了，按井号，才算投上。 7号，路灯，四万八千块。三号院到菜市场一段，八盏灯。投它，按1。下一个，按2。$/,
    );
    await phone.press('#');
    expect(await last(phone)).to.include('投好了。3号，社区花园。要改，按2。');
    await phone.press('2');
    for (const keys of ['1', '1#', '2#', '7#']) await phone.press(keys);
    expect(await last(phone)).to.include('改好了。1号，楼道扶手；2号，健身角；7号，路灯。');
    await phone.press('#');
    expect(await last(phone)).to.include('投票，按1');
  });

  it('gives the same answer to the same step, and casts it once', async () => {
    const from = await resident();
    const phone = await dial(from);
    for (const keys of ['1', '1', '3#']) await phone.press(keys);
    const before = await ballots();
    const form = { CallSid: phone.sid, From: from, To: service.community.phone, CallStatus: 'in-progress', Digits: '7', FinishedOnKey: '#' };
    const heard = await step(4, form);
    expect(heard).to.include('7号，路灯');
    expect(await step(4, form)).to.equal(heard);
    const done = { ...form, Digits: '' };
    const cast = await Promise.all(Array.from({ length: 5 }, () => step(5, done)));
    expect(cast[0]).to.include('投好了');
    expect(new Set(cast).size).to.equal(1);
    expect(await ballots()).to.equal(before + 1);
  });

  it('takes no notice of a call that never was', async () => {
    const before = await everything();
    const form = { CallSid: 'CAnever', From: '+8613900000001', To: service.community.phone };
    for (const CallStatus of ['ringing', 'busy', 'no-answer', 'canceled']) {
      expect((await service.twilio.post('/twilio/status', { ...form, CallStatus })).status).to.equal(204);
    }
    expect(await everything()).to.deep.equal(before);
  });

  it('says to who hides their number what to do, and takes no step whose number is none', async () => {
    const form = { CallSid: 'CAhidden', From: 'anonymous', To: service.community.phone, CallStatus: 'ringing' };
    const before = await everything();
    for (const From of ['anonymous', '+266696687', '+7378742833', '+2562533', '+8656696', '+86282452253'])
      expect(await step(0, { ...form, CallSid: `CA${From}`, From }), From).to.include('看不到您的号码');
    expect((await service.twilio.post('/twilio/voice?turn=x', { ...form, From: '+8613900000000' })).status).to.equal(400);
    expect(await everything()).to.deep.equal(before);
  });
});
