import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { type OnOwnPort, onOwnPort } from '../../scripts/support/onOwnPort.ts';
import { app } from '../../src/app/app.ts';
import { logger } from '../../src/app/logger.ts';
import { writeRunFile } from '../../src/app/runFile.ts';
import { openDemo } from '../../src/demo/index.ts';
import { DAY_MS } from '../../src/store/wallTime.ts';
import { built } from '../support/built.ts';
import { useDatabase } from '../support/database.ts';
import { useFolders } from '../support/folder.ts';
import { runScriptWith } from '../support/runScript.ts';
import { SECRET } from '../support/secret.ts';

describe('npm run chat, fed by a pipe', () => {
  const { world, uri } = useDatabase('talk');
  const folder = useFolders();
  let dataDir: string;
  let service: OnOwnPort;
  let child: ChildProcess | undefined;
  let token: { readonly authToken: string };
  let program: string;

  before(async () => {
    program = await built('test/support/yisheng.ts');
    const demo = await openDemo({ demo: 'on' }, { world: { ...world }, embedded: true });
    if (!demo) throw new Error('It was asked for.');
    service = await onOwnPort((url) => app({ world: demo.world, log: logger('silent'), publicUrl: url, demo: demo.at(url), announces: false }));
    token = demo.note;
  });
  after(() => service.stop());
  beforeEach(async () => {
    dataDir = folder({});
    await writeRunFile(dataDir, { pid: process.pid, url: service.url, publicUrl: service.url, ...token });
  });

  it('starts no service of its own beside a database that is named', async () => {
    const { status, err } = await runScriptWith({ DATA_DIR: folder({}) }, uri(), 'chat');
    expect(status).to.equal(1);
    expect(err).to.include('none is started beside a database');
  });

  afterEach(() => void child?.kill());

  function talk(channel: string) {
    const env = { PATH: process.env.PATH, MONGODB_URI: uri(), SECRET, DATA_DIR: dataDir };
    const phone = spawn(process.execPath, [program, 'chat', '--channel', channel], { env, stdio: ['pipe', 'pipe', 'pipe'] });
    child = phone;
    let shown = '';
    phone.stdout.on('data', (chunk) => {
      shown += String(chunk);
    });
    return {
      type: (line: string) => phone.stdin.write(`${line}\n`),
      shows: async (what: string) => {
        for (let tries = 0; tries < 200 && !shown.includes(what); tries += 1) await sleep(100);
        expect(shown).to.include(what);
      },
      end: async () => {
        phone.stdin.end();
        const [[status], problems] = await Promise.all([once(phone, 'exit'), text(phone.stderr)]);
        return { status, shown, problems };
      },
    };
  }
  const post = (path: string, body: object) =>
    fetch(`${service.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: service.url },
      body: JSON.stringify(body),
    });
  const leap = async () => {
    const { now }: { now: string } = JSON.parse(await (await fetch(`${service.url}/simulator/clock`)).text());
    expect((await post('/simulator/clock', { to: new Date(new Date(now).getTime() + DAY_MS).toISOString() })).status).to.equal(200);
  };

  for (const [channel, line, answer] of [
    ['sms', '项目', '3 社区花园'],
    ['voice', '1', '知道号码'],
    ['wechat', '0', '居委会'],
  ] as const)
    it(`answers each line and ends with the pipe: ${channel}`, async () => {
      const phone = talk(channel);
      phone.type(line);
      const { status, shown, problems } = await phone.end();
      expect([status, problems]).to.deep.equal([0, '']);
      expect(shown).to.include(answer);
    });

  it('goes on in the chat after the demo’s clock was moved ahead, here and in the browser', async () => {
    const phone = talk('wechat');
    phone.type('0');
    await phone.shows('居委会');
    await leap();
    phone.type('帮助');
    await phone.shows('“进度”');
    expect((await phone.end()).problems).to.equal('');
    const asked = await post('/simulator/chat', { id: 'a'.repeat(32), do: 'follow', text: '关注', poster: '' });
    expect(asked.status).to.equal(200);
    expect(await asked.text()).to.include('这里是青松社区');
  });
});
