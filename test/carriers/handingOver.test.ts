import { BlockList } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { fakeKannel } from '../../scripts/fakes/kannel.ts';
import { fakeMas } from '../../scripts/fakes/mas.ts';
import { sendSms as sendByKannel } from '../../src/carriers/kannel/carrier.ts';
import { macOf, sendSms as sendByMas } from '../../src/carriers/mas/carrier.ts';
import { networkList } from '../../src/carriers/networks.ts';
import type { Sent } from '../../src/carriers/sending.ts';
import { networksIn } from '../../src/carriers/settings.ts';
import { domestic, mobile } from '../../src/carriers/takeText.ts';
import { Entry } from '../../src/fund/ballots/index.ts';
import { Community } from '../../src/fund/communities/index.ts';
import { enqueue } from '../../src/outreach/outbox/enqueue.ts';
import { Message, type MessageState } from '../../src/outreach/outbox/message.ts';
import { collection } from '../../src/store/collection.ts';
import { pushedUntilKept } from '../fakes/textCarrier.ts';
import { useDatabase } from '../support/database.ts';
import { startService, TEXT_NUMBERS, type TestService } from '../support/service.ts';
import { until } from '../support/until.ts';

const PHONE = '+8613800000001';
const message = (over: { text?: string; to?: string; ms?: number } = {}) => ({
  to: over.to ?? PHONE,
  from: TEXT_NUMBERS.kannel,
  community: 'qingsong',
  text: over.text ?? '投好了',
  told: { said: { key: 'common.done' }, language: 'zh-CN', isFirst: false },
  ref: 'a-ref',
  signal: AbortSignal.timeout(over.ms ?? 2_000),
});

describe('Kannel’s HTTP form', () => {
  it('says for each answer which class it is', async () => {
    const kannel = await fakeKannel();
    const send = sendByKannel(kannel.settings, 'http://127.0.0.1:9');
    const met = async (mishap?: number | 'drop'): Promise<Sent> => {
      if (mishap) kannel.mishaps.push(mishap);
      return send(message());
    };
    try {
      expect(await met()).to.deep.equal({ state: 'sent', carrierId: 'kannel-a-ref' });
      expect(await met(503)).to.deep.equal({ state: 'refused', reason: 'busy' });
      expect(await met(500)).to.deep.equal({ state: 'unknown', reason: 'http.500' });
      expect(await met('drop')).to.deep.equal({ state: 'unknown', reason: 'noAnswer' });
      for (const status of [302, 404]) expect(await met(status)).to.deep.equal({ state: 'refused', reason: 'wrongAddress', parks: true });
      expect(await met(401)).to.deep.equal({ state: 'refused', reason: 'unauthorized', parks: true });
      expect(await met(403)).to.deep.equal({ state: 'failed', reason: 'kannel.denied' });
      expect(await met(413)).to.deep.equal({ state: 'failed', reason: 'http.413', wrong: 'text' });
      expect(await met(429)).to.deep.equal({ state: 'refused', reason: 'rate' });
      const wrong = sendByKannel({ ...kannel.settings, password: 'other' }, 'http://127.0.0.1:9');
      expect(await wrong(message())).to.deep.equal({ state: 'refused', reason: 'unauthorized', parks: true });
      expect(kannel.taken.map(({ body, to, from }) => [body, to, from])).to.deep.equal(Array(2).fill(['投好了', PHONE, TEXT_NUMBERS.kannel]));
      await send(message({ text: 'Thanks, 3 and 7' }));
      expect(kannel.taken.at(-1)?.body).to.equal('Thanks, 3 and 7');
    } finally {
      await kannel.stop();
    }
    expect(await sendByKannel(kannel.settings, '')(message())).to.deep.equal({ state: 'refused', reason: 'unreachable' });
  });
});

