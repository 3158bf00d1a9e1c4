import { randomInt } from 'node:crypto';
import { expect } from 'chai';
import { type OnOwnPort, onOwnPort } from '../../scripts/support/onOwnPort.ts';
import { app } from '../../src/app/app.ts';
import { logger } from '../../src/app/logger.ts';
import { safe } from '../../src/carriers/wechat/puppet/test/account.ts';
import { Entry } from '../../src/fund/ballots/index.ts';
import { answerInquiry, Inquiry, Recording } from '../../src/fund/inquiries/index.ts';
import { operator } from '../../src/fund/people/index.ts';
import { collection } from '../../src/store/collection.ts';
import { everything } from '../channels/everything.ts';
import { type FakeWechat, fakeWechat } from '../fakes/wechat.ts';
import { card } from '../support/cards.ts';
import { useDatabase } from '../support/database.ts';
import { useSettingsFiles } from '../support/folder.ts';
import { runScriptWith } from '../support/runScript.ts';
import { type Town, town, votingNow } from '../support/town.ts';
import { tried } from '../support/tried.ts';
import { until } from '../support/until.ts';

const RECEIPT = /凭证 \d{3} \d{3} \d{4}/;
const UNKNOWN = '还不知道您是哪个社区的';
const HOURS_49 = 49 * 60 * 60_000;

