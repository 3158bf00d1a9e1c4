import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { FileBox } from 'file-box';
import { deliveryModes } from '../../src/carriers/wechat/wechatChannel.ts';
import { Community } from '../../src/fund/communities/index.ts';
import { importCommunity } from '../../src/fund/files/importCommunity.ts';
import { operator } from '../../src/fund/people/index.ts';
import { collection } from '../../src/store/collection.ts';
import { type FakeWechat, fakeWechat } from '../fakes/wechat.ts';
import { useDatabase } from '../support/database.ts';
import { runScript, runScriptWith } from '../support/runScript.ts';

describe('npm run wechat', () => {
  const { world, uri } = useDatabase('wechatscript');
  let wechat: FakeWechat;

  before(() => importCommunity(world, 'src/demo/community', operator('Li')));
  beforeEach(async () => {
    wechat = await fakeWechat();
  });
  afterEach(() => wechat.stop());

  const run = (...args: string[]) => {
    const { appId, appSecret, token, aesKey, apiUrl } = wechat;
    const settings = { WECHAT_APP_ID: appId, WECHAT_APP_SECRET: appSecret, WECHAT_TOKEN: token, WECHAT_AES_KEY: aesKey, WECHAT_API_URL: apiUrl };
    return runScriptWith(settings, uri(), 'wechat', ...args);
  };

  it('publishes the menu, the difference first, and only where there is one', async () => {
    const shown = await run('menu', '--dry-run');
    expect(shown.out, shown.err).to.match(/^\+ 投票 \(click vote\)\n/);
    expect(wechat.menu()).to.equal(undefined);
    expect((await run('menu')).status).to.equal(0);
    expect(JSON.stringify(wechat.menu())).to.include('投票').and.to.include('sub_button');
    const again = await run('menu');
    expect(again.out).to.equal('The menu is published as it should be.\n');
    expect(wechat.calls.filter((path) => path.endsWith('menu/create')).length).to.equal(1);
  });

  it('makes a poster’s code that says where it hangs', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'yisheng-qr-'));
    const out = join(folder, '3.png');
    const made = await run('qr', 'qingsong', '--building', '3', '--out', out);
    expect(made.status, made.err).to.equal(0);
    expect((await readFile(out)).subarray(1, 4).toString()).to.equal('PNG');
    const says = await FileBox.fromFile(out).toQRCode();
    expect(Buffer.from(says.replace(/.*\//, ''), 'base64url').toString()).to.equal('qingsong|3');
    expect((await run('qr', 'nowhere', '--out', out)).status).to.equal(1);
    expect((await run('qr', 'qingsong')).status).to.equal(2);
    await rm(folder, { recursive: true });
  });

  it('checks what the account may do and what is set wrongly', async () => {
    await collection(Community).updateOne({ _id: 'qingsong' }, { $set: { templates: { reminder: 'tmpl-1' } } });
    wechat.templates.set('tmpl-1', '{{thing1.DATA}}');
    await deliveryModes().updateOne({ _id: 'wechat' }, { $set: { safe: new Date() } }, { upsert: true });
    const right = await run('check', '--json');
    expect(right.status, right.out).to.equal(0);
    expect(JSON.parse(right.out).map(({ state }: { state: string }) => state)).to.deep.equal(Array.from({ length: 7 }, () => 'right'));

    wechat.privileges.delete('customerService');
    wechat.privileges.delete('template');
    const alone = await run('check');
    expect(alone.status, alone.out + alone.err).to.equal(0);
    expect(alone.out).to.include('passive replies alone');

    wechat.privileges.add('template');
    wechat.templates.set('tmpl-1', '{{amount1.DATA}}');
    await deliveryModes().deleteOne({ _id: 'wechat' });
    const wrong = await run('check');
    expect(wrong.status).to.equal(1);
    expect(wrong.out)
      .to.match(/^lacking\tsafe mode\t.*安全模式/m)
      .and.to.match(/^wrong\ttemplate of qingsong\t/m);

    wechat.always(40164);
    const closed = await run('check');
    expect(closed.status).to.equal(1);
    expect(closed.out).to.include('IP');
    for (const { out, err } of [right, alone, wrong, closed]) expect(out + err).not.to.include(wechat.appSecret);
  });

  it('says what is missing where WeChat is not set up', async () => {
    const { status, err } = await runScript(uri(), 'wechat', 'check');
    expect([status, err]).to.deep.equal([
      1,
      'WeChat is not set up: WECHAT_APP_ID, WECHAT_APP_SECRET, WECHAT_TOKEN and WECHAT_AES_KEY are missing.\n',
    ]);
    expect((await run('dance')).status).to.equal(2);
  });
});
