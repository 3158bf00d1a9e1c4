import { expect } from 'chai';
import sharp from 'sharp';
import { entriesBefore, publicAccount } from '../../../src/fund/accounts/index.ts';
import { Cycle } from '../../../src/fund/cycles/index.ts';
import { operator, type StaffRole } from '../../../src/fund/people/index.ts';
import { addProgress, correctEntry, findWork, keepDocument, payWork, signContract } from '../../../src/fund/works/index.ts';
import { readOverview } from '../../../src/outreach/readOverview.ts';
import { collection } from '../../../src/store/collection.ts';
import { dayOf } from '../../../src/store/wallTime.ts';
import { useDatabase } from '../../support/database.ts';
import { type Town, town } from '../../support/town.ts';
import { tried } from '../../support/tried.ts';
import { chooses, LATER, stand, won } from '../../support/works.ts';
import { useServed } from '../serve.ts';
import { browse, cookieOf, phoneOf, staffAll } from './office.ts';

const LI = operator('李姐');
const DAY = dayOf(new Date(), 'Asia/Shanghai');
const PDF = Buffer.from('%PDF-1.7\ntrailer<<>>\n%%EOF\n');

describe('works and account in the console', () => {
  const { world } = useDatabase('worksbrowser');
  let here: Town;
  const web = useServed(world, { publicUrl: 'http://localhost' });
  let photo: Buffer;
  const own = (path = '') => `/console/${here.community}${path}`;
  const one = (number: number) => own(`/works/${here.cycle}/${number}`);
  const as = async (role: StaffRole) => browse(() => web, await cookieOf(world, phoneOf(role)));
  const send = async (
    role: StaffRole,
    path: string,
    texts: Readonly<Record<string, string>>,
    files: readonly [name: string, bytes: Uint8Array][],
  ) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(texts)) form.set(name, value);
    for (const [name, bytes] of files) form.append(name, new Blob([new Uint8Array(bytes)]), 'file');
    const headers = { cookie: await cookieOf(world, phoneOf(role)), 'Sec-Fetch-Site': 'same-origin' };
    return fetch(web.url + path, { method: 'POST', body: form, headers, redirect: 'manual' });
  };

  const confirmed = async (asked: Response) => {
    const path = asked.headers.get('location')?.split('?')[0] ?? '';
    expect((await (await as('supervisor')).post(`${path}/confirm`)).status).to.equal(303);
  };

  before(async () => {
    here = await town(world, { community: { twoPersonsAbove: 1_000 } });
    await staffAll(world, here.community);
    await won(world, here, { 3: 60_000, 7: 48_000 });
    await chooses(world, here, 3, phoneOf('implementer'));
    photo = await sharp({ create: { width: 640, height: 480, channels: 3, background: '#6a5' } })
      .jpeg()
      .toBuffer();
    const on = { community: here.community, cycle: here.cycle, number: 3, actor: LI };
    await tried(world)(keepDocument, {
      ...on,
      kind: 'contract',
      title: '路灯改造合同',
      file: { type: 'pdf', bytes: PDF, original: '0' },
      isPublic: 'yes',
    });
    await tried(world)(signContract, { ...on, paper: '青松2027-03', amount: 58_000, day: DAY, until: LATER });
    await tried(world)(payWork, { ...on, amount: 20_000, day: DAY, paper: '发票0001', key: 'first' });
    await tried(world)(correctEntry, {
      ...on,
      entry: 4,
      amount: 18_000,
      was: 20_000,
      day: DAY,
      reason: '=多记了2000，问过13900001111',
      key: 'right',
    });
    await tried(world)(addProgress, {
      ...on,
      text: '挖开了三号院门口的路面，'.repeat(8),
      pictures: [{ large: photo, medium: photo, small: photo, width: 640, height: 480, original: '1' }],
    });
  });

  it('a payment that is large waits for a supervisor; what was typed survives a mistake', async () => {
    const cadre = await as('cadre');
    const form = { amount: '99,000', day: DAY, paper: '发票0002', key: 'two' };
    const refused = await cadre.post(`${one(3)}/pay`, form);
    expect(refused.status).to.equal(422);
    expect(await refused.text())
      .to.include('超过了合同的钱')
      .and.to.include('value="发票0002"');
    const waits = await cadre.post(`${one(3)}/pay`, { ...form, amount: '１０,000' });
    expect(waits.headers.get('location')).to.match(/\/second\/\d+\?done=asked$/);
    const supervisor = await as('supervisor');
    const path = waits.headers.get('location')?.split('?')[0] ?? '';
    expect(await (await supervisor.get(path)).text())
      .to.include('3号项目')
      .and.to.include('10,000');
    expect((await supervisor.post(`${path}/confirm`)).status).to.equal(303);
    expect((await publicAccount(here.cycle))?.paid).to.equal(28_000);
    const [paid] = await entriesBefore(here.cycle, { before: undefined, limit: 1, work: 3 });
    const correct = { entry: String(paid?._id.entry), was: '10000', day: DAY, reason: '少记了', key: 'more' };
    const ask = async (amount: string) =>
      (await cadre.post(own(`/account/${here.cycle}/correct?cycle=${here.cycle}`), { ...correct, amount })).headers.get('location');
    const asked = await ask('18,000');
    expect(asked).to.match(/\/second\/\d+\?done=asked$/);
    expect(await ask('17,000'), 'what waits is the first').to.equal(asked?.replace('asked', 'already'));
    expect((await supervisor.post(`${asked?.split('?')[0]}/refuse`, { reason: '票据没有' })).status).to.equal(303);
  });

  it('who answers for an implementer is changed, and whether they can tell news by phone is said', async () => {
    const cadre = await as('cadre');
    expect(await (await cadre.get(one(3))).text()).to.not.include('用手机还报不了进展');
    const contact = { implementer: '1', person: '周小妹', phone: '12' };
    expect(await (await cadre.post(`${one(3)}/implementers/change`, contact)).text())
      .to.include('这不像电话号码')
      .and.to.include('value="周小妹"');
    const supervisor = await as('supervisor');
    const change = async (given: Record<string, string>) => {
      const waits = (await cadre.post(`${one(3)}/implementers/change`, given)).headers.get('location') ?? '';
      expect(waits, 'the phone of who was chosen').to.match(/second\/\d+\?done=asked/);
      expect(await (await cadre.get(one(3))).text()).to.not.include(given.person === '周小妹' ? '周小妹' : '周师傅');
      expect((await supervisor.post(`${waits.split('?')[0]}/confirm`, {})).status).to.equal(303);
    };
    await change({ ...contact, phone: '138 0000 9191' });
    expect(await (await cadre.get(one(3))).text())
      .to.include('周小妹')
      .and.to.include('用手机还报不了进展');
    const back = { implementer: '1', person: '周师傅', phone: phoneOf('implementer') };
    await change(back);
    const named = { ...back, person: '周大姐' };
    expect((await cadre.post(`${one(3)}/implementers/change`, named)).headers.get('location')).to.match(/done=implementer.change$/);
  });

  it('an implementer sees and tells of their own work alone, and sees no money', async () => {
    const implementer = await as('implementer');
    expect(await (await implementer.get(own('/works'))).text())
      .to.include('社区花园')
      .and.to.not.include('修路灯');
    expect((await implementer.get(one(3))).status).to.equal(200);
    for (const path of [one(7), own('/account'), own('/account.csv')]) expect((await implementer.get(path)).status, path).to.be.oneOf([403, 404]);
    expect((await send('implementer', `${one(3)}/progress`, { text: '灯杆立起来了', key: 'n' }, [['pictures', photo]])).status).to.equal(303);
    expect((await findWork(here.cycle, 3))?.news).to.equal(2);
    for (const [path, texts] of [
      [`${one(7)}/progress`, { text: '不是我的', key: 'n' }],
      [`${one(7)}/keep`, { kind: 'other', title: '不是我的' }],
    ] as const)
      expect((await send('implementer', path, texts, [[path.endsWith('keep') ? 'file' : 'pictures', photo]])).status, path).to.equal(403);
    expect((await send('council', `${one(3)}/progress`, { text: '不该我说', key: 'n' }, [])).status).to.equal(403);
  });

  it('papers are kept by what they are, and given to who may see them', async () => {
    expect(await (await send('cadre', `${one(3)}/keep`, { kind: 'invoice', title: '发票' }, [['file', Buffer.from('<svg/>')]])).text()).to.include(
      '只收',
    );
    expect((await send('cadre', `${one(3)}/keep`, { kind: 'invoice', title: '发票' }, [['file', photo]])).status).to.equal(303);
    const page = await (await (await as('cadre')).get(one(3))).text();
    const ids = [...page.matchAll(/\/documents\/([0-9a-f]{24})"/g)].map(([, id = '']) => id);
    expect(ids).to.have.length(2);
    const [contract, invoice] = ids.map((id) => `/c/${here.community}/documents/${id}`);
    const copy = await fetch(web.url + contract);
    expect([copy.status, copy.headers.get('content-type'), copy.headers.get('x-content-type-options')]).to.deep.equal([
      200,
      'application/pdf',
      'nosniff',
    ]);
    expect(copy.headers.get('content-disposition')).to.match(/^attachment/);
    expect((await fetch(web.url + invoice)).status, 'no copy for everybody').to.equal(404);
    expect((await (await as('supervisor')).get(own(`/documents/${ids[1]}`))).status).to.equal(200);
    expect((await (await as('helper')).get(own(`/documents/${ids[1]}`))).status).to.equal(403);
  });

  it('the account is read as CSV and XLSX, by anybody as CSV, and each is taken again without a difference', async () => {
    const cadre = await as('cadre');
    const files = await Promise.all(
      [own('/account.csv'), own('/account.xlsx')].map(async (path) => Buffer.from(await (await cadre.get(path)).arrayBuffer())),
    );
    files.push(Buffer.from(await (await fetch(`${web.url}/api/cycles/${here.cycle}/account.csv`)).arrayBuffer()));
    const before = (await publicAccount(here.cycle))?.entries;
    const path = own(`/account/${here.cycle}/import?cycle=${here.cycle}`);
    const looked = await send('cadre', path, { is: 'try' }, [['file', files[0] ?? Buffer.alloc(0)]]);
    expect(await (await cadre.get(looked.headers.get('location') ?? '')).text(), 'no mistake').to.include('role="status">能用：会加0笔');
    for (const bytes of files) {
      const answer = await send('cadre', path, { is: 'add' }, [['file', bytes]]);
      expect(answer.headers.get('location'), await answer.text()).to.match(/done=account.nothingNew$/);
    }
    expect((await publicAccount(here.cycle))?.entries).to.equal(before);
    const more = Buffer.from(`${files[0]}`.replace('发票0001', '发票9'));
    expect(await (await send('cadre', path, { is: 'add' }, [['file', more]])).text()).to.include('和账上这一笔不一样');
  });

  it('what was refused is still there, with its paper; an entry and its correction show theirs', async () => {
    const cadre = await as('cadre');
    const document = /<option value="([0-9a-f]{24})">3 路灯改造合同/.exec(await (await cadre.get(own('/account'))).text())?.[1] ?? '';
    const form = { work: '3', amount: '0', day: DAY, paper: '收据7', document, key: 'own' };
    const post = (name: string, texts: Readonly<Record<string, string>>) =>
      cadre.post(own(`/account/${here.cycle}/${name}?cycle=${here.cycle}`), texts);
    const refused = await post('own', form);
    expect(refused.status).to.equal(422);
    expect(await refused.text())
      .to.match(
        /<details open><summary>[^<]*<\/summary>[\s\S]*id="own-amount" name="amount" value="0" aria-describedby="own-amount-mistake" aria-invalid="true"/,
      )
      .and.to.include('href="#own-amount"')
      .and.to.include('value="收据7"')
      .and.to.include(`value="${document}" selected`);
    expect(await (await post('own', { ...form, amount: '5', work: '7' })).text()).to.include('没有这份材料');
    expect((await post('own', { ...form, amount: '500' })).status).to.equal(303);
    const [
      {
        _id: { entry },
      } = expect.fail(),
    ] = await entriesBefore(here.cycle, { before: undefined, limit: 1, work: undefined });
    const right = { ...form, entry: String(entry), was: '500', amount: '600', reason: '少记了', key: 'owns' };
    await confirmed(await post('correct', right));
    const kept = await entriesBefore(here.cycle, { before: undefined, limit: 2, work: undefined });
    expect(kept.map(({ amount, paper, document: shown }) => [amount, paper, shown])).to.deep.equal([
      [100, '收据7', document],
      [500, '收据7', document],
    ]);
    await confirmed(await post('correct', { ...right, was: '600', amount: '0', document: '', key: 'back' }));
  });

  it('anybody reads works and account of a cycle, and not who entered what', async () => {
    const works = await web.json<{ number: number; state: string; implementer: string; paid: number; documents: { address: string }[] }[]>(
      `/api/cycles/${here.cycle}/works`,
    );
    expect(works.map(({ number, state, implementer, paid }) => [number, state, implementer, paid])).to.deep.equal([
      [3, 'signed', '周记水电', 28_000],
      [7, 'approved', null, 0],
    ]);
    expect((await fetch(web.url + works[0]?.documents[0]?.address)).status).to.equal(200);
    const account = await (await fetch(`${web.url}/api/cycles/${here.cycle}/account`)).text();
    expect(JSON.parse(account)).to.deep.include({ granted: 108_000, contracted: 58_000, paid: 28_000, left: 80_000, closed: null });
    const csv = await (await fetch(`${web.url}/api/cycles/${here.cycle}/works.csv`)).text();
    expect(csv)
      .to.match(/^number,title,titleEn,state/)
      .and.to.include('周记水电');
    for (const text of [account, csv, JSON.stringify(works)]) expect(text).to.not.match(/李姐|王芳|138000001/);
    expect((await fetch(`${web.url}/api/cycles/none/works`)).status).to.equal(404);
    const log = await (await fetch(`${web.url}/c/${here.community}/log?lang=zh`)).text();
    for (const said of ['签了3号项目的合同，58,000元', '给3号项目付了20,000元', '改正3号项目记错的一笔账，差-2,000元', '=多记了2000'])
      expect(log).to.include(said);
    const story = await (await fetch(`${web.url}/c/${here.community}/works/3?lang=zh`)).text();
    for (const said of ['周记水电', '熟手', '青松2027-03', '发票0002', '更正', `/c/${here.community}/documents/`, 'account.csv'])
      expect(story).to.include(said);
    for (const text of [log, story]) expect(text).to.not.match(/李姐|王芳|周师傅|138000001/);
  });

  it('what inspectors would find stands on Today and before an office, and leads to the works, also once the next round has begun', async () => {
    const cycle = (await collection(Cycle).findOne({ _id: here.cycle }, { promoteBuffers: true })) ?? expect.fail();
    const next = `${cycle._id}-next`;
    await collection(Cycle).insertOne({
      ...{ ...cycle, _id: next, title: '明年这一轮' },
      stages: [{ stage: 'propose', from: new Date(world.now().getTime() - 60_000) }],
    });
    await stand(here.cycle, 3, { rating: { count: 5, mean: 4.2 } });
    const cadre = await as('cadre');
    const today = await (await cadre.get(own())).text();
    expect(today).to.match(/个项目缺材料<\/span><\/a><span class="age">[^<]+</);
    const [, path = ''] = /href="([^"]*works\?warning=papers)"/.exec(today) ?? expect.fail();
    expect(await (await cadre.get(path)).text())
      .to.include('社区花园')
      .and.to.include('缺材料');
    expect(await (await cadre.get(one(3))).text()).to.include('4.2分（5人）');
    expect(await (await cadre.get(own('/works'))).text())
      .to.include('4.2分（5人）')
      .to.include('社区花园')
      .and.to.include('明年这一轮');
    expect(await (await cadre.get(own('/account'))).text()).to.include('青松2027-03');
    await won(world, { community: here.community, cycle: next }, { 3: 1_000, 7: 1_000 });
    const account = await (await cadre.get(own(`/account?cycle=${next}`))).text();
    expect(
      [...account.matchAll(/block"><a href="[^"]*\/works\/[^"]*\/(\d)"/g)].map(([, number]) => number),
      'by number, not by votes',
    ).to.deep.equal(['3', '7']);
    expect(account, 'an entry says of which').to.match(/<b class="no">3<\/b> 社区花园/);
    expect(await (await cadre.get(path)).text(), 'once it has works itself').to.include('社区花园');
    const [standing] = await readOverview(world, [here.community]);
    expect(standing?.warnings).to.include.members(['papers', 'lateSigned']);
  });
});
