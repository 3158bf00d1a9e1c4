import { expect } from 'chai';
import { strFromU8, strToU8, unzipSync, zipSync } from 'fflate';
import { LogEntry } from '../../../src/fund/log/index.ts';
import { Resident } from '../../../src/fund/people/index.ts';
import { collection } from '../../../src/store/collection.ts';
import { useDatabase } from '../../support/database.ts';
import { type Town, town } from '../../support/town.ts';
import { useServed } from '../serve.ts';
import { browse, cookieOf, phoneOf, staffAll } from './office.ts';

const MARKUP = '<script>alert(1)</script>';
const SAME = { 'Sec-Fetch-Site': 'same-origin' };

describe('the import page of the console', () => {
  const { world } = useDatabase('consoleimport');
  let here: Town;
  const web = useServed(world, { publicUrl: 'http://example.org' });
  let cookie: string;
  let bomb: Uint8Array;
  let long: Uint8Array;
  before(async () => {
    // made before anything is asked: it takes so long that connections would end meanwhile
    bomb = zipSync({ 'xl/worksheets/sheet1.xml': new Uint8Array(200_000_000) });
    long = workbook(Array.from({ length: 100_000 }, (_, row) => `<row r="${row + 1}"><c r="A${row + 1}"><v>1</v></c></row>`).join(''));
    here = await town(world);
    await staffAll(world, here.community);
    cookie = await cookieOf(world, phoneOf('cadre'));
    await here.person('1', { name: '赵小梅', building: '3栋' });
  });

  const own = (path = '') => `/console/${here.community}/people/import${path}`;
  /** The smallest workbook that has this sheet. */
  const workbook = (sheet: string, styles = '<styleSheet/>', more = '') =>
    zipSync({
      'xl/workbook.xml': strToU8('<workbook xmlns:r="r"><sheets><sheet name="一" sheetId="1" r:id="rId1"/></sheets></workbook>'),
      'xl/_rels/workbook.xml.rels': strToU8(
        '<Relationships><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
      ),
      'xl/worksheets/sheet1.xml': strToU8(`<worksheet><sheetData>${sheet}</sheetData>${more}</worksheet>`),
      'xl/styles.xml': strToU8(styles),
    });
  const ZEROS =
    '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="000"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>';
  const send = async (content: string | Uint8Array, as = cookie, headers: Record<string, string> = SAME): Promise<Response> => {
    const body = new FormData();
    body.set('file', new Blob([typeof content === 'string' ? content : new Uint8Array(content)]), '名册.xlsx');
    const answer = await fetch(web.url + own(), { method: 'POST', body, headers: { cookie: as, ...headers }, redirect: 'manual' });
    return answer.status === 503 ? send(content, as, headers) : answer; // the machine is busy
  };
  const residents = () => collection(Resident).countDocuments({ community: here.community });

  it('shows what a file would change, with everything in it as text, and imports it once', async () => {
    const { get, post } = browse(() => web, cookie);
    const sent = await send(`编号,姓名,楼号,${MARKUP}\n1,赵小梅,${MARKUP},\n2,何静,4栋,\n`);
    expect(sent.status).to.equal(303);
    const path = sent.headers.get('location') ?? '';
    const page = await (await get(path)).text();
    expect(page).to.include('加1人，改1人').and.to.include('<del>3栋</del>').and.to.include('&lt;script&gt;').and.to.not.include(MARKUP);
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
    expect(wrong).to.include('第2行 手机号码不对').and.to.include('第3行 没有姓名，也没有编号').and.to.not.include('name="shown"');
    const head = '<row r="1"><c r="A1" t="inlineStr"><is><t>编号</t></is></c></row>';
    const formula = workbook(`${head}<row r="2"><c r="A2"><f>HYPERLINK("x")</f><v>2</v></c></row>`);
    for (const [content, words, as = cookie] of [
      ['', '文件是空的'],
      ['电话\n1\n', '没有找到「姓名」这一列'],
      [Buffer.from('PK\u0003\u0004 renamed'), '这个 .xlsx 打不开'],
      ['编号,手机\n1,1.38E+10\n', '第2行有号码变成了 1.38E+10'],
      ['编号,姓名\n1,"赵\n', '第2行的引号没有配对'],
      ['0'.repeat(5_100_000), '文件太大'],
      [bomb, '文件太大'],
      [long, '表里有100000行，最多30000行'],
      [formula, 'A2是公式'],
      [formula, 'A2 is a formula', `${cookie}; lang=en`],
      [workbook(head, undefined, '<mergeCells><mergeCell ref="A1:B1"/></mergeCells>'), '有合并的单元格（A1:B1）'],
      [workbook(`${head}<row r="2"><c r="A2" s="1"><v>7</v></c></row>`, ZEROS), 'A2看着前面有0，文件里却是7'],
      [Buffer.from('d0cf11e0a1b11ae1', 'hex'), '这是老格式的 Excel，或者加了密码'],
      [Buffer.from('ffd8ffe000104a46494600010100000100010000ffdb0043', 'hex'), '这个文件不是表格'],
    ] as const) {
      const answer = await send(content, as);
      expect(answer.status, words).to.be.oneOf([413, 422]);
      expect(await answer.text(), words).to.include(`<li><a href="#file">${words}`);
    }
    // GB18030, as Excel in China saves CSV; Excel's "Unicode text"; semicolons, a mark, quotes
    for (const content of [
      Buffer.from('b1e0bac52cd0d5c3fb2cc2a5bac50d0a382cd5d4d0a1c3b72c33b6b00d0a', 'hex'),
      Buffer.from('\ufeff编号\t姓名\t楼号\r\n8\t赵小梅\t3栋\r\n', 'utf16le'),
      '\ufeff编号;姓名;楼号\r\n8;"赵小梅";"3栋"\r\n',
    ])
      expect(await (await get((await send(content)).headers.get('location') ?? '')).text()).to.match(
        /<td>第2行<\/td><td>赵小梅<\/td><td><\/td><td>3栋<\/td><td><\/td><td><span class="named">编号 <\/span>8<\/td><td class="block"><strong>没有电话/,
      );
    const { post } = browse(() => web, cookie);
    expect((await post(own(), {})).status, 'no file').to.equal(422);
    const broken = await fetch(web.url + own(), {
      method: 'POST',
      body: 'x',
      headers: { cookie, ...SAME, 'Content-Type': 'multipart/form-data; boundary=y' },
    });
    expect(broken.status, 'not whole').to.equal(422);
  });

  it('gives an empty table, which can be filled in and is taken, with 3-2 as it was typed', async () => {
    const { get } = browse(() => web, cookie);
    const empty = new Uint8Array(await (await get(own('/template.xlsx'))).arrayBuffer());
    expect(await (await get((await send(empty)).headers.get('location') ?? '')).text()).to.include('没有要改的');
    const files = unzipSync(empty);
    const sheet = strFromU8(files['xl/worksheets/sheet1.xml'] ?? new Uint8Array());
    const style = /<c r="D2" s="(\d+)"/.exec(sheet)?.[1];
    expect(style, 'a cell of text').to.not.equal(undefined);
    const styles = strFromU8(files['xl/styles.xml'] ?? new Uint8Array());
    const [used = ''] = /<cellXfs[\s\S]*?<\/cellXfs>/.exec(styles) ?? [];
    const [, format] = /numFmtId="(\d+)"/.exec((used.match(/<xf\b[^>]*>/g) ?? [])[Number(style)] ?? '') ?? [];
    expect(styles).to.match(new RegExp(`numFmtId="${format}" formatCode="@"`));
    const council = await cookieOf(world, phoneOf('council'));
    expect((await browse(() => web, council).get(own('/template.xlsx'))).status).to.equal(403);
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

  it('reads buildings from doors where a list has no column for them, unless one wants the doors as they are', async () => {
    const { get, post } = browse(() => web, cookie);
    const sent = async () =>
      (await send('户主姓名,门牌号,手机\n钱一,1栋1单元101,13911110001\n钱二,12号楼-3,\n钱三,,13911110003\n')).headers.get('location') ?? '';
    const path = await sent();
    const whole = await (await get(`${path}?doors=whole`)).text();
    expect(whole).to.include('<td>1栋1单元101</td>').and.to.include(`href="${path}"`);
    const split = await (await get(path)).text();
    expect(split).to.include('<td>1栋</td><td>1单元101</td>').and.to.include('<td>12号楼</td><td>3</td>').and.to.include('doors=whole');
    const done = await post(path, { shown: /name="shown" value="([^"]+)"/.exec(split)?.[1] ?? '' });
    expect(done.status).to.equal(303);
    const found = await collection(Resident)
      .find({ community: here.community, building: { $in: ['1栋', '12号楼'] } })
      .toArray();
    expect(found.length).to.equal(2);
    expect(await (await get(done.headers.get('location') ?? '')).text(), 'where it leads').to.include('/people/cards?way=needed');
    expect(await (await get(await sent())).text(), 'the same once more').to.include('和名册一样');
    expect(await (await get((await send('姓名,门牌号\n钱四,3-302\n')).headers.get('location') ?? '')).text())
      .to.include('<td>3-302</td>')
      .and.to.not.include('doors=');
  });

  it('takes the number of a door, which is shown, searched, changed and exported, kept sealed, and goes with who lived there', async () => {
    const { get, post } = browse(() => web, cookie);
    const people = (path = '') => `/console/${here.community}/people${path}`;
    const sent = await send('编号,姓名,门牌号\n1,赵小梅,Ａ301\n12,新人,3-302\n');
    const path = sent.headers.get('location') ?? '';
    const preview = await (await get(path)).text();
    expect(preview).to.include('<dt>门牌号</dt>').and.to.include('Ａ301');
    expect((await post(path, { shown: /name="shown" value="([^"]+)"/.exec(preview)?.[1] ?? '' })).status).to.equal(303);
    const found = async (text: string) => (await (await get(people(`?${new URLSearchParams({ q: text })}`))).text()).includes('赵小梅</a>');
    expect([await found('a301'), await found('3-302'), await found('30')]).to.deep.equal([true, false, false]);
    const list = await (await get(people())).text();
    expect(list).to.include('<th scope="col">门牌号</th>').and.to.include('Ａ301');
    expect(await (await get(people('.csv'))).text()).to.match(/^\ufeff?name,building,door,[\s\S]*Ａ301/);
    const person = people(`/${/people\/([\w-]{43})[^>]*>赵小梅/.exec(list)?.[1]}`);
    const seen = /name="seen" value="([^"]+)"/.exec(await (await get(person)).text())?.[1]?.replaceAll('&amp;', '&') ?? '';
    const fields = { name: '赵小梅', building: '3栋', role: 'resident' };
    expect((await post(`${person}/change`, { ...fields, seen, door: '三'.repeat(21) })).status).to.equal(422);
    expect((await post(`${person}/change`, { ...fields, seen, door: '9-1' })).status).to.equal(303);
    expect(await (await get(person)).text()).to.match(/<dt>门牌号<\/dt><dd>9-1<\/dd>/);
    expect(JSON.stringify(await collection(Resident).find({ community: here.community }).toArray())).to.not.match(/9-1"|301"|3-302/);
    expect([await found('9-1'), await found('a301')]).to.deep.equal([true, false]);
    expect((await post(`${person}/remove`, { reason: '搬走了', sure: 'yes' })).status).to.equal(303);
    expect(await found('9-1')).to.equal(false);
  });
});
