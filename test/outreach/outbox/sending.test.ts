import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import mongoose from 'mongoose';
import type { Dispatch, Send, Sent } from '../../../src/carriers/sending.ts';
import { Address } from '../../../src/contacts/addressBook.ts';
import { addressHmac } from '../../../src/contacts/contact.ts';
import type { Statement } from '../../../src/dialog/question.ts';
import { Community, type CommunityRecord } from '../../../src/fund/communities/index.ts';
import { operator, stopMessages } from '../../../src/fund/people/index.ts';
import { linkContact } from '../../../src/fund/people/linkChat.ts';
import { Broadcast, markOfBroadcast, NEVER } from '../../../src/outreach/broadcasts/broadcast.ts';
import { queueBroadcast } from '../../../src/outreach/broadcasts/queueBroadcast.ts';
import { lease } from '../../../src/outreach/outbox/beginSending.ts';
import { carrierStatus, delivery } from '../../../src/outreach/outbox/delivery.ts';
import { enqueue, type Outgoing } from '../../../src/outreach/outbox/enqueue.ts';
import { laneOf, Message, type MessageState } from '../../../src/outreach/outbox/message.ts';
import { type Outbox, outbox } from '../../../src/outreach/outbox/outbox.ts';
import { sendingRate } from '../../../src/outreach/outbox/sendingRate.ts';
import { recipients } from '../../../src/outreach/recipients.ts';
import { collection } from '../../../src/store/collection.ts';
import type { World } from '../../../src/store/world.ts';
import { cancelBroadcast, pauseBroadcast, resumeBroadcast } from '../../support/broadcasts.ts';
import { useDatabase } from '../../support/database.ts';
import { type Town, town } from '../../support/town.ts';

