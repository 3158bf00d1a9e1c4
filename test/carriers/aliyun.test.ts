import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { parse } from 'csv-parse/sync';
import { stringify } from 'yaml';
import { type FakeAliyun, fakeAliyun, whyRefused } from '../../scripts/fakes/aliyun.ts';
import { app } from '../../src/app/app.ts';
import { logger } from '../../src/app/logger.ts';
import { elsewhere } from '../../src/app/templated.ts';
import { sendSms, signedCall } from '../../src/carriers/aliyun/send.ts';
import type { Templated } from '../../src/carriers/port.ts';
import { fitsSlot } from '../../src/channels/sms/slots.ts';
import { Entry } from '../../src/fund/ballots/index.ts';
import { Community } from '../../src/fund/communities/index.ts';
import { exportCommunity, importCommunity } from '../../src/fund/files/index.ts';
import { operator } from '../../src/fund/people/index.ts';
import { enqueue } from '../../src/outreach/outbox/enqueue.ts';
import { Message, type MessageState } from '../../src/outreach/outbox/message.ts';
import { collection } from '../../src/store/collection.ts';
import { pushedUntilKept } from '../fakes/textCarrier.ts';
import { useDatabase } from '../support/database.ts';
import { useFolders } from '../support/folder.ts';
import { runScript } from '../support/runScript.ts';
import { startService, TEXT_NUMBERS, type TestService } from '../support/service.ts';
import { until } from '../support/until.ts';

const PHONE = '+8613800000001';
/** A variable of a template. */
const slot = (name: string) => `\${${name}}`;
const RECEIPT = (picks: string) => `投票已收到：${picks}。凭证${slot('receipt')}。${slot('closesAt')}前可重发更改。如非本人，回复不是我。`;
const FIRST = '这是青松社区的议事短信。不想再收，回复退订。';
const picks = (count: number) => Array.from({ length: count }, (_, index) => `\${picks${index + 1}}`);
const receiptOf = (count: number, first: boolean) => ({
  text: first ? 'vote.receipt+common.first' : 'vote.receipt',
  variant: String(count),
  code: `SMS_${first ? 2 : 1}${count}`,
  slots: [...picks(count).map((name) => name.slice(2, -1)), 'receipt', 'closesAt'],
  wording: RECEIPT(picks(count).join('、')) + (first ? FIRST : ''),
});
const changedOf = (count: number) => ({
  text: 'vote.changed',
  variant: String(count),
  code: `SMS_4${count}`,
  slots: [...picks(count).map((name) => name.slice(2, -1)), 'receipt'],
  wording: `投票已更改：${picks(count).join('、')}。凭证${slot('receipt')}。如非本人，回复不是我。`,
});
const CODE = { text: 'notice.code', code: 'SMS_30', slots: ['digits'], wording: `验证码${slot('digits')}，10分钟内有效，请勿告诉他人。` };
const SIGN_IN = {
  text: 'notice.signInCode',
  code: 'SMS_31',
  slots: ['digits'],
  wording: `登录验证码${slot('digits')}，10分钟内有效，请勿告诉他人。`,
};
const SIGNED_IN = { text: 'notice.signedIn', code: 'SMS_32', slots: ['at'], wording: `${slot('at')}有新设备登录，如非本人请立即退出。` };
const TEMPLATES = [...[1, 2].flatMap((count) => [receiptOf(count, false), receiptOf(count, true), changedOf(count)]), CODE, SIGN_IN, SIGNED_IN];

describe('a call of Aliyun', () => {
  it('has the signature of the vendor’s own example', () => {
    const { headers } = signedCall(
      {
        host: 'ecs.cn-shanghai.aliyuncs.com',
        action: 'RunInstances',
        version: '2014-05-26',
        query: { RegionId: 'cn-shanghai', ImageId: 'win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd' },
        at: new Date('2023-10-26T10:22:32Z'),
        nonce: '3156853299f313e23d1673dc12e1703d',
      },
      { accessKeyId: 'YourAccessKeyId', accessKeySecret: 'YourAccessKeySecret' },
    );
    expect(headers.authorization).to.match(/Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0$/);
  });
});