describe('云MAS', () => {
  it('takes what has the right mac, and says for each refusal which class it is', async () => {
    expect(
      macOf({
        ecName: '政企分公司测试',
        apId: 'demo0',
        secretKey: '123qwe',
        mobiles: '13800138000',
        content: '移动改变生活。',
        sign: 'DWItALe3A',
        addSerial: '',
      }),
      'the vendor’s own example',
    ).to.equal('7997ddb079db2155b517b21b2a812370');
    const mas = await fakeMas();
    const send = sendByMas(mas.settings);
    const met = async (mishap?: string | number | 'drop', over = {}): Promise<Sent> => {
      if (mishap) mas.mishaps.push(mishap);
      return send({ ...message(over), from: '01' });
    };
    try {
      expect(await met()).to.include({ state: 'sent' });
      expect(mas.taken).to.deep.include({ to: PHONE, from: '01', body: '投好了', id: mas.taken[0]?.id });
      expect(await sendByMas({ ...mas.settings, secretKey: 'other' })(message())).to.deep.equal({
        state: 'refused',
        reason: 'mas.InvalidUsrOrPwd',
        parks: true,
      });
      expect(await sendByMas({ ...mas.settings, sign: 'other' })(message())).to.deep.equal({
        state: 'refused',
        reason: 'mas.IllegalSignId',
        parks: true,
      });
      expect(await met(undefined, { to: '+862880000001' })).to.deep.equal({ state: 'failed', reason: 'mas.InvalidMobile' });
      expect(await met('IllegalContent')).to.deep.equal({ state: 'failed', reason: 'mas.IllegalContent', wrong: 'text' });
      for (const code of ['CountLimit', 'IllegalMac', 'IllegalIp'])
        expect(await met(code)).to.deep.equal({ state: 'refused', reason: `mas.${code}`, parks: true });
      expect(await met('Busy')).to.deep.equal({ state: 'refused', reason: 'mas.Busy' });
      expect(await met('nonsense')).to.deep.equal({ state: 'unknown', reason: 'nonsense' });
      expect(await met('noGroup')).to.deep.equal({ state: 'unknown', reason: 'nonsense' });
      expect(await met(404)).to.deep.equal({ state: 'refused', reason: 'http.404', parks: true });
      expect(await met(429)).to.deep.equal({ state: 'refused', reason: 'rate' });
      expect(await met(502)).to.deep.equal({ state: 'unknown', reason: 'http.502' });
      expect(await met('drop')).to.deep.equal({ state: 'unknown', reason: 'noAnswer' });
    } finally {
      await mas.stop();
    }
  });
});

describe('numbers and networks', () => {
  it('are read as carriers of mainland China write them', () => {
    for (const written of ['13800000001', '8613800000001', '+8613800000001', '008613800000001']) expect(mobile(written), written).to.equal(PHONE);
    expect(mobile('+420777123456')).to.equal('+420777123456');
    for (const machine of ['10086', '106912345678', '10690123', 'BANK', '']) expect(mobile(machine), machine).to.equal(undefined);
    expect(domestic(PHONE)).to.equal('13800000001');
    expect(networksIn('kannel=127.0.0.1,10.0.0.0/8; mas=fd00::/8')?.kannel?.check('10.9.8.7')).to.equal(true);
    for (const wrong of [
      '',
      '10.0.0.0/8',
      'kanel=10.0.0.0/8',
      'kannel=10.0.0.0/33',
      'kannel=x',
      'kannel=10.0.0.1; kannel=10.0.0.2',
      'twilio=10.0.0.1',
      'asterisk=10.0.0.1',
    ])
      expect(networksIn(wrong), wrong).to.equal(undefined);
  });
});

