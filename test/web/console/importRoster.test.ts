import { expect } from 'chai';
import { LogEntry } from '../../../src/fund/log/logEntry.ts';
import { Resident } from '../../../src/fund/people/resident.ts';
import { collection } from '../../../src/store/collection.ts';
import { useDatabase } from '../../support/database.ts';
import { type Town, town } from '../../support/town.ts';
import { type Served, serve } from '../serve.ts';
import { browse, cookieOf, phoneOf, staffAll } from './office.ts';

const MARKUP = '<script>alert(1)</script>';
const SAME = { 'Sec-Fetch-Site': 'same-origin' };

describe('the import page of the console', function () {
  this.timeout(60_000);
  const { world } = useDatabase('consoleimport');
  let here: Town;
  let web: Served;
  let cookie: string;
  before(async () => {
    web = await serve(world, { publicUrl: 'http://example.org' });
    here = await town(world);
    await staffAll(world, here.community);
    cookie = await cookieOf(world, phoneOf('cadre'));
    await here.person('1', { name: '赵小梅', building: '3栋' });
  });
  after(() => web.close());

  const own = (path = '') => `/console/${here.community}/people/import${path}`;
  const send = (content: string | Uint8Array, as = cookie, headers: Record<string, string> = SAME) => {
    const body = new FormData();
    body.set('file', new Blob([typeof content === 'string' ? content : new Uint8Array(content)]), '名册.xlsx');
    return fetch(web.url + own(), { method: 'POST', body, headers: { cookie: as, ...headers }, redirect: 'manual' });
  };
  const residents = () => collection(Resident).countDocuments({ community: here.community });

  it('shows what a file would change, with everything in it as text, and imports it once', async () => {
    const { get, post } = browse(() => web, cookie);
    const sent = await send(`编号,姓名,楼号,${MARKUP}\n1,赵小梅,${MARKUP},\n2,何静,4栋,\n`);
    expect(sent.status).to.equal(303);
    const path = sent.headers.get('location') ?? '';
    const page = await (await get(path)).text();
    expect(page).to.include('加1人，改1人').and.to.include('<del>3栋</del>').and.to.include('&lt;script&gt;').and.to.not.include('<script');
    expect(await residents()).to.equal(1);
    const [, shown = ''] = /name="shown" value="([^"]*)"/.exec(page) ?? [];
    expect((await post(path, { shown: 'another' })).status).to.equal(409);
    const done = await post(path, { shown });
    expect(done.headers.get('location')).to.equal(own('?done=imported&added=1&changed=1'));
    expect(await (await get(own('?done=imported&added=1&changed=1'))).text()).to.include('加了1人，改了1人');
    expect(await residents()).to.equal(2);
    const again = await post(path, { shown });
    expect(again.status).to.equal(404);
    expect(await again.text()).to.include('已经导入过');
    expect(await collection(LogEntry).countDocuments({ '_id.community': here.community, act: 'resident.import', by: 'cadre的王芳' })).to.equal(1);
  });

  it('says beforehand, while voting is open, that nobody is added, and where one adds somebody', async () => {
    const { get } = browse(() => web, cookie);
    const [before, after] = [-1, 1].map((days) => new Date(world.now().getTime() + days * 86_400_000));
    const stages = [
      { stage: 'vote' as const, from: before ?? world.now() },
      { stage: 'implement' as const, from: after ?? world.now() },
    ];
    const voting = await town(world, { cycle: { stages } });
    await staffAll(world, voting.community);
    const pages = await Promise.all([here, voting].map(async ({ community }) => (await get(`/console/${community}/people/import`)).text()));
    expect(pages.map((page) => page.includes('加不了新人'))).to.deep.equal([false, true]);
    expect(pages[1]).to.include(`href="/console/${voting.community}/people/new"`);
  });

  it('says in words what is wrong with a file or a line, and imports nothing', async () => {
    const { get } = browse(() => web, cookie);
    const wrong = await (await get((await send('编号,手机\n1,12\n,13800000001\n')).headers.get('location') ?? '')).text();
    expect(wrong).to.include('第2行 手机号码不对').and.to.include('第3行 没有编号').and.to.not.include('name="shown"');
    for (const [content, words] of [
      ['', '文件是空的'],
      ['姓名\n赵\n', '没有找到「编号」这一列'],
      [Buffer.from('PK\u0003\u0004 renamed'), '打不开'],
      ['编号,手机\n1,1.38E+10\n', '第2行有号码变成了 1.38E+10'],
      ['0'.repeat(5_100_000), '文件太大'],
    ] as const) {
      const answer = await send(content);
      expect(answer.status, words).to.be.oneOf([413, 422]);
      expect(await answer.text(), words).to.include(words);
    }
    const { post } = browse(() => web, cookie);
    expect((await post(own(), {})).status, 'no file').to.equal(422);
    const broken = await fetch(web.url + own(), {
      method: 'POST',
      body: 'x',
      headers: { cookie, ...SAME, 'Content-Type': 'multipart/form-data; boundary=y' },
    });
    expect(broken.status, 'not whole').to.equal(422);
  });

  it('takes nothing from who may not, from another site, or for another community', async () => {
    for (const role of ['council', 'supervisor', 'helper', 'implementer', 'office'] as const) {
      const other = await cookieOf(world, phoneOf(role));
      expect((await send('编号\n9\n', other)).status, role).to.equal(403);
      expect((await browse(() => web, other).get(own())).status, role).to.equal(403);
    }
    expect((await send('编号\n9\n', '')).status).to.equal(403);
    expect((await send('编号\n9\n', cookie, { 'Sec-Fetch-Site': 'cross-site' })).status).to.equal(403);
    const elsewhere = await town(world);
    expect((await browse(() => web, cookie).get(`/console/${elsewhere.community}/people/import`)).status).to.equal(404);
    const path = (await send('编号\n9\n')).headers.get('location') ?? '';
    await staffAll(world, elsewhere.community);
    expect((await browse(() => web, cookie).get(path.replace(here.community, elsewhere.community))).status).to.equal(404);
  });
});