describe('Aliyun’s SendSms', () => {
  const { world } = useDatabase('aliyunsend');
  let aliyun: FakeAliyun;
  let refs = 0;
  before(async () => {
    aliyun = await fakeAliyun();
    aliyun.approve(CODE.code, CODE.wording);
  });
  after(() => aliyun.stop());

  const RIGHT: Templated = { code: CODE.code, slots: { digits: '482913' } };
  const met = async (mishap?: string | number | 'drop', filled: Templated = RIGHT, over: object = {}, to = PHONE) => {
    if (mishap) aliyun.mishaps.push(mishap);
    const send = sendSms({ ...aliyun.settings, ...over }, { world, log: logger('silent'), templated: async () => filled });
    const told = { said: { key: 'notice.code' }, language: 'zh-CN', isFirst: false };
    refs += 1;
    return send({ to, from: '', community: 'qingsong', text: '', told, ref: `r${refs}`, signal: AbortSignal.timeout(2_000) });
  };

  it('takes what is signed and approved, in every sign', async () => {
    expect(await met()).to.include({ state: 'sent' });
    expect(await met(undefined, { code: CODE.code, slots: { digits: "a!'()*~ &=+%é字" } })).to.include({ state: 'sent' });
    expect(aliyun.taken.map(({ body, to }) => [body.slice(0, 9), to])).to.deep.equal([
      ['验证码482913', PHONE],
      ["验证码a!'()*", PHONE],
    ]);
  });

  it('says for each refusal which class it is', async () => {
    expect(await met(undefined, RIGHT, { accessKeySecret: 'other' })).to.deep.equal({
      state: 'refused',
      reason: 'aliyun.SignatureDoesNotMatch',
      parks: true,
    });
    expect(await met(undefined, RIGHT, { signName: '别的社区' })).to.deep.include({ reason: 'aliyun.isv.SMS_SIGNATURE_ILLEGAL', parks: true });
    expect(await met(undefined, RIGHT, {}, '+862880000001')).to.deep.equal({ state: 'failed', reason: 'aliyun.isv.MOBILE_NUMBER_ILLEGAL' });
    const texts: [Templated, string][] = [
      [{ code: 'SMS_9', slots: {} }, 'SMS_TEMPLATE_ILLEGAL'],
      [{ code: CODE.code, slots: {} }, 'TEMPLATE_MISSING_PARAMETERS'],
      [{ code: CODE.code, slots: { digits: '1', more: '2' } }, 'TEMPLATE_PARAMS_ILLEGAL'],
      [{ code: CODE.code, slots: { digits: '1'.repeat(21) } }, 'PARAM_LENGTH_LIMIT'],
    ];
    for (const [filled, code] of texts)
      expect(await met(undefined, filled)).to.deep.equal({ state: 'failed', reason: `aliyun.isv.${code}`, wrong: 'text' });
    expect(await met('isv.BUSINESS_LIMIT_CONTROL')).to.deep.equal({ state: 'refused', reason: 'aliyun.isv.BUSINESS_LIMIT_CONTROL', afterMs: 60_000 });
    expect(await met('VALVE:M_MC')).to.deep.equal({ state: 'refused', reason: 'aliyun.refused', afterMs: 60_000 });
    expect(await met('isv.PARAM_NOT_SUPPORT_URL')).to.deep.equal({ state: 'failed', reason: 'aliyun.isv.PARAM_NOT_SUPPORT_URL', wrong: 'text' });
    expect(await met('Throttling.User')).to.deep.equal({ state: 'refused', reason: 'aliyun.Throttling.User' });
    for (const code of ['isv.DAY_LIMIT_CONTROL', 'isv.AMOUNT_NOT_ENOUGH', 'isv.DENY_IP_RANGE'])
      expect(await met(code)).to.deep.equal({ state: 'refused', reason: `aliyun.${code}`, parks: true });
    expect(await met('isp.SYSTEM_ERROR')).to.deep.equal({ state: 'unknown', reason: 'aliyun.isp.SYSTEM_ERROR' });
    expect(await met(502)).to.deep.equal({ state: 'unknown', reason: 'http.502' });
    expect(await met('drop')).to.deep.equal({ state: 'unknown', reason: 'noAnswer' });
  });

  it('is not asked for a text that has no template', async () => {
    const before = aliyun.taken.length;
    expect(await met(undefined, { missing: 'noTemplate' })).to.deep.equal({ state: 'failed', reason: 'noTemplate' });
    expect(aliyun.taken.length).to.equal(before);
    expect([fitsSlot('十'.repeat(20)), fitsSlot('十'.repeat(21)), fitsSlot(''), fitsSlot('a\nb')]).to.deep.equal([true, false, false, false]);
    for (const wrong of [`${slot('a')}${slot('b')}好`, slot('a'), `${slot('a')}和${slot('a')}`, `【社区】${slot('a')}好`])
      expect(() => aliyun.approve('x', wrong), wrong).to.throw();
  });
});