for (const carrier of ['kannel', 'mas'] as const)
  describe(`a community over ${carrier}`, () => {
    const { world } = useDatabase(`handingover${carrier}`);
    let service: TestService;
    before(async () => {
      service = await startService(world, undefined, { carrier });
    });
    after(() => service.stop());

    let later = 0;
    const fake = () => service[carrier] ?? expect.fail();
    const text = (body: string, sid: string) => service.sms.deliver({ from: PHONE, to: service.community.phone, body, sid });
    const settled = (where: object, state: MessageState) => until(state, () => collection(Message).findOne({ ...where, state }));
    /** What goes to this phone goes in the order in which it was queued: what came before the reply to another text is with the carrier. */
    const gone = async () => void (await text('查票', `last ${later++}`));
    const notice = (community: string, occasion: string) =>
      enqueue(world)({ occasion, community, channel: 'sms', address: PHONE, language: 'zh-CN', kind: 'receipt', said: { key: 'common.done' } });

    it('is answered by a message of its own, once, also where the carrier fails at first and delivers again', async () => {
      if (service.mas) service.mas.mishaps.push('Busy');
      else service.kannel?.mishaps.push(503);
      const [first, again] = await Promise.all([text('投 3 7', 'same'), text('投 3 7', 'same')]);
      expect(first).to.match(/投好了：3 社区花园、7 路灯。凭证/);
      expect(again).to.equal(first);
      expect(await text('投 3 7', 'same')).to.equal(first);
      expect(await collection(Message).countDocuments({ kind: 'reply' })).to.equal(1);
      await gone();
      expect(fake().taken).to.deep.equal([]);
    });

    it('has a text pushed again as long as its reply could not be kept: one ballot, one receipt', async () => {
      const entries = await collection(Entry).countDocuments();
      const pushed = { from: PHONE, to: TEXT_NUMBERS[carrier], body: '投 1 3', sid: 'again' };
      expect(await pushedUntilKept(fake(), pushed)).to.deep.equal([503, 503, 200]);
      while (fake().taken.length === 0) await sleep(20);
      expect((await fake().push(pushed)).status).to.equal(200);
      await gone();
      expect(fake().taken.map(({ body }) => /凭证 \d{3} \d{3} \d{4}/.test(body))).to.deep.equal([true]);
      expect(await collection(Entry).countDocuments()).to.equal(entries + 1);
      fake().taken.length = 0;
    });

    it('is answered ahead of what waits for its rate or for the morning', async () => {
      const { _id, phone, callback, ...same } = service.community;
      const number = `${TEXT_NUMBERS[carrier]}5`;
      const hour = (ahead: number) => `${String((new Date().getUTCHours() + 8 + 24 + ahead) % 24).padStart(2, '0')}:00`;
      const night = { ...same, _id: 'night', phone: '+862880000078', textNumber: number, rates: { sms: 0.01 }, quiet: `${hour(-1)}-${hour(3)}` };
      await collection(Community).insertOne(night);
      const waiting = { community: 'night', channel: 'sms', address: PHONE, language: 'zh-CN' } as const;
      for (let n = 0; n < 20; n += 1) await enqueue(world)({ ...waiting, occasion: `waits${n}`, kind: 'receipt', said: { key: 'common.done' } });
      await enqueue(world)({ ...waiting, occasion: 'sleeps', kind: 'notice', said: { key: 'common.done' } });
      while ((await collection(Message).countDocuments({ community: 'night', state: 'sent' })) === 0) await sleep(20); // the rate is used up
      expect((await fake().push({ from: PHONE, to: number, body: '菜单', sid: 'ahead' })).status).to.equal(200);
      await settled({ kind: 'reply', community: 'night' }, 'sent');
      expect(fake().taken.filter(({ body, from }) => from === number && body.includes('投票'))).to.have.length(1);
      const states = async (_id: RegExp) => collection(Message).distinct('state', { _id, community: 'night' });
      for (const held of [/^waits/, /^sleeps/]) expect(await states(held), String(held)).to.include('pending');
      await collection(Message).deleteMany({ community: 'night', state: 'pending' });
      fake().taken.length = 0;
    });

    it('tells nothing to machines, and does not take what does not know the secret', async () => {
      expect((await fake().push({ from: '10086', to: TEXT_NUMBERS[carrier], body: '话费', sid: 'machine' })).status).to.equal(200);
      await gone();
      expect(fake().taken).to.deep.equal([]);
      for (const path of [`/${carrier}/wrong/sms`, `/${carrier}/wrong/status`, `/${carrier}/sms`])
        expect((await fetch(service.url + path, { method: 'POST' })).status, path).to.equal(404);
    });

    it('keeps what the carrier reports, also if it reports before it answers', async () => {
      await notice(service.community._id, 'reported');
      const sent = await settled({ _id: /^reported/ }, 'sent');
      if ('reports' in fake()) expect(await service.kannel?.report(sent.ref, 1)).to.equal(200);
      else expect(await service.mas?.report(sent.carrierId ?? '', 'CM:0000')).to.equal(200);
      await settled({ _id: /^reported/ }, 'delivered');
      if (!service.mas) return;
      service.mas.reportsFirst = true;
      await notice(service.community._id, 'early');
      await settled({ _id: /^early/ }, 'delivered');
    });

    it('sends what a killed process held once its lease is over, and never again what may have gone out', async () => {
      await text('投 3', 'held');
      await notice(service.community._id, 'held');
      const [reply, sending] = [await settled({ kind: 'reply' }, 'sent'), await settled({ _id: /^held/ }, 'sent')];
      fake().taken.length = 0;
      const left = (_id: string, state: 'leased' | 'sending') =>
        collection(Message).updateOne(
          { _id },
          { $set: { state, token: 'of one that is gone', dueAt: new Date(Date.now() + 500) }, $unset: { carrierId: '' } },
        );
      await left(reply._id, 'leased');
      await left(sending._id, 'sending');
      expect(await settled({ _id: sending._id }, 'unknown')).to.include({ reason: 'leaseLost' });
      await settled({ _id: reply._id }, 'sent');
      expect(fake().taken).to.have.length(1);
    });

    it('tells a reply of which nobody knows whether it arrived with the person’s next text, and to a carrier that delivers again', async () => {
      const told = async (count: number) => {
        while (fake().taken.length < count) await sleep(20);
        return fake()
          .taken.splice(0)
          .map(({ body }) => body);
      };
      const lost = async (sid: string, body: string, state: 'unknown' | 'sending') => {
        const answer = await text(body, sid);
        const [last] = await collection(Message).find({ kind: 'reply' }).sort({ at: -1 }).limit(1).toArray();
        const _id = last?._id ?? expect.fail();
        await settled({ _id }, 'sent');
        const held = { state, token: 'of one that is gone', dueAt: new Date(Date.now() + 300) };
        await collection(Message).updateOne(
          { _id },
          { $set: { ...held, ...(state === 'unknown' && { reason: 'leaseLost' }) }, $unset: { carrierId: '' } },
        );
        return { answer, _id };
      };
      fake().taken.length = 0;
      const receipt = await lost('lost', '投 3 7', 'unknown');
      expect(await text('查票', 'next')).to.be.a('string');
      expect(await told(1), 'with the next text').to.deep.equal([receipt.answer]);
      const dying = await lost('dying', '投 3', 'sending');
      await text('查票', 'soon');
      expect(await told(1), 'also where its lease still runs').to.deep.equal([dying.answer]);
      const again = await lost('redelivered', '投 7', 'unknown');
      await fake().push({ from: PHONE, to: TEXT_NUMBERS[carrier], body: '投 7', sid: 'redelivered' });
      expect(await told(1), 'word for word to the same delivery').to.deep.equal([again.answer]);
      const question = await lost('asks', '3 7', 'unknown');
      await text('查票', 'past');
      await gone();
      expect(fake().taken, 'a question that something came after is not asked again').to.deep.equal([]);
      expect(await collection(Message).findOne({ _id: question._id })).to.include({ state: 'unknown' });
      const often = await lost('often', '投 3', 'unknown');
      for (const sid of ['one', 'two']) {
        await text('查票', sid);
        await settled({ _id: often._id }, 'sent');
        await collection(Message).updateOne({ _id: often._id }, { $set: { state: 'unknown' } });
      }
      await text('查票', 'three');
      await gone();
      expect(fake().taken, 'twice at most').to.have.length(2);
      await collection(Message).deleteMany({ kind: 'reply' });
      fake().taken.length = 0;
    });

    it('stands beside one over Twilio: each sends over its own', async () => {
      const { _id, phone, callback, textNumber, carriers, ...same } = service.community;
      await collection(Community).insertOne({ ...same, _id: 'beside', phone: '+862880000077' });
      fake().taken.length = 0;
      service.twilio.accepted.length = 0;
      await Promise.all([notice(_id, 'side'), notice('beside', 'side')]);
      await settled({ _id: /^side/, community: _id }, 'sent');
      await settled({ _id: /^side/, community: 'beside' }, 'sent');
      expect([fake().taken.length, service.twilio.accepted.map(({ from }) => from)]).to.deep.equal([1, ['+862880000077']]);
      expect([phone, callback]).to.not.include(textNumber);
      expect(carriers).to.deep.equal({ sms: carrier });
    });
  });