const PHONE = '+8613800000001';
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe('sending what we start', () => {
  const { world } = useDatabase('sending');
  const running: Outbox[] = [];
  let here: Town;

  beforeEach(async () => {
    await collection(Message).deleteMany({});
    await collection(Address).deleteMany({});
    here = await made();
  });
  afterEach(() => Promise.all(running.splice(0).map((sender) => sender.stop())));

  const made = (community: Partial<CommunityRecord> = {}) =>
    town(world, { community: { quiet: '00:00-00:00', rates: { sms: 100_000, wechat: 100_000 }, ...community } });
  const queue = (more: Partial<Outgoing> = {}, at: World = world) =>
    enqueue(at)({
      occasion: 'step|1',
      community: here.community,
      channel: 'sms',
      address: PHONE,
      language: 'zh-CN',
      kind: 'notice',
      said: { key: 'notice.broadcast', params: { text: '明天停水' } },
      ...more,
    });
  const word = async ({ said, isFirst }: { said: Statement; isFirst: boolean }) => `${said.params?.text}${isFirst ? ' 退订' : ''}`;
  const logged: { code?: string }[] = [];
  const log = { error: (facts: { code?: string }) => void logged.push(facts) };

  function carrier(answer: (dispatch: Dispatch, nth: number) => Sent | Promise<Sent> = ({ ref }) => ({ state: 'sent', carrierId: `SM${ref}` })) {
    const got: Dispatch[] = [];
    const send: Send = async (dispatch) => answer(dispatch, got.push(dispatch));
    return { got, send };
  }
  function start(send: Send, at: World = world, channel: 'sms' | 'wechat' = 'sms', atOnce = 8): Outbox {
    const sender = outbox(at, { channel, send, word, log, pollMs: 20, atOnce });
    running.push(sender);
    return sender;
  }
  async function until(state: MessageState, count = 1, community = here.community): Promise<void> {
    while ((await collection(Message).countDocuments({ state, community })) < count) await sleep(10);
  }
  /** Waits until nothing is on its way to the carrier. */
  async function settled(): Promise<void> {
    while ((await collection(Message).countDocuments({ community: here.community, state: { $in: ['leased', 'sending'] } })) > 0) await sleep(10);
  }
  /** Whatever can be sent by now has gone out: so has a message to somebody else that is queued after it, which is taken away again. */
  async function gone(channel: 'sms' | 'wechat' = 'sms', at: World = world): Promise<void> {
    await queue({ occasion: 'last', channel, address: channel === 'sms' ? '+8613900000009' : 'openid9', kind: 'code' }, at);
    const last = { _id: /^last/, state: { $nin: ['pending', 'leased', 'sending'] satisfies MessageState[] } };
    while ((await collection(Message).deleteOne(last)).deletedCount === 0) await sleep(10);
  }
  const toOthers = (got: readonly Dispatch[]) => got.filter(({ to }) => to !== '+8613900000009');
  const states = async () => (await collection(Message).find({ community: here.community }).toArray()).map(({ state }) => state).sort();
  /** The same world at another time, running on from there. */
  const worldAt = (time: string): World => {
    const ahead = new Date(time).getTime() - Date.now();
    return { ...world, now: () => new Date(Date.now() + ahead) };
  };

  describe('quiet hours', () => {
    let before: World;
    beforeEach(async () => {
      before = worldAt('2026-12-01T10:00:00+08:00');
      here = await made({ quiet: '21:00-08:00' });
    });

    it('hold back what we start until they end, and nothing that belongs to what a person does', async () => {
      for (const kind of ['notice', 'answer', 'code', 'receipt'] as const) await queue({ occasion: kind, kind }, before);
      await queue({ occasion: 'became', kind: 'answer', heedsQuiet: true }, before);
      const { send, got } = carrier();
      const night = start(send, worldAt('2026-12-01T23:30:00+08:00'));
      await until('sent', 3);
      await gone('sms', before);
      expect(await states()).to.deep.equal(['pending', 'pending', 'sent', 'sent', 'sent']);
      await night.stop();
      start(send, worldAt('2026-12-02T08:00:00+08:00'));
      await until('sent', 5);
      expect(toOthers(got)).to.have.length(5);
    });

    it('that begin while a message is held send it back, and it costs no try', async () => {
      await queue({}, before);
      const [held] = await lease(worldAt('2026-12-01T20:59:59+08:00'), 'sms', laneOf({ kind: 'notice', community: here.community }), 1);
      if (!held) throw new Error('nothing held');
      const { send, got } = carrier();
      await (await delivery(worldAt('2026-12-01T21:00:00+08:00'), { send, word, timeoutMs: 1_000 })(held)).settled;
      expect(got).to.deep.equal([]);
      expect(await collection(Message).findOne({ community: here.community })).to.deep.include({
        state: 'pending',
        attempts: 0,
        dueAt: new Date('2026-12-02T08:00:00+08:00'),
      });
    });

    it('that cannot be read hold everything back', async () => {
      await collection(Community).updateOne({ _id: here.community }, { $set: { timezone: 'Asia/Nowhere' } });
      await queue({}, before);
      await queue({ occasion: 'code', kind: 'code' }, before);
      start(carrier().send, worldAt('2026-12-01T12:00:00+08:00'));
      await until('sent');
      await gone('sms', before);
      expect(await states()).to.deep.equal(['pending', 'sent']);
    });
  });

  it('a clock that jumps ahead and back, by an hour and by a day, sends each once and loses none', async () => {
    let ahead = 0;
    const jumping: World = { ...world, now: () => new Date(Date.now() + ahead) };
    for (let index = 0; index < 200; index += 1) await queue({ address: `+86138${String(index).padStart(8, '0')}` });
    const { send, got } = carrier(async ({ ref }, nth) => {
      await sleep(nth % 7);
      return { state: 'sent', carrierId: `SM${ref}` };
    });
    start(send, jumping);
    start(send, { ...jumping, vault: world.vault });
    for (const [sent, jump] of [
      [30, HOUR],
      [70, -HOUR],
      [110, DAY],
      [150, -DAY],
    ] as const) {
      while (got.length < sent) await sleep(2);
      ahead += jump;
    }
    await until('sent', 200);
    expect(got).to.have.length(200);
    expect(new Set(got.map(({ to }) => to)).size).to.equal(200);
  });

  describe('a rate', () => {
    it('is one for all processes: in ten seconds no more than it brings, whoever asks; a clock put back brings nothing and takes nothing', async () => {
      let now = Date.parse('2026-12-01T10:00:00Z');
      const ticking: World = { ...world, now: () => new Date(now) };
      const rates = [0, 1].map(() => sendingRate(ticking, 'sms', { _id: here.community, rates: { sms: 20 } }));
      const taken = async (seconds: number) => {
        let sum = 0;
        for (let tick = 0; tick < seconds * 20; tick += 1, now += 50) sum += await (rates[tick % 2]?.take(100) ?? 0);
        return sum;
      };
      expect(await taken(10)).to.be.within(195, 204);
      now += DAY;
      expect(await taken(1), 'a day brings no more than a fifth of a second').to.be.at.most(24);
      now -= 2 * DAY;
      expect(await taken(1)).to.be.within(15, 24);
      await rates[0]?.slowDown();
      expect(await taken(1), 'the carrier wanted rest').to.be.at.most(4);
    });

    it('that is used up by a long broadcast holds up neither a receipt nor another community', async () => {
      here = await made({ rates: { sms: 2 } });
      const slow = here;
      for (let index = 0; index < 100; index += 1)
        await queue({ address: `+86138${String(index).padStart(8, '0')}`, dueAt: new Date(Date.now() - HOUR) });
      const { send, got } = carrier();
      start(send);
      while (got.length < 1) await sleep(5);
      here = await made();
      await queue({ community: here.community, address: '+8613900000001' });
      await queue({ community: slow.community, address: '+8613900000002', kind: 'receipt' });
      while (!['+8613900000001', '+8613900000002'].every((phone) => got.some(({ to }) => to === phone))) await sleep(5);
      expect(got.length).to.be.lessThan(60);
    });

    it('that the carrier refuses for slows down and tries again, until each has arrived once', async () => {
      for (let index = 0; index < 20; index += 1) await queue({ address: `+86138${String(index).padStart(8, '0')}` });
      const { send, got } = carrier(({ ref }, nth) =>
        nth % 4 === 0 ? { state: 'refused', reason: 'rate' } : { state: 'sent', carrierId: `SM${ref}` },
      );
      let ahead = 0;
      start(send, { ...world, now: () => new Date(Date.now() + ahead) });
      while ((await states()).some((state) => state !== 'sent')) {
        await sleep(20);
        ahead += 5_000;
      }
      expect(got.length).to.be.greaterThan(20);
    });
  });

  describe('the next channel', () => {
    const askedAt = new Date('2026-11-01T00:00:00Z');
    const chatThenText = () =>
      queue({
        askedAt,
        channel: 'wechat',
        address: 'openid1',
        next: [{ channel: 'sms', address: PHONE }],
        resident: 'r1',
        toMany: 'same',
        reminds: 'cycle',
        heedsQuiet: true,
      });

    it('is tried when the one before is known not to have reached them, once', async () => {
      await chatThenText();
      const text = carrier();
      start(carrier(() => ({ state: 'failed', reason: 'wechat.45015' })).send, world, 'wechat');
      start(text.send);
      await until('sent');
      expect(text.got.map(({ to }) => to)).to.deep.equal([PHONE]);
      const _id = (await collection(Message).findOne({ channel: 'wechat' }))?._id ?? '';
      const next = world.vault.encrypt('messageNext', _id, JSON.stringify([{ channel: 'sms', address: PHONE }]));
      await collection(Message).updateOne({ _id }, { $set: { next } }); // as if the process had ended between the two
      for (const channel of ['wechat', 'sms'] as const) await gone(channel);
      expect(toOthers(text.got)).to.have.length(1);
      expect(await states()).to.deep.equal(['failed', 'sent']);
      const carried = { reminds: 'cycle', resident: 'r1', heedsQuiet: true, askedAt };
      expect(await collection(Message).findOne({ channel: 'sms' }), 'it counts for the caps').to.deep.include(carried);
    });

    it('is not tried while nobody knows; a callback that says so later begins it', async () => {
      await chatThenText();
      const text = carrier();
      start(carrier(() => ({ state: 'unknown', reason: 'timeout' })).send, world, 'wechat');
      start(text.send);
      await until('unknown');
      for (const channel of ['wechat', 'sms'] as const) await gone(channel);
      expect(toOthers(text.got)).to.deep.equal([]);
      const message = await collection(Message).findOne({ channel: 'wechat' });
      await carrierStatus(world, { ref: message?.ref ?? '', carrierId: 'X1', state: 'failed', reason: 'wechat.failed' });
      await until('sent');
      expect(toOthers(text.got)).to.have.length(1);
    });
  });

  describe('a stop', () => {
    it('of a carrier is one on every channel of that person', async () => {
      await here.person('1', { phone: PHONE, linkedContacts: ['wechat|openid1'] });
      await queue();
      start(carrier(() => ({ state: 'stopped' })).send);
      await until('stopped');
      await queue({ channel: 'wechat', address: 'openid1' });
      const chat = carrier();
      start(chat.send, world, 'wechat');
      await until('stopped', 2);
      expect(chat.got).to.deep.equal([]);
    });

    it('holds for a phone and a chat that the person has only later', async () => {
      const alone = await here.person('1', { phone: PHONE });
      const shared = ['+8613800000002', '+8613800000002'];
      const [mother = '', son = ''] = await Promise.all(shared.map((phone, index) => here.person(`2${index}`, { phone })));
      for (const phone of new Set([PHONE, ...shared])) await stopMessages(world, { words: '退订' }, here.act(phone));
      await linkContact(world.vault, alone, here.act('openid1', { channel: 'wechat' }), 'card');
      await linkContact(world.vault, mother, here.act('openid2', { channel: 'wechat' }), 'card');
      const chats = carrier();
      start(chats.send, world, 'wechat');
      const write = (address: string, resident: string) => queue({ channel: 'wechat', address, resident, toMany: 'own' });
      await write('openid1', alone);
      await write('openid2', mother);
      await until('stopped');
      await until('sent');
      expect(
        chats.got.map(({ to }) => to),
        'a shared phone spoke for itself',
      ).to.deep.equal(['openid2']);
      await stopMessages(world, { words: '退订' }, here.act('openid2', { channel: 'wechat' }));
      await collection(Address).deleteOne({ _id: addressHmac(world.vault, here.act('+8613800000002')) });
      await queue({ occasion: 'step|2', address: '+8613800000002', resident: mother, toMany: 'same' });
      await queue({ occasion: 'step|2', address: '+8613800000002', resident: son, toMany: 'same' });
      start(carrier().send);
      await until('sent', 2);
    });

    it('that comes while much is leased: nothing is sent to who has stopped before it was sent', async () => {
      const phones = Array.from({ length: 120 }, (_, index) => `+86138${String(index).padStart(8, '0')}`);
      for (const address of phones) await queue({ address });
      const stopped = new Set<string>();
      const late: string[] = [];
      const { send, got } = carrier(async ({ to, ref }, nth) => {
        if (stopped.has(to)) late.push(to);
        while (nth > 10 && stopped.size < 20) await sleep(2); // however slow stops are, some come first
        return { state: 'sent', carrierId: `SM${ref}` };
      });
      start(send, world, 'sms', 4);
      while (got.length < 10) await sleep(1);
      for (const address of phones.toReversed().slice(0, 60)) {
        await stopMessages(world, { words: '退订' }, here.act(address));
        stopped.add(address);
      }
      while ((await states()).some((state) => ['pending', 'leased', 'sending'].includes(state))) await sleep(10);
      // between the look at the stops and the call of the carrier there is nothing but the wording
      expect(late.length).to.be.at.most(4);
      expect((await states()).filter((state) => state === 'stopped').length).to.be.greaterThan(10);
      const proof = await collection(Address).findOne({ _id: addressHmac(world.vault, here.act(phones.at(-1) ?? '')) });
      expect(proof?.log[0]).to.deep.include({ what: 'stop', channel: 'sms' });
    });
  });

  it('says who writes and how to stop the first time, and keeps that as proof', async () => {
    await queue();
    const { send, got } = carrier();
    start(send);
    await until('sent');
    while ((await collection(Address).countDocuments({ 'log.what': 'first' })) < 1) await sleep(5);
    await queue({ occasion: 'step|2' });
    await until('sent', 2);
    expect(got.map(({ text }) => text)).to.deep.equal(['明天停水 退订', '明天停水']);
    const proof = await collection(Address).findOne({ _id: addressHmac(world.vault, here.act(PHONE)) });
    expect(proof?.log.map(({ what, words, channel }) => [what, world.vault.decrypt('consentWords', proof._id, words), channel])).to.deep.equal([
      ['first', '明天停水 退订', 'sms'],
    ]);
  });

  it('does not send what makes no sense any more', async () => {
    await queue({ occasion: 'late', until: new Date(Date.now() - 1) });
    await queue({ occasion: 'no such vote', unlessVoted: 'nowhere' });
    const { send, got } = carrier();
    start(send);
    await until('cancelled', 2);
    expect(got).to.deep.equal([]);
  });

  it('a carrier that answers nonsense: unknown, and said once', async () => {
    for (let index = 0; index < 5; index += 1) await queue({ address: `+86138${String(index).padStart(8, '0')}` });
    logged.splice(0);
    start(carrier(() => ({ state: 'sent', carrierId: 'the same' })).send);
    await until('unknown', 4);
    await until('sent', 1);
    start(carrier(() => ({ state: 'unknown', reason: 'nonsense' })).send, world, 'wechat');
    for (let index = 0; index < 5; index += 1) await queue({ channel: 'wechat', address: `openid${index}` });
    await until('unknown', 9);
    expect(logged.map(({ code }) => code)).to.deep.equal(['outbox-unknown.nonsense']);
  });

  describe('a broadcast', () => {
    const PEOPLE = 120;
    const begun = async ({ people = PEOPLE } = {}): Promise<string> => {
      for (let index = 0; index < people; index += 1) await here.person(String(index), { phone: `+86138${String(index).padStart(8, '0')}` });
      const at = world.now();
      const _id = here.community;
      const broadcast = {
        community: here.community,
        text: '停水',
        to: 'all',
        by: '王芳',
        occasion: `broadcast|${_id}`,
        at,
        dueAt: at,
        state: 'queueing' as const,
      };
      await collection(Broadcast).insertOne({ _id, ...broadcast, mark: markOfBroadcast(world.vault, { _id, ...broadcast }) });
      expect(await queueBroadcast(world, ['sms'], _id)).to.equal('queued');
      return _id;
    };

    it('pauses when a rising share of it fails, and goes on when it is resumed', async () => {
      const id = await begun();
      let isBroken = true;
      const { send, got } = carrier(({ ref }) => (isBroken ? { state: 'failed', reason: 'twilio.30007' } : { state: 'sent', carrierId: `SM${ref}` }));
      start(send);
      while ((await collection(Broadcast).findOne({ _id: id }))?.pausedAt === undefined) await sleep(5);
      await settled();
      expect(got.length).to.be.lessThan(PEOPLE / 2);
      const asked = got.length;
      await gone();
      expect(toOthers(got), 'nothing more goes out').to.have.length(asked);
      isBroken = false;
      expect(await resumeBroadcast(world, id, operator('Li'))).to.deep.equal({ wasPaused: true });
      await until('sent', PEOPLE - asked);
      expect(await states()).to.deep.equal([...Array(asked).fill('failed'), ...Array(PEOPLE - asked).fill('sent')]);
    });

    it('that is cancelled sends nothing more, also of what is leased', async () => {
      const id = await begun();
      const { send, got } = carrier(async ({ ref }) => {
        await sleep(10);
        return { state: 'sent', carrierId: `SM${ref}` };
      });
      start(send, world, 'sms', 4);
      while (got.length < 10) await sleep(1);
      const cancelled = await cancelBroadcast(world, id, operator('Li'));
      const asked = got.length;
      await settled();
      expect(got.length).to.be.at.most(asked + 4);
      const sent = await collection(Message).countDocuments({ community: here.community, state: 'sent' });
      expect(await collection(Message).countDocuments({ community: here.community, state: 'cancelled' })).to.equal(PEOPLE - sent);
      expect('cancelled' in cancelled && cancelled.cancelled, 'the rest was on its way to the carrier').to.be.within(
        PEOPLE - sent - 4,
        PEOPLE - sent,
      );
    });

    describe('sends nothing more of what comes back later:', () => {
      for (const [how, held] of [
        ['cancelled', { state: 'cancelled' }],
        ['paused', { state: 'pending', reason: 'paused', dueAt: NEVER }],
      ] as const) {
        const end = (id: string) => (how === 'cancelled' ? cancelBroadcast(world, id, operator('Li')) : pauseBroadcast(world, id, operator('Li')));

        it(`the next channel of a message that failed as it was ${how}`, async () => {
          const id = await begun({ people: 0 });
          const person = await here.person('1', { phone: PHONE, linkedContacts: ['wechat|openid1'] });
          const next = [{ channel: 'sms' as const, address: PHONE }];
          await queue({ channel: 'wechat', address: 'openid1', next, resident: person, toMany: 'same', broadcast: id });
          const chat = carrier(async () => {
            await end(id);
            return { state: 'failed', reason: 'wechat.45015' };
          });
          const text = carrier();
          start(chat.send, world, 'wechat');
          start(text.send);
          while (!(await collection(Message).findOne({ channel: 'sms', ...held }))) await sleep(10);
          expect(text.got).to.deep.equal([]);
        });

        it(`a message that the carrier refused for now as it was ${how}`, async () => {
          const id = await begun({ people: 0 });
          await queue({ broadcast: id });
          let ahead = 0;
          const { send, got } = carrier(async () => {
            await end(id);
            ahead = HOUR;
            return { state: 'refused', reason: 'rate' };
          });
          start(send, { ...world, now: () => new Date(Date.now() + ahead) });
          while (!(await collection(Message).findOne({ community: here.community, ...held }))) await sleep(10);
          expect(got).to.have.length(1);
        });
      }
    });

    it('does not pause for chats that are closed where a text comes after them', async () => {
      const id = await begun({ people: 0 });
      for (let index = 0; index < 30; index += 1) {
        const next = [{ channel: 'sms' as const, address: `+86138${String(index).padStart(8, '0')}` }];
        await queue({ channel: 'wechat', address: `openid${index}`, next, broadcast: id });
      }
      const { send } = carrier(({ ref }, nth) => (nth > 15 ? { state: 'sent', carrierId: `X${ref}` } : { state: 'failed', reason: 'wechat.45015' }));
      start(send, world, 'wechat');
      await until('sent', 15);
      for (const { ref } of await collection(Message).find({ state: 'sent' }).toArray())
        await carrierStatus(world, { ref, carrierId: `X${ref}`, state: 'failed', reason: 'wechat.failed' });
      expect(await collection(Broadcast).findOne({ _id: id })).to.not.have.property('pausedAt');
    });

    it('that is paused while it is queued leaves nothing behind when it is resumed, and writes nothing twice', async () => {
      const id = await begun({ people: 3 });
      await pauseBroadcast(world, id, operator('Li'));
      const [{ changedAt } = {}] = await collection(Message).find({ broadcast: id }).toArray();
      while (Date.now() <= (changedAt?.getTime() ?? 0)) await sleep(1);
      await pauseBroadcast(world, id, operator('Li'));
      expect((await collection(Message).findOne({ broadcast: id }))?.changedAt).to.deep.equal(changedAt);
      await collection(Broadcast).updateOne({ _id: id }, { $unset: { pausedAt: '' } }); // as if the resume had ended half-way
      expect(await resumeBroadcast(world, id, operator('Li'))).to.deep.equal({ wasPaused: false });
      expect(await collection(Message).countDocuments({ broadcast: id, dueAt: NEVER })).to.equal(0);
      expect(await resumeBroadcast(world, id, operator('Li'))).to.deep.equal({ refused: 'notPaused' });
    });

    it('that is queued twice at once, or begun again, is queued once', async () => {
      const id = await begun();
      await collection(Broadcast).updateOne({ _id: id }, { $set: { state: 'queueing' } });
      const both = await Promise.all([queueBroadcast(world, ['sms'], id), queueBroadcast({ ...world }, ['sms'], id)]);
      expect(both).to.have.members(['queued', 'elsewhere']);
      expect(await states()).to.have.length(PEOPLE);
    });
  });

  describe('what is asked of the database', () => {
    it('the residents that are written to come off an index, in its order', async () => {
      await here.person('1', { phone: PHONE, building: '3栋' });
      const { db } = mongoose.connection;
      await db?.command({ profile: 2 });
      for (const audience of [{ to: 'all' } as const, { to: 'building', building: '3' } as const]) {
        for await (const batch of recipients(world, ['sms', 'voice'], { _id: here.community, language: 'zh-CN' }, audience))
          expect(batch).to.have.length(1);
      }
      await db?.command({ profile: 0 });
      const asked =
        (await db?.collection('system.profile').find({ 'command.find': 'residents', 'command.filter.community': here.community }).toArray()) ?? [];
      expect(asked.map(({ planSummary, hasSortStage }) => [planSummary, hasSortStage])).to.deep.equal([
        ['IXSCAN { community: 1, phoneId: 1 }', undefined],
        ['IXSCAN { community: 1, building: 1, phoneId: 1 }', undefined],
      ]);
    });
  });
});