describe('a community over aliyun', () => {
  const { world, uri } = useDatabase('aliyun');
  const folder = useFolders();
  let service: TestService;
  before(async () => {
    service = await startService(world, undefined, { carrier: 'aliyun', templates: TEMPLATES });
  });
  after(() => service.stop());

  let later = 0;
  const fake = () => service.aliyun ?? expect.fail();
  const text = (body: string, sid: string) => service.sms.deliver({ from: PHONE, to: service.community.phone, body, sid });
  /** What goes to this phone goes in the order in which it was queued: what came before the reply to another text is with the platform. */
  const gone = async () => expect(await text('投 3', `${8_000 + later++}`)).to.match(/^投票已更改/);
  const settled = (where: object, state: MessageState) => until(state, () => collection(Message).findOne({ ...where, state }));
  const notice = (occasion: string, said: { key: string; params?: Record<string, string> }, more = {}) =>
    enqueue(world)({ occasion, community: service.community._id, channel: 'sms', address: PHONE, language: 'zh-CN', kind: 'receipt', said, ...more });

  it('answers by its templates, once, also where the same text is pushed three times more', async () => {
    const first = await text('投 3 7', '7001');
    expect(first).to.match(/^投票已收到：3 社区花园、7 路灯。凭证\d{3} \d{3} \d{4}。.*前可重发更改。.*回复退订。$/);
    for (const sid of ['7001', '7001', '7001'])
      expect((await fake().push({ from: PHONE, to: TEXT_NUMBERS.aliyun, body: '投 3 7', sid })).status).to.equal(200);
    expect(await text('投 3', '7002')).to.match(/^投票已更改：3 社区花园。凭证/);
    await gone();
    expect(fake().taken).to.deep.equal([]);
  });

  it('has a text pushed again as long as its reply could not be kept: one ballot, one receipt', async () => {
    const pushed = { from: PHONE, to: TEXT_NUMBERS.aliyun, body: '投 1 3', sid: '7010' };
    const entries = await collection(Entry).countDocuments();
    expect(await pushedUntilKept(fake(), pushed)).to.deep.equal([503, 503, 200]);
    while (fake().taken.length === 0) await sleep(20);
    expect(
      fake()
        .taken.splice(0)
        .map(({ body }) => /凭证\d{3} \d{3} \d{4}/.test(body)),
    ).to.deep.equal([true]);
    expect(await collection(Entry).countDocuments()).to.equal(entries + 1);
  });

  it('takes arrays, an id as a number or as text, and answers as the platform wants', async () => {
    const uplink = { phone_number: '13800000001', send_time: '2026-10-20 09:00:00', dest_code: TEXT_NUMBERS.aliyun, sign_name: '青松社区' };
    const both = [
      { ...uplink, content: '投 7', sequence_id: 7003 },
      { ...uplink, content: '投 3 7', sequence_id: '7004', send_time: '2026-10-20 09:00:01' },
    ];
    const response = await fake().post('sms', both);
    expect([response.status, await response.json()]).to.deep.equal([200, { code: 0, msg: '接收成功' }]);
    await fake().post('sms', [{ ...both[0], sequence_id: '7003' }]);
    while (fake().taken.length < 2) await sleep(20);
    await gone();
    expect(fake().taken.map(({ body }) => body.slice(6, 12))).to.deep.equal(['7 路灯。凭', '3 社区花园']);
    for (const wrong of [[], {}, [{ ...uplink, content: '投 3' }], 'x']) expect((await fake().post('sms', wrong)).status).to.equal(400);
    expect((await fetch(`${service.url}/aliyun/${'b'.repeat(32)}/sms`, { method: 'POST', body: '[]' })).status).to.equal(404);
  });

  it('keeps what the platform reports, by our own name of the message, also before its answer', async () => {
    await notice('reported', { key: 'notice.code', params: { digits: '482913' } });
    const { ref, carrierId } = await settled({ _id: /^reported/ }, 'sent');
    const report = { phone_number: '13800000001', success: true, err_code: 'DELIVERED', biz_id: carrierId, out_id: ref };
    expect((await fake().post('status', [report, { ...report, biz_id: 'x', out_id: 'nobody', success: false }])).status).to.equal(200);
    await settled({ _id: /^reported/ }, 'delivered');
  });

  it('sends what has no template, or does not fit it, over the next channel, and says why', async () => {
    const next = { next: [{ channel: 'voice' as const, address: PHONE }] };
    await notice('free', { key: 'notice.answered', params: { answer: '明天修' } }, next);
    expect(await settled({ _id: /^free\|sms/ }, 'failed')).to.include({ reason: 'noTemplate' });
    await settled({ _id: /^free\|voice/ }, 'sent');
    await notice('long', { key: 'notice.code', params: { digits: '1'.repeat(21) } });
    expect(await settled({ _id: /^long/ }, 'failed')).to.include({ reason: 'slotTooLong' });
    const { status } = await fake().push({ from: PHONE, to: TEXT_NUMBERS.aliyun, body: '项目', sid: '7009' });
    expect(status).to.equal(200);
    expect(await settled({ kind: 'reply' }, 'failed')).to.include({ reason: 'noTemplate' });
    await settled({ _id: /^reply/, channel: 'voice' }, 'sent'); // somebody on the roster is called
    expect(await elsewhere(world, ['sms', 'voice'])(service.community, '+8613999999999')).to.deep.equal([]); // a stranger is not
  });

  it('has its templates in a file: all or nothing, wrong lines named, exported as they were', async () => {
    const slug = service.community._id;
    const dir = folder({});
    await exportCommunity(world, slug, dir, operator('Li'));
    const file = join(dir, 'templates.yaml');
    const whole = await readFile(file, 'utf8');
    const imports = () => importCommunity(world, dir, operator('Li'), { replace: true });
    expect(await imports()).to.have.property('imported');
    expect((await Community.findById(slug).lean())?.smsTemplates).to.deep.equal(service.community.smsTemplates);
    await writeFile(
      file,
      `${whole}- text: vote\n  code: SMS_1\n- text: notice.code\n  code: SMS 2\n- text: notice.code\n  code: SMS_31\n  slots: [a, a]\n`,
    );
    const lines = whole.split('\n').length;
    expect(await imports())
      .to.have.property('problems')
      .that.has.length(3);
    expect(JSON.stringify(await imports())).to.include(`"line":${lines}`);
    await writeFile(file, whole.replaceAll('notice.code', 'notice.accepted'));
    expect(JSON.stringify(await imports())).to.include('no template for notice.code');
    await writeFile(file, whole.replaceAll('- digits', '- code'));
    expect(JSON.stringify(await imports()), 'other slots').to.include('no template for notice.code');
    await writeFile(file, `${whole}- text: notice.code\n  code: SMS_31\n`);
    expect(JSON.stringify(await imports())).to.include('is there twice');
    expect((await Community.findById(slug).lean())?.smsTemplates).to.deep.equal(service.community.smsTemplates);
  });

  it('has a list of what to hand in: each text that fits is one that is approved, and check names those without a template', async () => {
    const out = join(folder({}), 'templates.csv');
    const ran = await runScript(uri(), 'templates', 'export', service.community._id, '--out', out);
    expect(ran.status, ran.err).to.equal(0);
    const rows: { text: string; variant: string; wording: string; fits: string }[] = parse(await readFile(out), { columns: true });
    const fitting = rows.filter(({ fits }) => fits === 'yes');
    expect(fitting.length).to.be.above(300);
    expect(fitting.filter(({ wording }) => whyRefused(wording))).to.deep.equal([]);
    expect(rows.find(({ text }) => text === 'notice.broadcast')?.fits).to.not.equal('yes');
    const missing = await runScript(uri(), 'templates', 'check');
    expect(missing.status, 'of the only community').to.equal(1);
    expect(missing.out).to.match(/^vote\.receipt\t3/m);
    expect(missing.out).to.not.match(/^vote\.receipt\t[12]$|^notice\.code$/m);
  });

  it('needs a template for each number of projects that a ballot may have, before its vote opens; what a cycle lacks is said at the start', async () => {
    const { _id, name, timezone, person } = service.community;
    const files = (templates: readonly object[], choices: object) => ({
      'community.yaml': stringify({ slug: 'beside', name, timezone, person, phone: '+862880000066', carriers: { sms: 'aliyun' } }),
      'templates.yaml': stringify(templates),
      'cycle.yaml': stringify({
        ...{ id: 'beside-1', title: '资金', budget: 9, rule: 'greedy', choices, stages: { propose: '-1d', vote: '+1d', implement: '+2d' } },
        projects: [1, 2, 3].map((number) => ({ number, title: `项目${number}`, cost: 1 })),
      }),
    });
    const imports = async (templates: readonly object[], choices: object) =>
      JSON.stringify(await importCommunity(world, folder(files(templates, choices)), operator('Li')));
    const rows = TEMPLATES.map(({ wording: _, ...template }) => template);
    expect(
      await imports(
        rows.filter(({ code }) => code !== 'SMS_11'),
        { min: 1, max: 2 },
      ),
    ).to.include('no template for vote.receipt 1"');
    expect(await imports(rows, { min: 2, max: 3 })).to.include('no template for vote.receipt 3, vote.changed 3, vote.receipt+common.first 3"');
    expect(await imports(rows, { min: 1, max: 2 })).to.include('imported');
    const logged: string[] = [];
    const log = logger('warn', { write: (line) => void logged.push(line) });
    const { stop } = await app({ world, log, publicUrl: service.url, announces: false, aliyun: fake().settings });
    await stop();
    await Community.deleteOne({ _id: 'beside' });
    expect(
      logged.filter((line) => line.includes('no-template')).map((line) => [JSON.parse(line).community, line.includes('vote.receipt 3')]),
    ).to.deep.equal([[_id, true]]);
  });

  it('is no reason to start without templates for receipt, welcome and codes, those of the staff too: refused, with their names', async () => {
    await Community.updateOne(
      { _id: service.community._id },
      { $pull: { smsTemplates: { text: { $in: ['vote.receipt+common.first', CODE.text, SIGN_IN.text, SIGNED_IN.text] } } } },
    );
    const start = app({ world, log: logger('silent'), publicUrl: service.url, announces: false, aliyun: fake().settings });
    const refused = await start.then(
      async ({ stop }) => stop().then(() => 'started'),
      (error: unknown) => String(error),
    );
    expect(refused).to.match(
      /qingsong go over aliyun.* no approved template for vote\.receipt\+common\.first, notice\.code, notice\.signInCode, notice\.signedIn\./,
    );
  });
});
