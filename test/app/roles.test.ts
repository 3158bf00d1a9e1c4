import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect } from 'chai';
import mongoose from 'mongoose';
import { readRunFile } from '../../src/app/runFile.ts';
import { Entry } from '../../src/fund/ballots/index.ts';
import { Cycle } from '../../src/fund/cycles/index.ts';
import { collection } from '../../src/store/collection.ts';
import { type FakeTwilio, fakeTwilio } from '../fakes/twilio.ts';
import { built } from '../support/built.ts';
import { useDatabase } from '../support/database.ts';
import { useFolders } from '../support/folder.ts';
import { SECRET } from '../support/secret.ts';
import { type ServiceProcess, serviceProcess } from '../support/serviceProcess.ts';
import { type Town, town, votingNow } from '../support/town.ts';
import { until } from '../support/until.ts';
import { phoneOf, staffAll } from '../web/console/office.ts';

const HOUR_MS = 3_600_000;

describe('turns in one process, pages in another', () => {
  const { world, uri } = useDatabase('roles');
  const folder = useFolders();
  const running: ServiceProcess[] = [];
  let twilio: FakeTwilio;
  let here: Town;
  let over: Town;
  let turns: ServiceProcess;
  let pages: ServiceProcess;
  const started = async (role: 'turns' | 'pages') => {
    const { accountSid, authToken, apiUrl } = twilio;
    const account = { TWILIO_ACCOUNT_SID: accountSid, TWILIO_AUTH_TOKEN: authToken, TWILIO_API_URL: apiUrl };
    const service = await serviceProcess({ ROLE: role, MONGODB_URI: uri(), SECRET, DATA_DIR: folder({}), ...account });
    running.push(service);
    if (role === 'turns') twilio.attach({ url: service.url, publicUrl: service.url });
    return service;
  };
  const vote = () => twilio.deliver({ from: here.phones[0] ?? '', to: here.phone, body: '投 1' });
  const sealed = () => collection(Entry).countDocuments({ '_id.cycle': over.cycle, receipt: { $exists: false } });
  const runs = () => mongoose.connection.collection('runs').countDocuments();

  before(async () => {
    twilio = await fakeTwilio();
    const now = world.now().getTime();
    const ended = { vote: new Date(now - HOUR_MS), implement: new Date(now - 60_000) };
    const stages = (['vote', 'implement'] as const).map((stage) => ({ stage, from: ended[stage] }));
    here = await town(world, { residents: 2, cycle: votingNow(world) });
    over = await town(world, { cycle: { ...votingNow(world), stages } });
    await staffAll(world, here.community);
    turns = await started('turns');
  });
  after(async () => {
    for (const service of running) await service.stop();
    await twilio.stop();
  });

  it('turns alone take votes, and leave what is due by the calendar to the others', async () => {
    expect(await vote()).to.include('凭证');
    const since = Date.now();
    await until('five looks', async () => Date.now() - since > 5_000);
    expect([await sealed(), await runs()]).to.deep.equal([0, 0]);
    const page = await fetch(`${turns.url}/c/${here.community}`);
    expect([page.status, await page.text()]).to.deep.equal([
      404,
      '{"error":"This process only takes turns (ROLE=turns); pages are at the address of the service."}',
    ]);
    expect(await (await fetch(`${turns.url}/readyz`)).json()).to.deep.equal({ ready: true, role: 'turns' });
    expect(await (await fetch(`${turns.url}/metrics`)).text()).to.match(/yisheng_build_info\{.*role="turns"\} 1/);
  });

  it('pages show what turns wrote, do once what is due, and refuse carriers so that they come again', async () => {
    const receipt = /\d{3} \d{3} \d{4}/.exec(String(await vote()))?.[0] ?? '';
    pages = await started('pages');
    expect((await fetch(`${pages.url}/api/receipts/${encodeURIComponent(receipt)}`)).status).to.equal(200);
    await until('sealed', async () => (await collection(Cycle).countDocuments({ _id: over.cycle, sealedAt: { $exists: true } })) === 1);
    await until('its jobs', async () => (await runs()) > 0);
    expect(await sealed()).to.equal(1);
    expect(await (await fetch(`${pages.url}/readyz`)).json()).to.deep.equal({ ready: true, role: 'pages' });
    expect((await fetch(`${pages.url}/c/${here.community}`)).status).to.equal(200);
    for (const door of ['/twilio/sms', '/kannel/x/sms', '/wechat', '/accounts/x/mas/y/sms'])
      expect((await fetch(pages.url + door, { method: 'POST' })).status, door).to.equal(503);
  });

  it('who signs in to a page gets the digits from the process that has the carriers, once', async () => {
    const post = (path: string, form: Record<string, string>, cookie = '') =>
      fetch(pages.url + path, {
        method: 'POST',
        body: new URLSearchParams(form),
        headers: { cookie, 'Sec-Fetch-Site': 'same-origin' },
        redirect: 'manual',
      });
    const cookieOf = (response: Response, name: string) =>
      response.headers
        .getSetCookie()
        .find((each) => each.startsWith(`${name}=`))
        ?.split(';')[0] ?? '';
    const asked = await post('/console/sign-in', { phone: phoneOf('cadre') });
    const texts = () => twilio.accepted.filter(({ to }) => to === phoneOf('cadre'));
    await until('the digits', async () => texts().length > 0);
    const digits = /\b\d{6}\b/.exec(texts()[0]?.body ?? '')?.[0] ?? '';
    const entered = await post('/console/sign-in/digits', { digits }, cookieOf(asked, 'signing'));
    const today = await fetch(`${pages.url}/console/${here.community}`, { headers: { cookie: cookieOf(entered, 'staff') } });
    expect(today.status).to.equal(200);
    expect(texts().filter(({ body }) => body?.includes(digits))).to.have.length(1);
  });

  it('a second one on the same port ends with a sentence, and commands still find the first', async () => {
    const dataDir = folder({});
    const first = await serviceProcess({ MONGODB_URI: uri(), SECRET, DATA_DIR: dataDir });
    running.push(first);
    const env = { PATH: process.env.PATH, MONGODB_URI: uri(), SECRET, DATA_DIR: dataDir, PORT: String(first.port), LOG_LEVEL: 'silent', DEMO: 'off' };
    const second = spawn(process.execPath, [await built('src/app/main.ts')], { env, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    second.stderr.setEncoding('utf8').on('data', (part) => (said += part));
    const [status] = await once(second, 'close');
    expect([status, said]).to.deep.equal([1, `Port ${first.port} is in use by another program. Stop it, or set PORT to another number.\n`]);
    expect(readRunFile(dataDir)?.url).to.equal(first.url);
    expect((await fetch(`${first.url}/readyz`)).status).to.equal(200);
  });

  it('either goes on without the other', async () => {
    await pages.kill();
    expect(await vote()).to.include('凭证');
    pages = await started('pages');
    await turns.kill();
    expect((await fetch(`${pages.url}/c/${here.community}`)).status).to.equal(200);
    turns = await started('turns');
    expect(await vote()).to.include('凭证');
  });
});
