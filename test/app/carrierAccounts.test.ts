import { expect } from 'chai';
import { type FakeKannel, fakeKannel } from '../../scripts/fakes/kannel.ts';
import { type OnOwnPort, onOwnPort } from '../../scripts/support/onOwnPort.ts';
import { app } from '../../src/app/app.ts';
import { logger } from '../../src/app/logger.ts';
import { Entry } from '../../src/fund/ballots/index.ts';
import { enqueue } from '../../src/outreach/outbox/enqueue.ts';
import { collection } from '../../src/store/collection.ts';
import { type FakeTwilio, fakeTwilio } from '../fakes/twilio.ts';
import { useDatabase } from '../support/database.ts';
import { useSettingsFiles } from '../support/folder.ts';
import { runScriptWith } from '../support/runScript.ts';
import { type Town, town, votingNow } from '../support/town.ts';
import { until } from '../support/until.ts';

describe('accounts with carriers that belong to offices and communities', () => {
  const { world, uri } = useDatabase('accounts');
  const fileOf = useSettingsFiles();
  const lines: string[] = [];
  const kannels: Record<string, FakeKannel> = {};
  const towns: Record<string, Town> = {};
  let service: OnOwnPort;
  let twilio: FakeTwilio;
  let sid = 0;
  const run = (...words: string[]) => runScriptWith({}, uri(), 'carrier', ...words);
  const settings = (kannel: FakeKannel, over: Record<string, string> = {}) => {
    const { url, user, password, secret } = kannel.settings;
    const given = { KANNEL_URL: url, KANNEL_USER: user, KANNEL_PASSWORD: `'${password}'`, KANNEL_SECRET: secret, ...over };
    return fileOf(given);
  };
  const there = <Of>(found: Of | undefined): Of => found ?? expect.fail();
  const kannel = (name: string) => there(kannels[name]);
  const here = (name: string) => there(towns[name]);

  before(async () => {
    for (const name of ['usual', 'yulin', 'own']) kannels[name] = await fakeKannel();
    twilio = await fakeTwilio();
    const places = {
      one: { office: '玉林街道办' },
      two: { office: '玉林街道办' },
      three: {},
      four: { office: '没有账户的街道办' },
      five: { carriers: {} },
    };
    let number = 0;
    for (const [name, more] of Object.entries(places)) {
      number += 1;
      const community = { phone: `+86288000010${number}`, carriers: { sms: 'kannel' as const }, quiet: '00:00-00:00', ...more };
      towns[name] = await town(world, { residents: 3, community, cycle: votingNow(world) });
    }
    expect((await run('add', 'kannel', '--office', '玉林街道办', '--settings', settings(kannel('yulin')))).status).to.equal(0);
    expect((await run('add', 'kannel', '--community', here('two').community, '--settings', settings(kannel('own')))).status).to.equal(0);
    const { accountSid, authToken, apiUrl } = twilio;
    const texted = { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken, TWILIO_PHONE_NUMBER: here('five').phone, TWILIO_API_URL: apiUrl };
    expect((await run('add', 'twilio', '--community', here('five').community, '--settings', fileOf(texted))).status).to.equal(0);
    const listed: { name: string; doors: string }[] = JSON.parse((await run('list', '--json')).out);
    service = await onOwnPort((url) =>
      app({
        world,
        log: logger('warn', { write: (line) => void lines.push(line) }),
        publicUrl: url,
        announces: false,
        kannel: kannel('usual').settings,
      }),
    );
    const doorsOf = (name: string) => listed.find((one) => one.name === name)?.doors ?? '';
    kannel('usual').attach({ url: service.url });
    kannel('yulin').attach({ url: service.url + doorsOf('玉林街道办') });
    kannel('own').attach({ url: service.url + doorsOf(here('two').community) });
    const five = service.url + doorsOf(here('five').community);
    twilio.attach({ url: five, publicUrl: five });
  });
  after(async () => {
    await service.stop();
    for (const one of [twilio, ...Object.values(kannels)]) await one.stop();
  });

  const texts = async (over: string, to: string, who: number) => {
    sid += 1;
    const from = there(here(to).phones[who]).replace('+86', '');
    return kannel(over).push({ from, to: here(to).phone.replace('+', ''), body: '投 1', sid: String(sid) });
  };
  const takenBy = () => Object.fromEntries(Object.entries(kannels).map(([name, { taken }]) => [name, taken.length]));
  const ballots = (name: string) => collection(Entry).countDocuments({ '_id.cycle': here(name).cycle });

  it('carry what their own communities write and hear: a community’s before its office’s, that before the settings’', async () => {
    for (const [over, to] of [
      ['yulin', 'one'],
      ['own', 'two'],
      ['usual', 'three'],
      ['usual', 'four'],
    ] as const) {
      const before = takenBy()[over] ?? 0;
      expect((await texts(over, to, 0)).status, to).to.equal(200);
      await until('what was waited for', async () => kannel(over).taken.length > before);
      expect(kannel(over).taken.at(-1)?.body, to).to.include('凭证');
      expect(await ballots(to)).to.equal(1);
    }
    const last = there(kannel('own').taken.at(-1));
    expect(await kannel('own').report(last.ref ?? '', 1), 'its reports come to its own doors').to.equal(200);
    expect(there(kannel('own').reports.get(last.ref ?? ''))).to.include('/accounts/');
  });

  it('are signed for under their own address', async () => {
    expect(await twilio.deliver({ from: there(here('five').phones[0]), to: here('five').phone, body: '投 1' })).to.include('凭证');
    twilio.attach({ url: service.url, publicUrl: service.url });
    const elsewhere = twilio.deliver({ from: there(here('five').phones[1]), to: here('five').phone, body: '投 1' });
    expect(String(await elsewhere.catch(() => 'not taken'))).not.to.include('凭证');
    expect(await ballots('five')).to.equal(1);
  });

  it('are nobody else’s: what comes in over one for another’s community casts nothing there', async () => {
    for (const [over, to] of [
      ['own', 'one'],
      ['yulin', 'two'],
      ['yulin', 'three'],
      ['usual', 'one'],
      ['own', 'four'],
    ] as const) {
      const before = takenBy();
      expect((await texts(over, to, 1)).status).to.equal(200);
      await until('what was waited for', async () => there(takenBy()[over]) > there(before[over]));
      expect(kannel(over).taken.at(-1)?.body, `${over} to ${to}`).not.to.include('凭证');
      expect(await ballots(to), `${over} to ${to}`).to.equal(1);
    }
    const wrong = await fetch(`${service.url}/accounts/0000000000000000/kannel/${kannel('own').settings.secret}/sms`);
    expect(wrong.status, 'no such account').to.equal(404);
  });

  it('are parked and told each by itself', async () => {
    kannel('yulin').mishaps.push(401);
    const tell = async (name: string) => {
      const { community, phones } = here(name);
      await enqueue(world)({
        occasion: `told ${name}`,
        kind: 'alarm',
        community,
        channel: 'sms',
        address: there(phones[2]),
        said: { key: 'common.done' },
      });
    };
    const before = takenBy();
    await tell('one');
    await until('what was waited for', async () => lines.some((line) => line.includes('parked.kannel.unauthorized')));
    expect(lines.find((line) => line.includes('parked.kannel'))).to.include('玉林街道办');
    await tell('two');
    await tell('three');
    await until('what was waited for', async () => there(takenBy().own) > there(before.own) && there(takenBy().usual) > there(before.usual));
    const metrics = await (await fetch(`${service.url}/metrics`)).text();
    expect(metrics).to.match(/^yisheng_carrier_parked\{[^}]*account="玉林街道办"[^}]*\} 1$/m);
    expect(metrics.match(/^yisheng_carrier_parked\{.*\} 1$/gm)).to.have.length(1);
  });

  it('are kept unread, asked by doctor, refused when they are wrong, and removed', async () => {
    const kept = await collection(Entry).db.collection('carrierAccounts').find().toArray();
    expect(kept).to.have.length(3);
    expect(JSON.stringify(kept)).not.to.include(kannel('yulin').settings.secret).and.not.include(kannel('yulin').settings.password);
    expect((await run('list')).out).not.to.include(kannel('yulin').settings.password);
    const asked = await runScriptWith({ PUBLIC_URL: 'https://vote.example.org' }, uri(), 'doctor', '--json');
    const found: { about: string; isRight: boolean }[] = JSON.parse(asked.out);
    expect(found.filter(({ about }) => about.startsWith('Kannel of')).map(({ isRight }) => isRight)).to.deep.equal([true, true]);
    const half = await run(
      'add',
      'kannel',
      '--office',
      '玉林街道办',
      '--settings',
      settings(kannel('own'), { KANNEL_URL: '', MAS_URL: 'http://127.0.0.1' }),
    );
    expect([half.status, half.err.includes('KANNEL_URL'), half.err.includes('MAS_URL: is no setting of kannel')]).to.deep.equal([1, true, true]);
    for (const words of [
      ['add', 'pigeon', '--office', '玉', '--settings', '-'],
      ['add', 'kannel', '--settings', '-'],
    ])
      expect((await run(...words)).status).to.equal(2);
    expect((await run('remove', 'kannel', '--community', here('two').community)).status).to.equal(0);
    expect((await run('remove', 'kannel', '--community', here('two').community)).status).to.equal(1);
  });
});