describe('official accounts that belong to offices and communities', () => {
  const { world, uri } = useDatabase('officials');
  const fileOf = useSettingsFiles();
  const lines: string[] = [];
  const fakes: Record<string, FakeWechat> = {};
  const towns: Record<string, Town> = {};
  let service: OnOwnPort;
  const there = <Of>(found: Of | undefined): Of => found ?? expect.fail();
  const account = (name: string) => there(fakes[name]);
  const here = (name: string) => there(towns[name]);
  const settingsOf = ({ appId, appSecret, token, aesKey, apiUrl }: FakeWechat) => ({
    ...{ WECHAT_APP_ID: appId, WECHAT_APP_SECRET: appSecret, WECHAT_TOKEN: token, WECHAT_AES_KEY: aesKey, WECHAT_API_URL: apiUrl },
  });
  const run = (...words: string[]) => runScriptWith({}, uri(), ...(words as [string, ...string[]]));
  const add = (name: string, ...whose: string[]) => run('carrier', 'add', 'wechat', ...whose, '--settings', fileOf(settingsOf(account(name))));
  /** Which account serves which community. */
  const SERVED = [
    ['yulin', 'one'],
    ['own', 'two'],
    ['usual', 'three'],
    ['usual', 'four'],
  ] as const;

  before(async () => {
    for (const name of ['usual', 'yulin', 'own']) fakes[name] = await fakeWechat();
    const places = { one: { office: '玉林街道办' }, two: { office: '玉林街道办' }, three: {}, four: { office: '没有账户的街道办' } };
    for (const [name, more] of Object.entries(places)) {
      const community = { name: `${name}社区`, quiet: '00:00-00:00', templates: { reminder: 'tmpl-1' }, ...more };
      towns[name] = await town(world, { residents: 3, community, cycle: votingNow(world) });
    }
    expect((await add('yulin', '--office', '玉林街道办')).status).to.equal(0);
    expect((await add('own', '--community', here('two').community)).status).to.equal(0);
    const listed: { name: string; doors: string }[] = JSON.parse((await run('carrier', 'list', '--json')).out);
    const { appId, appSecret, token, aesKey, apiUrl } = account('usual');
    service = await onOwnPort((url) =>
      app({
        world,
        log: logger('warn', { write: (line) => void lines.push(line) }),
        publicUrl: url,
        announces: false,
        wechat: { appId, appSecret, token, aesKey, apiUrl },
      }),
    );
    const doorsOf = (name: string) => there(listed.find((one) => one.name === name)).doors;
    account('usual').attach({ url: service.url });
    account('yulin').attach({ url: service.url + doorsOf('玉林街道办') });
    account('own').attach({ url: service.url + doorsOf(here('two').community) });
    await import('../../src/carriers/wechat/bot.ts'); // it is loaded in long pieces, beside the first messages
  });
  after(async () => {
    await service.stop();
    for (const fake of Object.values(fakes)) await fake.stop();
  });

  const id = () => `${randomInt(1e9)}${randomInt(1e9)}`;
  const text = (Content: string, more: Record<string, string> = {}) => ({ MsgType: 'text', Content, MsgId: id(), ...more });
  const scan = (slug: string) => ({ MsgType: 'event', Event: 'subscribe', EventKey: `qrscene_${slug}` });
  const ballots = (name: string) => collection(Entry).countDocuments({ '_id.cycle': here(name).cycle });
  const openidOf = (name: string) => `oResidentOf_${name}`;
  const askedOf = (name: string, path: string) => account(name).calls.filter((call) => call.includes(path)).length;
  let letters = 0;

  /** The resident asks by chat and is answered from the inbox: a message that the service starts. */
  async function answered(over: string, to: string, answer: string): Promise<void> {
    letters += 1;
    expect(await account(over).deliver(openidOf(to), text(`问 第${letters}件事怎么样了`))).to.include('收到');
    await tellAnswer(to, answer);
  }
  async function tellAnswer(to: string, answer: string): Promise<void> {
    const { community } = here(to);
    const last = await collection(Inquiry).findOne({ '_id.community': community }, { sort: { '_id.number': -1 } });
    await tried(world)(answerInquiry, { community, number: there(last?._id.number), text: answer, actor: operator('李姐') });
  }
  const sentTo = (name: string) => account(name).sent.map((one) => JSON.stringify(one));

  it('answer who wrote to them, each in its own communities, and messages go out through the account to which the chat belongs', async () => {
    for (const [over, to] of SERVED) {
      const [openid, fake] = [openidOf(to), account(over)];
      expect(await fake.deliver(openid, scan(here(to).community)), to).to.include(`${to}社区`);
      expect(await fake.deliver(openid, text(`加入 ${card(0)}`)), to).not.to.include(UNKNOWN);
      expect(await fake.deliver(openid, text('投 1')), to).to.match(RECEIPT);
      expect(await ballots(to)).to.equal(1);
      await answered(over, to, `答复${to}`);
      await until(`the answer to ${to}`, () => sentTo(over).some((one) => one.includes(`答复${to}`)));
      for (const other of Object.keys(fakes).filter((name) => name !== over))
        expect(sentTo(other).join(), `${other} for ${to}`).not.to.include(`答复${to}`);
    }
  });

  it('are nobody else’s: another’s followers, posters and reports are nothing at their doors', async () => {
    const [yulin, before] = [account('yulin'), await ballots('two')];
    for (const slug of [here('two').community, here('three').community])
      expect(await yulin.deliver(`oNobody${id()}`, scan(slug)), 'another’s poster').to.include(UNKNOWN);
    for (const to of ['two', 'three']) {
      const said = await yulin.deliver(openidOf(to), text('投 2'));
      expect(said, 'another’s follower').to.include('还没对上').and.not.match(RECEIPT);
    }
    await yulin.deliver(openidOf('three'), { MsgType: 'event', Event: 'unsubscribe', EventKey: '' });
    expect(await account('usual').deliver(openidOf('three'), text('投 3')), 'another’s end').to.match(RECEIPT);
    expect(await ballots('two')).to.equal(before);
  });

  it('take at their doors what their own keys sign, and record nothing of anything else', async () => {
    const [yulin, own, usual] = [account('yulin'), account('own'), account('usual')];
    const whole = await everything();
    const xml = (to: string) =>
      `<xml><ToUserName>gh_x</ToUserName><FromUserName>${openidOf(to)}</FromUserName><CreateTime>${Math.floor(Date.now() / 1_000)}</CreateTime><MsgType>text</MsgType><Content>投 2</Content><MsgId>${id()}</MsgId></xml>`;
    for (const [door, keys, to] of [
      [own, yulin, 'two'],
      [usual, yulin, 'three'],
      [yulin, usual, 'one'],
      [own, { ...yulin, token: own.token }, 'two'],
      [own, { ...own, aesKey: yulin.aesKey }, 'two'],
    ] as const) {
      const { query, body } = safe(xml(to), { ...keys, timestamp: String(Math.floor(Date.now() / 1_000)) });
      const { status, text: said } = await door.post(query, body);
      expect([status, said]).to.deep.equal([403, '']);
    }
    expect(await everything()).to.deep.equal(whole);
    expect((await fetch(`${service.url}/accounts/0000000000000000/wechat`)).status).to.equal(404);
  });

  it('know by their only community whose a chat is, without a poster; an office with several does not', async () => {
    expect(await account('own').deliver(`oNew${id()}`, text('菜单')), 'a community’s own').not.to.include(UNKNOWN);
    expect(await account('yulin').deliver(`oNew${id()}`, text('菜单')), 'an office’s only one without an account').not.to.include(UNKNOWN);
    expect(await account('usual').deliver(`oNew${id()}`, text('菜单'))).to.include(UNKNOWN);
  });

  it('fetch what was spoken and photographed, and make the codes of posters, each its own', async () => {
    for (const [over, to] of [
      ['yulin', 'one'],
      ['usual', 'three'],
    ] as const) {
      const fake = account(over);
      fake.media.set(`spoken-${to}`, Buffer.concat([Buffer.from('#!AMR\n'), ...Array.from({ length: 100 }, () => FRAME)]));
      await fake.deliver(openidOf(to), text('问'));
      const voice = { MsgType: 'voice', MediaId: `spoken-${to}`, Format: 'amr', Recognition: '', MsgId: id() };
      expect(await fake.deliver(openidOf(to), voice)).to.match(/^收到/);
      await until('the recording', () =>
        collection(Recording).findOne({ community: here(to).community, state: 'kept', carrierId: { $exists: false } }),
      );
      const before = askedOf(over, 'qrcode/create');
      const page = await (await fetch(`${service.url}/c/${here(to).community}/poster?lang=zh`)).text();
      expect(page).to.include('<img');
      expect(askedOf(over, 'qrcode/create')).to.equal(before + 1);
    }
    expect(askedOf('own', 'qrcode/create')).to.equal(0);
  });

  it('are parked each by itself, and write by template after WeChat’s 48 hours, each by its own', async () => {
    const [yulin, usual] = [account('yulin'), account('usual')];
    await answered('yulin', 'one', '先来一封');
    await until('the answer', () => sentTo('yulin').some((one) => one.includes('先来一封')));
    expect(await yulin.deliver(openidOf('one'), text('问 停车怎么办'))).to.include('收到');
    expect(await usual.deliver(openidOf('three'), text('问 停车怎么办'))).to.include('收到');
    for (const fake of [yulin, usual]) {
      fake.templates.set('tmpl-1', '{{thing1.DATA}}\n时间:{{time2.DATA}}');
      fake.later = HOURS_49;
    }
    await tellAnswer('one', '按模板一');
    await tellAnswer('three', '按模板三');
    const templated = (fake: FakeWechat) => fake.sent.filter(({ kind }) => kind === 'template').map(({ openid }) => openid);
    await until('both templates', () => templated(yulin).length > 0 && templated(usual).length > 0);
    expect([templated(yulin), templated(usual), templated(account('own'))]).to.deep.equal([[openidOf('one')], [openidOf('three')], []]);
    for (const fake of [yulin, usual]) fake.later = 0;

    expect(await yulin.deliver(openidOf('one'), text('问 垃圾怎么办'))).to.include('收到');
    expect(await usual.deliver(openidOf('three'), text('问 垃圾怎么办'))).to.include('收到');
    yulin.always(45009);
    await tellAnswer('one', '等一等');
    await until('the line of the log', () => lines.some((line) => line.includes('parked.wechat.dayLimit')));
    expect(lines.find((line) => line.includes('parked.wechat'))).to.include('玉林街道办');
    await tellAnswer('three', '不用等');
    await until('the answer of the other', () => sentTo('usual').some((one) => one.includes('不用等')));
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    expect(metrics.match(/^yisheng_carrier_parked\{.*\} 1$/gm)).to.have.length(1);
    expect(metrics).to.match(/^yisheng_carrier_parked\{[^}]*carrier="wechat"[^}]*account="玉林街道办"[^}]*\} 1$/m);
    yulin.always(undefined);
  });

  it('are kept unread, looked at each, refused when they are wrong or taken, and removed', async () => {
    const kept = await collection(Entry).db.collection('carrierAccounts').find().toArray();
    expect(JSON.stringify(kept)).not.to.include(account('yulin').appSecret).and.not.include(account('yulin').aesKey);
    const asked = await runScriptWith({ PUBLIC_URL: 'https://vote.example.org' }, uri(), 'doctor', '--json');
    const found: { about: string; isRight: boolean }[] = JSON.parse(asked.out);
    expect(found.filter(({ about }) => about.startsWith('WeChat of')).map(({ isRight }) => isRight)).to.deep.equal([true, true]);
    const checked = await run('wechat', 'check', '--office', '玉林街道办', '--json');
    const checks: { what: string; state: string }[] = JSON.parse(checked.out);
    expect(checks.filter(({ what }) => what.startsWith('template of')).map(({ what }) => what)).to.deep.equal([
      `template of ${here('one').community}`,
    ]);
    expect(checks.find(({ what }) => what === 'safe mode')?.state).to.equal('right');
    expect((await run('wechat', 'menu', '--community', here('two').community)).status).to.equal(0);
    expect([account('own').menu() !== undefined, account('yulin').menu()]).to.deep.equal([true, undefined]);
    expect((await run('wechat', 'check')).err, 'the settings have none').to.include('WECHAT_APP_ID');

    const taken = await add('yulin', '--office', '别的街道办');
    expect([taken.status, taken.err.includes('玉林街道办')]).to.deep.equal([1, true]);
    const { WECHAT_AES_KEY: _, ...half } = settingsOf(account('own'));
    const wrong = await run('carrier', 'add', 'wechat', '--office', '玉林街道办', '--settings', fileOf({ ...half, KANNEL_URL: 'http://127.0.0.1' }));
    expect([wrong.status, wrong.err.includes('WECHAT_AES_KEY'), wrong.err.includes('KANNEL_URL: is no setting of wechat')]).to.deep.equal([
      1,
      true,
      true,
    ]);
    expect((await run('carrier', 'remove', 'wechat', '--community', here('two').community)).status).to.equal(0);
  });
});

const FRAME = Buffer.concat([Buffer.from([0x3c]), Buffer.alloc(31)]);
