import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import type { Dispatch, Send, Sent } from '../../../src/carriers/sending.ts';
import { Address, wholeDay } from '../../../src/contacts/addressBook.ts';
import { addressHmac } from '../../../src/contacts/contact.ts';
import { Conversation, conversationId } from '../../../src/dialog/conversation.ts';
import { Resident, residentId } from '../../../src/fund/people/index.ts';
import { eraseMe } from '../../../src/fund/roster/eraseResident.ts';
import { lease } from '../../../src/outreach/outbox/beginSending.ts';
import { carrierStatus, delivery } from '../../../src/outreach/outbox/delivery.ts';
import { enqueue, type Outgoing } from '../../../src/outreach/outbox/enqueue.ts';
import { laneOf, Message, type MessageState } from '../../../src/outreach/outbox/message.ts';
import { type Outbox, outbox, recoverLeases } from '../../../src/outreach/outbox/outbox.ts';
import { collection } from '../../../src/store/collection.ts';
import { DAY_MS } from '../../../src/store/wallTime.ts';
import type { World } from '../../../src/store/world.ts';
import { useDatabase } from '../../support/database.ts';
import { forget } from '../../support/forget.ts';
import { onRoster } from '../../support/onRoster.ts';
import { town } from '../../support/town.ts';

const PHONE = '+8613800000001';