describe('a door for one network, behind a proxy', () => {
  const { world } = useDatabase('handingoverproxy');
  it('sees past the proxies that are named, and believes nobody else', async () => {
    const within = networkList('10.0.0.0/8') ?? expect.fail();
    const proxies = networkList('127.0.0.1') ?? expect.fail();
    const behind = await startService(world, undefined, { carrier: 'kannel', networks: { kannel: within }, trustProxy: proxies });
    try {
      expect(await from(behind, '10.1.2.3'), 'from the network, by the proxy').to.be.below(300);
      expect(await from(behind, '10.1.2.3, 203.0.113.9'), 'written by the sender, in front of what the proxy adds').to.equal(404);
      expect(await from(behind, '203.0.113.9')).to.equal(404);
      expect(await from(behind, 'nonsense')).to.equal(404);
    } finally {
      await behind.stop();
    }
  });
});

describe('a door for one network', () => {
  const { world } = useDatabase('handingovernet');
  it('is none for others', async () => {
    const elsewhere = new BlockList();
    elsewhere.addSubnet('10.0.0.0', 8);
    const service = await startService(world, undefined, { carrier: 'kannel', networks: { kannel: elsewhere } });
    try {
      expect((await service.kannel?.push({ from: PHONE, to: TEXT_NUMBERS.kannel, body: '投 3', sid: '1' }))?.status).to.equal(404);
      expect(await from(service, '10.1.2.3'), 'no proxy is named').to.equal(404);
    } finally {
      await service.stop();
    }
  });
});

/** The status of a text that comes from this machine, with this address of its sender written on it. */
async function from(service: TestService, forwarded: string): Promise<number> {
  const body = new URLSearchParams({ id: forwarded, from: PHONE, to: TEXT_NUMBERS.kannel, text: '帮助' });
  const headers = { 'X-Forwarded-For': forwarded };
  return (await fetch(`${service.url}/kannel/${service.kannel?.settings.secret}/sms`, { method: 'POST', body, headers })).status;
}
