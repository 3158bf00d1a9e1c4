import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import { asWechat } from '../../../src/demo/carriers/asWechat.ts';
import { importCommunity } from '../../../src/fund/files/importCommunity.ts';
import { operator } from '../../../src/fund/people/index.ts';
import { freePort } from '../../../src/store/embedded/access.ts';
import { type FakeWechat, fakeWechat } from '../../fakes/wechat.ts';
import { useDatabase } from '../../support/database.ts';
import { SECRET } from '../../support/secret.ts';
import { serviceProcess } from '../../support/serviceProcess.ts';

/** Writes down the modules that the process imports. A module with a name from MISSING cannot be imported. */
const HOOK = `import { appendFileSync } from 'node:fs'; export function resolve(name, context, next) { appendFileSync(process.env.IMPORTED, name + '\\n'); if (name === process.env.MISSING) throw new Error('missing'); return next(name, context); }`;
const REGISTER = `import { register } from 'node:module'; register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(HOOK)}`)});`;

describe('Wechaty', () => {
  const { world, uri } = useDatabase('wechatloading');
  let wechat: FakeWechat;
  let folder: string;

  before(async () => {
    await importCommunity(world, 'src/demo/community', operator('Li'));
    wechat = await fakeWechat();
    folder = await mkdtemp(join(tmpdir(), 'yisheng-imported-'));
  });
  after(async () => {
    await wechat.stop();
    await rm(folder, { recursive: true });
  });

  /** The modules of Wechaty that a service with these settings has imported once `work` is done. */
  async function imported(settings: Record<string, string>, work: (service: Awaited<ReturnType<typeof serviceProcess>>) => Promise<void>) {
    const file = join(folder, 'imported.txt');
    const service = await serviceProcess({
      ...base(),
      IMPORTED: file,
      NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(REGISTER)}`,
      ...settings,
    });
    await work(service);
    const names = (await readFile(file, 'utf8')).split('\n');
    expect(await service.stop()).to.equal(0);
    expect(names.some((name) => name === 'express')).to.equal(true);
    await rm(file);
    return names.filter((name) => /^(wechaty|file-box)/.test(name) || /puppetOfficialAccount\.[jt]s$/.test(name));
  }

  it('is not loaded where WeChat is not set up', async () => {
    const names = await imported({}, async (service) => {
      expect(await service.text({ from: '+8613900000001', to: '+862880000001', body: '菜单' })).to.be.a('string');
      expect((await fetch(`${service.url}/wechat`, { method: 'POST', body: '<xml/>' })).status).to.equal(404);
    });
    expect(names).to.deep.equal([]);
  });

  function base() {
    return { MONGODB_URI: uri(), SECRET, DATA_DIR: folder };
  }

  function account() {
    const { appId, appSecret, token, aesKey, apiUrl } = wechat;
    return { WECHAT_APP_ID: appId, WECHAT_APP_SECRET: appSecret, WECHAT_TOKEN: token, WECHAT_AES_KEY: aesKey, WECHAT_API_URL: apiUrl };
  }

  it('is there where it is, and answers who posts like WeChat alone', async () => {
    const names = await imported({ ...account(), WECHATY_LOG: 'silly' }, async ({ url }) => {
      await asWechat({ url, ...wechat }, { openid: 'o6_bmjrPTlm6', content: { text: '菜单' } });
      expect((await fetch(`${url}/wechat`, { method: 'POST', body: '<xml/>' })).status).to.equal(403);
    });
    expect(names).to.include('wechaty/impls');
  });

  it('is not waited for: who writes is answered, also where it cannot be loaded', async () => {
    const names = await imported({ ...account(), MISSING: 'wechaty/impls' }, async ({ url }) => {
      expect(await asWechat({ url, ...wechat }, { openid: 'o6_bmjrPTlm7', content: { text: '菜单' } })).to.be.a('string');
    });
    expect(names).to.include('wechaty/impls');
  });

  it('keeps nobody waiting for ever who comes while it is being loaded', async () => {
    const port = await freePort();
    let isReady = false;
    const asked: Promise<number>[] = [];
    const starting = serviceProcess({ ...base(), ...account() }, port).finally(() => {
      isReady = true;
    });
    while (!isReady) {
      asked.push(fetch(`http://127.0.0.1:${port}/healthz`).then(({ status }) => status, refused));
      await sleep(20);
    }
    const service = await starting;
    const answered = (await Promise.all(asked)).filter((status) => status !== REFUSED);
    expect(await service.stop()).to.equal(0);
    expect(answered.length).to.be.greaterThan(0);
    expect(answered.every((status) => status === 200)).to.equal(true);
  });
});

const REFUSED = 0;

/** Nobody listens there yet. */
function refused({ cause }: { cause?: { code?: string } }): number {
  if (cause?.code === 'ECONNREFUSED') return REFUSED;
  throw cause;
}
