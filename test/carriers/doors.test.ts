import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { type FakeAliyun, fakeAliyun } from '../../scripts/fakes/aliyun.ts';
import type { Taken } from '../../scripts/fakes/handingOver.ts';
import { type FakeKannel, fakeKannel } from '../../scripts/fakes/kannel.ts';
import { type FakeMas, fakeMas } from '../../scripts/fakes/mas.ts';
import { type OnOwnPort, onOwnPort } from '../../scripts/support/onOwnPort.ts';
import { app } from '../../src/app/app.ts';
import { logger } from '../../src/app/logger.ts';
import { Entry } from '../../src/fund/ballots/index.ts';
import type { SmsTemplate } from '../../src/fund/communities/index.ts';
import { enqueue } from '../../src/outreach/outbox/enqueue.ts';
import { Message, type MessageRecord } from '../../src/outreach/outbox/message.ts';
import { collection } from '../../src/store/collection.ts';
import { everything } from '../channels/everything.ts';
import { useDatabase } from '../support/database.ts';
import { TEXT_NUMBERS } from '../support/service.ts';
import { type Town, town, votingNow } from '../support/town.ts';
import { until } from '../support/until.ts';

const NAMES = ['kannel', 'mas', 'aliyun'] as const;
type Name = (typeof NAMES)[number];

/** What Aliyun has approved; the texts that nobody can vote without. */
const TEMPLATES: readonly (SmsTemplate & { readonly wording: string })[] = ['vote.receipt+common.first', 'vote.receipt', 'vote.changed'].map(
  (text, index) => {
    const slots = ['picks1', 'picks2', 'receipt', ...(text === 'vote.changed' ? [] : ['closesAt'])];
    const wording = slots.map((slot) => `好\${${slot}}`).join('');
    return { text, variant: '2', language: 'zh-CN' as const, code: `SMS_${index}`, slots, wording };
  },
);
const CODE = { text: 'notice.code', language: 'zh-CN' as const, code: 'SMS_9', slots: ['digits'], wording: '验证码$' + '{digits}，请勿告诉他人。' };
const SIGN_IN = { ...CODE, text: 'notice.signInCode', code: 'SMS_8' };
const SIGNED_IN = { ...CODE, text: 'notice.signedIn', code: 'SMS_7', slots: ['at'], wording: '$' + '{at}有新设备登录。' };

const SMS = { from: '13700000000', to: TEXT_NUMBERS.kannel, id: 'wrong', text: '投 1 2' };
const UPLINK = { mobile: '13700000000', smsContent: '投 1 2', sendTime: 'wrong', addSerial: TEXT_NUMBERS.mas };
const SMS_UP = { phone_number: '13700000000', content: '投 1 2', send_time: '2026-10-20 09:00:00', dest_code: TEXT_NUMBERS.aliyun, sequence_id: 1 };
/** A request that each door takes. */
const RIGHT: Readonly<Record<Name, Readonly<Record<'sms' | 'status', string>>>> = {
  kannel: { sms: String(new URLSearchParams(SMS)), status: 'ref=nobody&type=1' },
  mas: { sms: JSON.stringify(UPLINK), status: JSON.stringify({ msgGroup: 'nobody', reportStatus: 'DELIVRD' }) },
  aliyun: { sms: JSON.stringify([SMS_UP]), status: JSON.stringify([{ biz_id: 'nobody', out_id: 'nobody', success: true }]) },
};
const DOORS = NAMES.flatMap((name) => (['sms', 'status'] as const).map((door) => ({ name, door, right: RIGHT[name][door] })));
const KIB_64 = 64 * 1024;