describe('outbox', () => {
  const { world } = useDatabase('outbox');
  const running: Outbox[] = [];

  before(async () => {
    await town(world, { community: { _id: 'qingsong', phone: '+862880000001', quiet: '00:00-00:00', rates: { sms: 100_000 } } });
  });
  beforeEach(async () => {
    await collection(Message).deleteMany({});
    await collection(Address).deleteMany({});
  });
  afterEach(() => Promise.all(running.splice(0).map((sender) => sender.stop())));

  const queue = (more: Partial<Outgoing> = {}) =>
    enqueue(world)({
      occasion: 'answer|1',
      community: 'qingsong',
      channel: 'sms',
      address: PHONE,
      language: 'zh-CN',
      kind: 'answer',
      said: { key: 'ask.answered', params: { text: '路灯下周修' } },
      ...more,
    });
  const states = async () => (await collection(Message).find().toArray()).map(({ state }) => state);
  const only = async () => {
    const [message, ...others] = await collection(Message).find().toArray();
    if (!message || others.length > 0) throw new Error('not exactly one message');
    return message;
  };
  const word = async ({ said }: { said: { key: string; params?: object } }) => JSON.stringify(said);
  const errors: unknown[] = [];
  const log = { error: ({ error }: { error?: unknown }) => void errors.push(error) };

  /** A carrier that gives the answers of the test, and counts the messages that it gets. */
  function carrier(answer: (dispatch: Dispatch, nth: number) => Sent | Promise<Sent>): { send: Send; got: Dispatch[] } {
    const got: Dispatch[] = [];
    return { got, send: async (dispatch) => answer(dispatch, got.push(dispatch)) };
  }
  const accepting = () => carrier(({ ref }) => ({ state: 'sent', carrierId: `SM${ref}` }));

  /** A carrier that answers only when the test lets it answer. */
  function waiting() {
    let answer: (sent: Sent) => void = () => {};
    const answered = new Promise<Sent>((resolve) => {
      answer = resolve;
    });
    return { ...carrier(() => answered), answer };
  }

  function start({ send }: { send: Send }, here: World = world, more: { atOnce?: number; pollMs?: number } = {}): Outbox {
    const sender = outbox(here, { channel: 'sms', send, word, log, pollMs: 20, ...more });
    running.push(sender);
    return sender;
  }
  async function until(state: MessageState, count = 1): Promise<void> {
    while ((await collection(Message).countDocuments({ state })) < count) await sleep(10);
  }
  /** Whatever can be sent by now has gone out: so has a message to somebody else that is queued after it, which is taken away again. */
  async function gone(): Promise<void> {
    await queue({ occasion: 'last', address: '+8613900000009' });
    const last = { _id: /^last/, state: { $nin: ['pending', 'leased', 'sending'] satisfies MessageState[] } };
    while ((await collection(Message).deleteOne(last)).deletedCount === 0) await sleep(10);
  }
  const toThem = (got: readonly Dispatch[]) => got.filter(({ to }) => to === PHONE);
  /** The same world so many milliseconds later: leases from before have run out. */
  const later = (ms: number): World => ({ ...world, now: () => new Date(world.now().getTime() + ms) });
  const lane = laneOf({ kind: 'answer', community: 'qingsong' });
  const hold = async (here = world) => {
    await recoverLeases(here, 'sms');
    const [held] = await lease(here, 'sms', lane, 1);
    if (!held) throw new Error('nothing to hold');
    return held;
  };
  const take = async (send: Send, held: Awaited<ReturnType<typeof hold>>, timeoutMs = 1_000) => {
    await (await delivery(world, { send, word, timeoutMs })(held)).settled;
  };

  it('sends what was queued, once for an occasion, in its own words and from the community’s number', async () => {
    const { send, got } = accepting();
    await queue();
    await queue({ said: { key: 'ask.answered', params: { text: 'another text' } } });
    start({ send });
    await until('sent');
    expect(got).to.have.length(1);
    expect(got[0]).to.include({ to: PHONE, from: '+862880000001', text: '{"key":"ask.answered","params":{"text":"路灯下周修"}}' });
    expect(await only()).to.include({ state: 'sent', carrierId: `SM${got[0]?.ref}`, attempts: 1 });
    await queue();
    await gone();
    expect(toThem(got)).to.have.length(1);
  });

  it('words an answer in the language last used there, on another channel, too; else in the roster’s, else in the community’s', async () => {
    const spoke = (channel: 'sms' | 'voice', language: string) => {
      const _id = conversationId(world.vault, { channel, address: PHONE, to: '+862880000001' });
      return collection(Conversation).insertOne({ _id, language, revision: 1 });
    };
    const languageNow = async (more: Partial<Outgoing>) => {
      await collection(Message).deleteMany({});
      await queue(more);
      return (await only()).language;
    };
    expect(await languageNow({ language: undefined }), 'the community’s').to.equal('zh-CN');
    expect(await languageNow({ language: 'zh-CN-sichuan' }), 'the roster’s').to.equal('zh-CN-sichuan');
    await spoke('voice', 'en');
    expect(await languageNow({ language: undefined }), 'a call').to.equal('en');
    expect(await languageNow({ kind: 'notice' }), 'nothing was asked').to.equal('zh-CN');
    await spoke('sms', 'zh-CN');
    expect(await languageNow({ language: undefined }), 'a text').to.equal('zh-CN');
    await collection(Conversation).deleteMany({});
  });

  it('writes by one command what is queued at the same time, and does not look for each of what comes one after the other', async () => {
    const { send } = accepting();
    start({ send }, world, { pollMs: 60_000 });
    await gone(); // it has looked
    const { db } = Message.db;
    const asked = async (what: object) => (await db?.collection('system.profile').countDocuments(what)) ?? 0;
    const looks = () => asked({ 'command.aggregate': 'outbox', 'command.pipeline.0.$match.channel': 'sms' });
    await db?.createCollection('system.profile', { capped: true, size: 16 * 1024 * 1024 }); // room for all that a slow machine asks
    await db?.command({ profile: 2 });
    await Promise.all(Array.from({ length: 50 }, (_, index) => queue({ occasion: `answer|${index}` })));
    expect(await asked({ 'command.insert': 'outbox' })).to.be.within(1, 2);
    await until('sent', 50);
    const begun = performance.now();
    const before = await looks();
    for (let index = 50; index < 90; index += 1) await queue({ occasion: `answer|${index}` });
    await until('sent', 90);
    expect(await looks()).to.be.within(before + 1, before + 2 + (performance.now() - begun) / 100);
    await db?.command({ profile: 0 });
    await db?.collection('system.profile').drop();
  });

  it('hands over what is for one person one after the other, in the order in which it was queued', async () => {
    let underWay = 0;
    let most = 0;
    const { send, got } = carrier(async ({ ref }, nth) => {
      most = Math.max(most, ++underWay);
      await sleep(20 / nth);
      underWay -= 1;
      return { state: 'sent', carrierId: `SM${ref}` };
    });
    const said = (text: string) => ({ key: 'ask.answered', params: { text } });
    for (const nth of [1, 2, 3, 4, 5, 6]) {
      await queue({ occasion: `answer|${nth}`, said: said(String(nth)) });
      await sleep(2);
    }
    start({ send });
    await until('sent', 6);
    expect(got.map(({ text }) => text)).to.deep.equal([1, 2, 3, 4, 5, 6].map((nth) => JSON.stringify(said(String(nth)))));
    expect(most).to.equal(1);
  });

  it('keeps what is said encrypted', async () => {
    await queue();
    expect((await only()).said.toString('latin1')).not.to.include('ask.answered');
  });

  it('wakes for what is queued beside it, without waiting for its next look', async () => {
    const { send, got } = accepting();
    start({ send }, world, { pollMs: 600_000 });
    await gone(); // it has looked
    await queue();
    await until('sent');
    expect(toThem(got)).to.have.length(1);
  });

  it('waits until a message is due, and leaves other channels alone', async () => {
    const { send, got } = accepting();
    await queue({ dueAt: new Date(world.now().getTime() + 60_000) });
    await queue({ channel: 'wechat', address: 'openid' });
    expect(await lease(world, 'sms', lane, 10)).to.deep.equal([]);
    start({ send }, later(61_000));
    await until('sent');
    expect(got.map(({ to }) => to)).to.deep.equal([PHONE]);
  });

  describe('a sender that is gone', () => {
    it('before the carrier was called: another takes the message, and the first may write nothing any more', async () => {
      await queue();
      const first = await hold();
      expect(await lease(world, 'sms', lane, 10)).to.deep.equal([]);
      const { send, got } = accepting();
      const second = await hold(later(31_000));
      await take(send, first);
      expect(got, 'the first one calls no carrier').to.deep.equal([]);
      await take(send, second);
      expect(got).to.have.length(1);
      expect(await only()).to.include({ state: 'sent', attempts: 2 });
    });

    it('while the carrier was called: nobody knows, and it is not sent again by itself', async () => {
      await queue();
      void take(() => new Promise(() => {}), await hold()); // never comes back
      await until('sending');
      const { send, got } = accepting();
      start({ send }, later(60_000));
      await until('unknown');
      await gone();
      expect(toThem(got)).to.deep.equal([]);
      expect(await only()).to.include({ reason: 'leaseLost', attempts: 1 });

      const { ref } = await only();
      await carrierStatus(world, { ref, carrierId: 'SM1', state: 'delivered' });
      expect(await only())
        .to.include({ state: 'delivered', carrierId: 'SM1' })
        .and.not.have.property('reason');
    });

    it('and comes back late: what it then knows counts', async () => {
      await queue();
      const { send, got, answer } = waiting();
      const taken = take(send, await hold(), 60_000);
      while (got.length === 0) await sleep(1);
      await recoverLeases(later(120_000), 'sms');
      expect(await states()).to.deep.equal(['unknown']);
      answer({ state: 'sent', carrierId: 'SM1' });
      await taken;
      expect(await only()).to.include({ state: 'sent', carrierId: 'SM1' });
    });
  });

  it('sends 500 messages over two senders at once, each once', async () => {
    await Promise.all(Array.from({ length: 500 }, (_, i) => queue({ address: `+86138${String(i).padStart(8, '0')}` })));
    const { send, got } = accepting();
    start({ send });
    start({ send }, { ...world });
    await until('sent', 500);
    expect(got).to.have.length(500);
    expect(new Set(got.map(({ to }) => to)).size).to.equal(500);
  });

  it('has no more with the carrier at once than it may, and ends them when it is stopped', async () => {
    for (let i = 0; i < 8; i += 1) await queue({ address: `+861380000000${i}` });
    let [now, ended] = [0, 0];
    let answer = () => {};
    const answers = new Promise<void>((resolve) => {
      answer = resolve;
    });
    const sender = start(
      carrier(async (_, nth) => {
        now += 1;
        await answers;
        ended += 1;
        return { state: 'sent', carrierId: `SM${nth}` };
      }),
      world,
      { atOnce: 3 },
    );
    while (now < 3) await sleep(1);
    await sleep(100);
    const stopped = sender.stop();
    answer();
    await stopped;
    expect([now, ended]).to.deep.equal([3, 3]);
    expect((await states()).sort()).to.deep.equal([...Array(5).fill('pending'), ...Array(3).fill('sent')]);
  });

  describe('what the carrier says', () => {
    it('refused: the message waits and is tried again', async () => {
      await queue();
      const { send, got } = carrier((_, nth) => (nth === 1 ? { state: 'refused', reason: 'rate' } : { state: 'sent', carrierId: 'SM1' }));
      await take(send, await hold());
      expect(await only()).to.include({ state: 'pending', reason: 'rate', attempts: 1 });
      await take(send, await hold(later(3_600_000)));
      expect(await only())
        .to.include({ state: 'sent', attempts: 2 })
        .and.not.have.property('reason');
      expect(got).to.have.length(2);
    });

    it('refused for ever: given up after a hundred tries', async () => {
      await queue();
      await collection(Message).updateOne({}, { $set: { attempts: 100 } });
      await take(accepting().send, await hold());
      expect(await only()).to.include({ state: 'failed', reason: 'gaveUp' });
    });

    for (const [said, expected] of [
      [{ state: 'failed', reason: 'twilio.21211' }, 'failed'],
      [{ state: 'unknown', reason: 'http.503' }, 'unknown'],
    ] as const) {
      it(`${expected}: that is the end of it, with the reason`, async () => {
        await queue();
        const { send, got } = carrier(() => said);
        start({ send });
        await until(expected);
        start({ send }, later(86_400_000));
        await gone();
        expect(toThem(got)).to.have.length(1);
        expect(await only()).to.include(said);
      });
    }

    it('stopped: the address is stopped too, once', async () => {
      await queue();
      await queue({ occasion: 'answer|2' });
      const { send, got } = carrier(() => ({ state: 'stopped' }));
      await take(send, await hold());
      await take(send, await hold());
      expect(await states()).to.deep.equal(['stopped', 'stopped']);
      expect(got, 'the second one is held back here').to.have.length(1);
      const book = await collection(Address).findOne({ _id: addressHmac(world.vault, { community: 'qingsong', channel: 'sms', address: PHONE }) });
      expect(book?.stoppedAt).to.be.instanceOf(Date);
      expect(book?.log.map(({ what }) => what)).to.deep.equal(['stop']);
    });

    it('a callback is faster than the answer: it stands', async () => {
      await queue();
      const { send } = carrier(async ({ ref }) => {
        await carrierStatus(world, { ref, carrierId: 'SM1', state: 'delivered' });
        return { state: 'sent', carrierId: 'SM1' };
      });
      await take(send, await hold());
      expect(await only()).to.include({ state: 'delivered', carrierId: 'SM1' });
    });
  });

  describe('a stop', () => {
    const stopped = () =>
      collection(Address).insertOne({
        _id: addressHmac(world.vault, { community: 'qingsong', channel: 'sms', address: PHONE }),
        stoppedAt: wholeDay(world.now()),
        log: [],
      });

    it('that came after the message was taken holds it back all the same', async () => {
      await queue();
      const held = await hold();
      await stopped();
      const { send, got } = accepting();
      await take(send, held);
      expect(got).to.deep.equal([]);
      expect(await only()).to.include({ state: 'stopped' });
    });

    it('holds back notices and answers to what was asked before it, but neither receipts, codes nor alarms, nor what is asked since', async () => {
      await stopped();
      for (const kind of ['notice', 'receipt', 'code', 'alarm'] as const) await queue({ occasion: kind, kind });
      const now = world.now();
      await queue({ occasion: 'asked before', kind: 'answer', askedAt: new Date(now.getTime() - 2 * DAY_MS) });
      await queue({ occasion: 'asked since', kind: 'answer', askedAt: now });
      start(accepting());
      await until('sent', 4);
      await until('stopped', 2);
      const sent = (await collection(Message).find({ state: 'sent' }).toArray()).map(({ _id }) => _id.split('|')[0]);
      expect(sent.sort()).to.deep.equal(['alarm', 'asked since', 'code', 'receipt']);
    });
  });

  describe('who asked to be deleted, with a phone that several share', () => {
    const residents = ['wang', 'li'];
    const here = (address = PHONE) => ({ community: 'qingsong', channel: 'sms' as const, address });
    const idOf = (resident: string) => residentId(world.vault, 'qingsong', resident);
    const noted = (resident: string) =>
      collection(Resident).updateOne(
        { _id: idOf(resident) },
        { $set: { erasureRequest: { at: wholeDay(world.now()), key: resident, from: addressHmac(world.vault, here()) } } },
      );
    const done = (resident: string) =>
      eraseMe(
        world,
        forget,
        {},
        { ...here(), key: resident, at: world.now(), resident: idOf(resident), withCard: true, beginWrite: () => undefined },
      );
    const sent = async () => (await collection(Message).find({ state: 'sent' }).toArray()).map(({ _id }) => _id.split('|')[0]).sort();

    beforeEach(async () => {
      await collection(Resident).deleteMany({});
      await collection(Resident).insertMany(
        residents.map((rosterId) => onRoster(world, { _id: idOf(rosterId), community: 'qingsong', rosterId, phone: PHONE })),
      );
      for (const resident of residents) await queue({ occasion: `to ${resident}`, kind: 'notice', resident: idOf(resident), toMany: 'own' });
      await queue({ occasion: 'to both', kind: 'notice', resident: idOf('wang'), toMany: 'same' });
    });

    for (const [when, leaves] of Object.entries({ 'waiting for the seal': noted, done })) {
      it(`${when}: gets nothing more there, and who stays does`, async () => {
        await leaves('wang');
        start(accepting());
        await until('sent', 2);
        await until('stopped');
        expect(await sent()).to.deep.equal(['to both', 'to li']);
      });

      it(`${when}: what was for all of them is not sent where nobody stays`, async () => {
        for (const resident of residents) await leaves(resident);
        start(accepting());
        await Promise.race([until('stopped', 3), until('sent')]);
        expect(await sent()).to.deep.equal([]);
      });
    }
  });

  it('keeps a message that cannot be worded, says so, and goes on with the others', async () => {
    await queue({ occasion: 'broken', said: { key: 'no.such' } });
    await queue({ occasion: 'whole' });
    const { send, got } = accepting();
    errors.splice(0);
    const fussy = async ({ said }: { said: { key: string } }) => {
      if (said.key === 'no.such') throw new Error('no such key');
      return said.key;
    };
    running.push(outbox(world, { channel: 'sms', send, word: fussy, log, pollMs: 20 }));
    await until('sent');
    await until('pending');
    expect(got.every(({ text }) => text === 'ask.answered')).to.equal(true);
    expect(errors.length).to.be.greaterThan(0);
    expect(await collection(Message).findOne({ _id: { $regex: '^broken[|]sms[|]' } })).to.include({ reason: 'notWorded' });
  });

  for (const kind of ['receipt', 'notice'] as const)
    it(`fails a ${kind} that somebody wrote into the database, and goes on with the others of its lane`, async () => {
      const spoilt = ['address', 'said', 'next'] as const;
      for (const [n, occasion] of ['first', ...spoilt, 'last'].entries())
        await queue({ occasion, kind, address: `+861380000001${n}`, next: [{ channel: 'voice', address: PHONE }] });
      for (const field of spoilt) await copied(field, field === 'next' ? { state: 'failed' } : {});
      const { send, got } = accepting();
      errors.splice(0);
      start({ send });
      await until('sent', 2);
      await gone();
      const failed = { channel: 'sms', state: 'failed' } as const;
      while ((await collection(Message).countDocuments({ ...failed, next: { $exists: true } })) > 0) await sleep(10);
      const ended = await collection(Message).find(failed).sort({ _id: 1 }).toArray();
      expect(ended.map(({ _id, reason }) => [_id.split('|')[0], reason])).to.deep.equal([
        ['address', 'notOurs'],
        ['next', undefined],
        ['said', 'notOurs'],
      ]);
      expect(await collection(Message).countDocuments({ channel: 'voice' }), 'tried elsewhere, as far as it is known where').to.equal(1);
      expect(got.filter(({ to }) => to.startsWith('+861380000001')).map(({ to }) => to.at(-1))).to.deep.equal(['0', '4']);
      expect(errors).to.deep.equal([]);
    });

  /** Gives the message of this name what another one has encrypted in the field of this name. */
  async function copied(field: 'address' | 'said' | 'next', more: object): Promise<void> {
    const other = await collection(Message).findOne({ _id: { $regex: '^first[|]' } });
    await collection(Message).updateOne({ _id: { $regex: `^${field}[|]` } }, { $set: { [field]: other?.[field], ...more } });
  }
});
