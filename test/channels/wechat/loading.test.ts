import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { asWechat } from '../../../src/channels/wechat/asWechat.ts';
import { importCommunity } from '../../../src/fund/files/importCommunity.ts';
import { type FakeWechat, fakeWechat } from '../../fakes/wechat.ts';
import { useDatabase } from '../../support/database.ts';
import { serviceProcess } from '../../support/serviceProcess.ts';

const SECRET = 'the secret of every test, which is none';
/** Writes down what the process imports. */
const HOOK = `import { appendFileSync } from 'node:fs'; export function resolve(name, context, next) { appendFileSync(process.env.IMPORTED, name + '\\n'); return next(name, context); }`;
const REGISTER = `import { register } from 'node:module'; register(${JSON.stringify(`data:text/javascript,${encodeURIComponent(HOOK)}`)});`;

describe('Wechaty', function () {
  this.timeout(60_000);
  const { world, uri } = useDatabase('wechatloading');
  let wechat: FakeWechat;
  let folder: string;

  before(async () => {
    await importCommunity(world)('scripts/demo');
    wechat = await fakeWechat();
    folder = await mkdtemp(join(tmpdir(), 'yisheng-imported-'));
  });
  after(async () => {
    await wechat.stop();
    await rm(folder, { recursive: true });
  });

  /** What a service with these settings has imported of Wechaty once `work` is done. */
  async function imported(settings: Record<string, string>, work: (service: Awaited<ReturnType<typeof serviceProcess>>) => Promise<void>) {
    const file = join(folder, 'imported.txt');
    const service = await serviceProcess({
      MONGODB_URI: uri(),
      SECRET,
      DATA_DIR: folder,
      IMPORTED: file,
      NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(REGISTER)}`,
      ...settings,
    });
    await work(service);
    const names = (await readFile(file, 'utf8')).split('\n');
    expect(await service.stop()).to.equal(0);
    expect(names.some((name) => name === 'express')).to.equal(true);
    await rm(file);
    return names.filter((name) => /^(wechaty|file-box)/.test(name) || name.endsWith('puppetOfficialAccount.ts'));
  }

  it('is not loaded where WeChat is not set up', async () => {
    const names = await imported({}, async (service) => {
      expect(await service.text({ from: '+8613900000001', to: '+862880000001', body: '菜单' })).to.be.a('string');
      expect((await fetch(`${service.url}/wechat`, { method: 'POST', body: '<xml/>' })).status).to.equal(404);
    });
    expect(names).to.deep.equal([]);
  });

  it('is there where it is, and answers who posts like WeChat alone', async () => {
    const { appId, appSecret, token, aesKey, apiUrl, account } = wechat;
    const settings = { WECHAT_APP_ID: appId, WECHAT_APP_SECRET: appSecret, WECHAT_TOKEN: token, WECHAT_AES_KEY: aesKey, WECHAT_API_URL: apiUrl };
    const names = await imported({ ...settings, WECHATY_LOG: 'silly' }, async ({ url }) => {
      await asWechat({ url, appId, account, token, aesKey }, { openid: 'o6_bmjrPTlm6', content: { text: '菜单' } });
      expect((await fetch(`${url}/wechat`, { method: 'POST', body: '<xml/>' })).status).to.equal(403);
    });
    expect(names).to.include('wechaty/impls');
  });
});