describe('the doors of carriers that sign nothing, side by side', () => {
  const { world } = useDatabase('doors');
  const lines: string[] = [];
  let fakes: { kannel: FakeKannel; mas: FakeMas; aliyun: FakeAliyun };
  let towns: Record<Name, Town>;
  let service: OnOwnPort;

  before(async () => {
    fakes = { kannel: await fakeKannel(), mas: await fakeMas(), aliyun: await fakeAliyun() };
    const over = (sms: Name) =>
      town(world, {
        residents: 3,
        community: {
          ...{ carriers: { sms }, textNumber: TEXT_NUMBERS[sms] },
          ...(sms === 'aliyun' && { smsTemplates: [...TEMPLATES, CODE, SIGN_IN, SIGNED_IN].map(({ wording: _, ...template }) => template) }),
        },
        cycle: votingNow(world),
      });
    for (const { code, wording } of [...TEMPLATES, CODE, SIGN_IN, SIGNED_IN]) fakes.aliyun.approve(code, wording);
    towns = { kannel: await over('kannel'), mas: await over('mas'), aliyun: await over('aliyun') };
    const log = logger('trace', { write: (line) => void lines.push(line) });
    const settings = { kannel: fakes.kannel.settings, mas: fakes.mas.settings, aliyun: fakes.aliyun.settings };
    service = await onOwnPort((url) => app({ world, log, publicUrl: url, announces: false, ...settings }));
    for (const name of NAMES) fakes[name].attach(service);
  });
  after(async () => {
    await service?.stop();
    for (const name of NAMES) await fakes[name].stop();
  });

  const secretOf = (name: Name) => fakes[name].settings.secret;
  const post = async (
    { name, door }: { name: Name; door: 'sms' | 'status' },
    body: string | ReadableStream,
    { secret = secretOf(name), type = name === 'kannel' ? 'application/x-www-form-urlencoded' : 'application/json', headers = {}, query = '' } = {},
  ) => {
    const response = await fetch(`${service.url}/${name}/${secret}/${door}${query}`, {
      ...{ method: 'POST', body, duplex: 'half', headers: { 'content-type': type, ...headers } },
    });
    return { status: response.status, text: await response.text() };
  };
  const notice = (name: Name, occasion: string) =>
    enqueue(world)({
      ...{ occasion, community: towns[name].community, channel: 'sms', address: '+8613700000001', language: 'zh-CN', kind: 'code' },
      said: { key: 'notice.code', params: { digits: '482913' } },
    });
  const found = (where: object): Promise<MessageRecord> => until(JSON.stringify(where), () => collection(Message).findOne(where));

  it('ask for the whole secret of their own carrier, before they look at anything but the size', async () => {
    const before = await everything();
    for (const at of DOORS) {
      const own = secretOf(at.name);
      const others = NAMES.filter((name) => name !== at.name).map(secretOf);
      for (const secret of [...others, own.slice(1), `${own}${own[0]}`, own.toUpperCase(), `${own.slice(1)}%00`, '%20'])
        expect(await post(at, at.right, { secret }), `${at.name} ${at.door} ${secret}`).to.deep.equal({ status: 404, text: '' });
      expect(await post(at, '%ff&&{', { secret: 'wrong' })).to.deep.equal({ status: 404, text: '' });
      const over = at.right + ' '.repeat(KIB_64);
      expect((await post(at, over, { secret: 'wrong' })).status).to.equal(413);
      expect((await post(at, new Blob([over]).stream(), {})).status, 'no length announced').to.equal(413);
    }
    expect(await everything()).to.deep.equal(before);
  });

  it('take a body of 64 KiB, and refuse every other form than their own with 400 and one line', async () => {
    const before = await everything();
    for (const at of DOORS.filter(({ name }) => name === 'kannel')) {
      const whole = `${at.right}&padding=`;
      expect(
        (await post({ ...at, door: 'status' }, `${RIGHT.kannel.status}&padding=${'x'.repeat(KIB_64 - RIGHT.kannel.status.length - 9)}`)).status,
      ).to.equal(200);
      const wrong: Parameters<typeof post>[] = [
        [at, at.right, { type: 'text/plain' }],
        [at, at.right, { type: 'application/x-www-form-urlencoded; charset=gbk' }],
        [at, at.right, { headers: { 'content-encoding': 'gzip' } }],
        [at, at.right, { query: `?${at.right}` }],
        [at, '', { query: `?${at.right}&${at.right.split('&')[0]}` }],
        [at, at.right.replace('=', '=%zz')],
        [at, `${at.right}&=1`],
        [at, whole + Array.from({ length: 201 }, (_, index) => `&f${index}=`).join('')],
        [at, at.right.replace(/&(text|type)=.*/, '')],
      ];
      for (const given of wrong) {
        const { status, text } = await post(...given);
        expect([status, /^[^<\n]+\n$/.test(text)], JSON.stringify(given.slice(1))).to.deep.equal([400, true]);
      }
    }
    for (const at of DOORS.filter(({ name }) => name !== 'kannel')) {
      const status = { ...at, door: 'status' as const };
      expect((await post(status, RIGHT[at.name].status.padEnd(KIB_64))).status).to.equal(200);
      const inside = at.right.replace(/^\[?\{/, '').replace(/\}\]?$/, '');
      const [first = ''] = inside.split(',');
      const wrong = [
        ...['', 'null', '1', '"text"', '{', '{}', '[]', '[[]]', RIGHT.kannel.sms, `${at.right}x`],
        at.name === 'aliyun' ? `{${inside}}` : `[{${inside}}]`,
        at.right.replace('{', `{${first},`),
        at.right.replace('{', `{"more":{"a":1,"a":2},`),
        at.right.replaceAll(/"nobody"|"13700000000"/g, '{"$ne":""}'),
        '['.repeat(30_000) + ']'.repeat(30_000),
        `{"__proto__":${at.right}}`,
      ];
      for (const body of wrong) {
        const { status, text } = await post(at, body);
        expect([status, /^[^<\n]+\n$/.test(text)], `${at.name} ${at.door} ${body.slice(0, 80)}`).to.deep.equal([400, true]);
      }
      expect((await fetch(`${service.url}/${at.name}/${secretOf(at.name)}/${at.door}`)).status, 'GET').to.be.oneOf([404, 405]);
    }
    expect(await everything()).to.deep.equal(before);
  });

  it('answer one phone that texts three communities at once, under one id, each over its own and once', async () => {
    const texted = { from: '+8613700000000', body: '投 1 2', sid: '20261020090000' };
    const all = () => Promise.all(NAMES.map(async (name) => (await fakes[name].push({ ...texted, to: TEXT_NUMBERS[name] })).status));
    expect(await all()).to.deep.equal([200, 200, 200]);
    for (const name of NAMES) while (fakes[name].taken.length === 0) await sleep(10);
    expect(await all(), 'again').to.deep.equal([200, 200, 200]);
    await sleep(200);
    const seen = ({ to, from, body }: Taken) => [to, from, /\d{3} \d{3} \d{4}/.test(body)];
    for (const name of NAMES)
      expect(fakes[name].taken.map(seen), name).to.deep.equal([[texted.from, name === 'aliyun' ? '' : TEXT_NUMBERS[name], true]]);
    for (const name of NAMES) expect(await collection(Entry).countDocuments({ '_id.cycle': towns[name].cycle }), name).to.equal(1);
    expect(new Set(NAMES.map((name) => /\d{3} \d{3} \d{4}/.exec(fakes[name].taken[0]?.body ?? '')?.[0])).size).to.equal(3);
  });

  it('keep a report that was faster than the answer to the sending, and whatever comes after it', async () => {
    for (const name of ['kannel', 'aliyun'] as const) {
      fakes[name].reportsFirst = true;
      await notice(name, `early-${name}`);
      const early = { _id: new RegExp(`^early-${name}`), state: 'delivered' };
      const { ref, carrierId = '' } = await found({ ...early, carrierId: { $exists: true } }); // the answer is written down
      const late =
        name === 'kannel'
          ? ['2', '16', '8', '99', 'constructor', ''].map((type) => String(new URLSearchParams({ ref, type })))
          : [false, 'false'].map((success) => JSON.stringify([{ biz_id: carrierId, out_id: ref, success, err_code: 'LATE' }]));
      for (const body of late) expect((await post({ name, door: 'status' }, body)).status, body).to.be.oneOf([200, 400]);
      expect(await found({ ref })).to.include({ state: 'delivered', carrierId });
      fakes[name].reportsFirst = false;
    }
  });

  it('a carrier that refuses everything leaves the others alone, and no log bears a number, a text, a code or a secret', async () => {
    fakes.kannel.mishaps.push(500);
    fakes.mas.mishaps.push('CountLimit');
    await Promise.all(NAMES.map((name) => notice(name, `trouble-${name}`)));
    expect(await found({ _id: /^trouble-kannel/, state: 'unknown' })).to.include({ reason: 'http.500' });
    expect(await found({ _id: /^trouble-mas/, state: 'pending', reason: { $exists: true } })).to.include({ reason: 'mas.CountLimit' });
    await found({ _id: /^trouble-aliyun/, state: 'sent' });
    const logged = lines.join('');
    expect(logged).to.include('outbox-unknown.http.500').and.to.include('/kannel/:secret/sms');
    for (const secret of [
      ...NAMES.map(secretOf),
      '1370000000',
      '482913',
      '投 1 2',
      encodeURIComponent('投'),
      fakes.kannel.settings.password,
      fakes.mas.settings.ecName,
    ])
      expect(logged.includes(secret), secret).to.equal(false);
    expect(logged).to.not.match(/\d{3} \d{3} \d{4}/);
  });
});
