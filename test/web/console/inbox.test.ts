import { expect } from 'chai';
import { parse } from 'csv-parse/sync';
import { awaitRecording, Inquiry, inquiryText, Recording, recordingFiles, writeInquiry } from '../../../src/fund/inquiries/index.ts';
import { recordingId } from '../../../src/fund/inquiries/recording.ts';
import { authorContact, encryptedObjectionAnswer, Objection, objectionOf } from '../../../src/fund/meetings/objection.ts';
import { operator, type StaffRole } from '../../../src/fund/people/index.ts';
import { Proposal, recordProposal } from '../../../src/fund/proposals/index.ts';
import { Message } from '../../../src/outreach/outbox/message.ts';
import { collection } from '../../../src/store/collection.ts';
import { DAY_MS } from '../../../src/store/wallTime.ts';
import type { World } from '../../../src/store/world.ts';
import { useDatabase } from '../../support/database.ts';
import { silence } from '../../support/silence.ts';
import { addStaff } from '../../support/staff.ts';
import { changeCycle, type Town, town } from '../../support/town.ts';
import { actsIn, browse, cookieOf, staffAll, useOffice } from './office.ts';

const ASKER = '+8613900000009';
const OTHER = '+8613900000008';
const COLLEAGUE = '+8613800000150';
const MARKUP = '<script>alert(1)</script>"\'&';
const ABOUT = {
  answers: [
    { asks: ['垃圾什么时候收', '几点收垃圾'], says: '每天早上7点和晚上7点' },
    { asks: ['居委会几点开门', '什么时候上班'], says: '周一到周五九点开门' },
  ],
};

describe('the inbox of the console', () => {
  const { world: real } = useDatabase('inbox');
  const clock = { ahead: 0 };
  const world: World = { ...real, now: () => new Date(Date.now() + clock.ahead) };
  const web = useOffice(world);
  let here: Town;
  beforeEach(async () => {
    clock.ahead = 0;
    here = await town(world, { community: { about: ABOUT } });
    await staffAll(world, here.community);
    await addStaff(world)(here.community, { name: '李姐', phone: COLLEAGUE, role: 'cadre' }, operator('Li'));
  });

  const ask = (text: string, from = ASKER, kind: 'question' | 'call' = 'question') =>
    writeInquiry(world, here.notify, { kind, text }, here.act(from));
  const { as } = web;
  const colleague = async () => browse(() => web, await cookieOf(world, COLLEAGUE));
  const own = (path = '') => `/console/${here.community}${path}`;
  const page = async ({ get }: ReturnType<typeof browse>, path: string) => (await get(own(path))).text();
  const inList = (text: string) => [...text.matchAll(/<tr><td>(\d+)<\/td>/g)].map(([, number]) => Number(number));
  const acts = async () => (await actsIn(here.community)).filter((act) => act !== 'staff.add');

  it('lets one take an inquiry, sees it among theirs, and leaves it to another; who was slower is shown who has it', async () => {
    for (const text of ['几点开门？', '什么时候修灯？']) await ask(text);
    const [wang, li] = [await as('cadre'), await colleague()];
    expect((await wang.post(own('/inbox/1/take?state=new'), { from: '' })).headers.get('location')).to.equal(
      own('/inbox/1?state=new&number=1&done=inquiry.take'),
    );
    const slower = await li.post(own('/inbox/1/take'), { from: '' });
    expect(slower.status).to.equal(409);
    expect(await slower.text())
      .to.include('cadre的王芳')
      .and.to.include('刚才已经有人接了');
    expect(inList(await page(wang, '/inbox?state=mine'))).to.deep.equal([1]);
    expect(inList(await page(li, '/inbox?state=mine'))).to.deep.equal([]);
    expect(inList(await page(li, '/inbox?state=new'))).to.deep.equal([2]);
    expect(inList(await page(li, '/inbox'))).to.deep.equal([1, 2]);
    expect((await li.post(own('/inbox/1/leave'))).status, 'not theirs').to.equal(409);
    const who = /name="from" value="([^"]+)"/.exec(await page(li, '/inbox/1'))?.[1] ?? '';
    expect((await li.post(own('/inbox/1/take'), { from: who })).status, 'taken over').to.equal(303);
    expect((await li.post(own('/inbox/1/leave'))).status).to.equal(303);
    expect(inList(await page(li, '/inbox?state=new'))).to.deep.equal([1, 2]);
    expect(await acts()).to.deep.equal(['inquiry.take', 'inquiry.take', 'inquiry.leave']);
    expect((await (await as('supervisor')).post(own('/inbox/1/take'), { from: '' })).status).to.equal(403);
  });

  it('opens again what was closed by mistake, and nothing that was answered', async () => {
    for (const text of ['几点开门？', '什么时候修灯？']) await ask(text);
    const cadre = await as('cadre');
    await cadre.post(own('/inbox/1/close'), { note: '点错了' });
    await cadre.post(own('/inbox/2/answer'), { text: '明年' });
    const [closed, answered] = [await page(cadre, '/inbox/1'), await page(cadre, '/inbox/2')];
    expect(closed).to.include('没办完，重新打开');
    expect(answered).to.not.include('没办完，重新打开');
    expect((await cadre.post(own('/inbox/2/reopen'))).status).to.equal(409);
    const opened = await cadre.post(own('/inbox/1/reopen'));
    expect([opened.status, opened.headers.get('location')]).to.deep.equal([303, own('/inbox/1?number=1&done=inquiry.reopen')]);
    expect(await page(cadre, '/inbox/1?number=1&done=inquiry.reopen'))
      .to.include('来信1重新打开了')
      .and.to.include('发出回答');
    expect(inList(await page(cadre, '/inbox'))).to.deep.equal([1]);
    expect(await acts()).to.deep.equal(['inquiry.close', 'inquiry.answer', 'inquiry.reopen']);
  });

  it('makes an objection of a letter by a button while a list is published: it came as that did, the answer goes back there, and the letter is done', async () => {
    const spoken = here.act('openid1', { channel: 'wechat' });
    await writeInquiry(world, here.notify, { kind: 'question', text: `花园太贵${MARKUP}` }, spoken);
    const [cadre, supervisor] = [await as('cadre'), await as('supervisor')];
    expect(await page(cadre, '/inbox/1'), 'not the time for it').to.not.include('objections/begin');
    await changeCycle(world, here.cycle, { $set: { 'stages.0.stage': 'publish' } });
    clock.ahead = 60_000; // what was kept of the cycle is over
    expect(await page(cadre, '/inbox/1')).to.include(`action="${own('/publication/objections/begin')}#entering"`);
    expect(await page(supervisor, '/inbox/1')).to.not.include('objections/begin');
    const begin = { text: `花园太贵${MARKUP}`, inquiry: '1' };
    expect((await supervisor.post(own('/publication/objections/begin'), begin)).status).to.equal(403);
    const begun = await (await cadre.post(own('/publication/objections/begin'), begin)).text();
    expect(begun).to.include('花园太贵').and.to.include('name="inquiry" value="1"').and.to.include('这是来信1').and.to.not.include(MARKUP);
    const form = { cycle: here.cycle, text: '花园太贵', about: '3', inquiry: '1' };
    const sent = (key: string) => cadre.post(own(`/publication/${here.cycle}/enter`), { ...form, key });
    expect([(await sent('a')).status, (await sent('a')).status, (await sent('b')).status]).to.deep.equal([303, 303, 409]);
    const [objection, another] = await collection(Objection).find({ community: here.community }, { promoteBuffers: true }).toArray();
    expect([objection?.origin, another]).to.deep.equal(['wechat', undefined]);
    expect(objection && authorContact(world.vault, objection)).to.deep.equal({ channel: 'wechat', address: 'openid1' });
    expect(inList(await page(cadre, '/inbox?kind=question')), 'the letter is done').to.deep.equal([]);
    expect(await acts()).to.deep.equal(['objection.enter', 'inquiry.close']);
  });

  it('has objections among what waits, first, with their day and the way to where they are answered, and among what is done', async () => {
    await ask('几点开门？');
    const put = (number: number, days: number, answer?: { text: Buffer; by: string; at: Date }) => {
      const at = new Date(world.now().getTime() - days * DAY_MS);
      const objection = { community: here.community, origin: 'paper' as const, text: `太贵了${MARKUP}`, at, key: `${here.cycle} ${number}` };
      return collection(Objection).insertOne({
        ...objectionOf(world.vault, { cycle: here.cycle, number }, objection),
        ...(answer && { answer }),
      });
    };
    await put(1, 11);
    await put(2, 1);
    await put(3, 2, { text: encryptedObjectionAnswer(world.vault, { cycle: here.cycle, number: 3 }, '比过价了'), by: '李姐', at: world.now() });
    const cadre = await as('cadre');
    const waiting = await page(cadre, '/inbox');
    expect(inList(waiting)).to.deep.equal([1, 2, 1]);
    expect(waiting)
      .to.include(`href="${own('/publication')}#objection-1"`)
      .and.to.match(/过期了[\s\S]*objection-2/)
      .and.to.not.include(MARKUP);
    expect(inList(await page(cadre, '/inbox?kind=objection'))).to.deep.equal([1, 2]);
    expect(inList(await page(cadre, '/inbox?kind=question'))).to.deep.equal([1]);
    for (const state of ['new', 'mine']) expect(await page(cadre, `/inbox?state=${state}`)).to.not.include('太贵了');
    expect(await page(cadre, '/inbox?state=answered')).to.include('objection-3');
    const rows: Record<string, string>[] = parse(await page(cadre, '/inbox.csv'), { bom: true, columns: true });
    expect(rows.map(({ kind, number, from }) => [kind, number, from])).to.deep.equal([
      ['异议', '1', '纸条'],
      ['异议', '2', '纸条'],
      ['问题', '1', `短信 ${ASKER}`],
    ]);
    expect(await page(cadre, '/inbox/1'), 'beside a letter stand letters').to.not.include('objection-1');
    for (let number = 4; number < 54; number += 1) await put(number, 3);
    const first = await page(cadre, '/inbox');
    expect([inList(first).length, /rel="next"/.test(first)]).to.deep.equal([50, true]);
    expect(inList(await page(cadre, '/inbox?after=o50')), 'the rest, and then the letters').to.deep.equal([53, 2, 1]);
  });

  it('has kept answers to start from, the likest first, and what was typed stays', async () => {
    await ask('请问垃圾几点来收？');
    const cadre = await as('cadre');
    const starts = (text: string) => [...text.matchAll(/name="start" value="([^"]+)"/g)].map(([, start]) => start);
    const first = await page(cadre, '/inbox/1');
    const [alike = '', others = ''] = first.split('别的常用回答');
    expect([starts(alike), starts(others)], 'what is not alike stands apart').to.deep.equal([['每天早上7点和晚上7点'], ['周一到周五九点开门']]);
    const begun = await cadre.post(own('/inbox/1/begin'), { text: '您好，', start: '每天早上7点和晚上7点' });
    expect(begun.status).to.equal(200);
    expect(await begun.text()).to.match(/<textarea[^>]*autofocus>\n您好，\n每天早上7点和晚上7点<\/textarea>/);
    expect(await acts(), 'nothing is sent yet').to.deep.equal([]);
    await cadre.post(own('/inbox/1/answer'), { text: `夏天早上6点${MARKUP}` });
    await ask('垃圾几点来收');
    const next = await page(cadre, '/inbox/2');
    expect(starts(next)[0]).to.match(/^夏天早上6点&lt;script&gt;/);
    expect(next).to.not.include('<script>');
    expect(starts(await page(await as('supervisor'), '/inbox/2'))).to.deep.equal([]);
  });

  it('leads from one inquiry to the next, and back to the list at the end', async () => {
    for (const text of ['一', '二', '三']) await ask(text);
    const { post } = await as('cadre');
    const to = async (number: number) => (await post(own(`/inbox/${number}/answer`), { text: '好' })).headers.get('location');
    expect(await to(2)).to.equal(own('/inbox/3?number=2&done=inquiry.answer'));
    expect(await to(3)).to.equal(own('/inbox/1?number=3&done=inquiry.answer'));
    expect(await to(1)).to.equal(own('/inbox?done=inquiry.answer&number=1'));
  });

  it('answers the way the question came, and shows what came from there before and who it may be', async () => {
    await here.person('7', { name: '赵小梅', building: '3栋', phone: ASKER });
    await ask('上次的问题');
    await ask('别人的问题', OTHER);
    await writeInquiry(world, here.notify, { kind: 'question', text: '这次的问题' }, here.act('openid-of-somebody', { channel: 'wechat' }));
    const cadre = await as('cadre');
    await cadre.post(own('/inbox/1/answer'), { text: '上次的回答' });
    await ask('再问一次');
    const shown = await page(cadre, '/inbox/4');
    for (const text of ['上次的问题', '上次的回答', '再问一次', '赵小梅', '3栋', `tel:${ASKER}`]) expect(shown).to.include(text);
    const [, person = ''] = new RegExp(`href="(${own('/people/')}[^"]+)"`).exec(shown.slice(shown.indexOf('class="person"'))) ?? [];
    expect(await (await cadre.get(person)).text(), person)
      .to.include('赵小梅')
      .and.to.include('3栋');
    expect(shown.slice(shown.indexOf('class="thread"'))).to.not.include('别人的问题');
    expect(await page(cadre, '/inbox/2')).to.include('名册上没有');
    await cadre.post(own('/inbox/3/answer'), { text: '好' });
    const channels = (
      await collection(Message)
        .find({ community: here.community, kind: 'answer' }, { sort: { at: 1 } })
        .toArray()
    ).map(({ channel }) => channel);
    expect(channels).to.deep.equal(['sms', 'wechat']);
  });

  it('says when an inquiry is due, and when it is late', async () => {
    await ask('几点开门');
    expect(await page(await as('cadre'), '/inbox')).to.not.include('过期');
    clock.ahead = 3 * DAY_MS + 60_000;
    const cadre = await as('cadre');
    for (const path of ['/inbox', '/inbox/1']) expect(await page(cadre, path)).to.include('过期了');
    expect(await page(cadre, '')).to.include('超过三天');
  });

  describe('with recordings', () => {
    const TAG = Buffer.concat([Buffer.from([0x49, 0x44, 0x33, 3, 0, 0, 0, 0, 0, 10]), Buffer.from('somewhere ')]);
    const sound = silence(2);

    /** Records a question or a proposal that a caller spoke. */
    async function speak(of: Town, carrierId: string, what: 'question' | 'proposal' = 'question', bytes = sound): Promise<string> {
      if (what === 'question') await writeInquiry(world, of.notify, { kind: 'question', text: '', recording: carrierId }, of.act(ASKER));
      else await recordProposal(world, { text: '', recording: carrierId }, of.act(ASKER));
      await awaitRecording(world, carrierId, of.act(ASKER));
      const id = recordingId(world.vault, carrierId);
      await recordingFiles(world).keep(id, Buffer.concat([TAG, bytes]));
      await collection(Recording).updateOne({ _id: id }, { $set: { state: 'kept', seconds: 2 } });
      return id;
    }

    it('plays them in parts, without what the file tells besides, to who may hear them, and nobody keeps them', async () => {
      const id = await speak(here, `RE${here.community}`);
      const path = own(`/recordings/${id}/sound`);
      const cadre = await as('cadre');
      const whole = await cadre.get(path);
      expect([whole.status, whole.headers.get('content-type'), whole.headers.get('cache-control')]).to.deep.equal([200, 'audio/mpeg', 'no-store']);
      expect(Buffer.from(await whole.arrayBuffer()).equals(sound), 'the frames alone').to.equal(true);
      const part = await cadre.get(path, { Range: 'bytes=144-287' });
      expect([part.status, part.headers.get('content-range')]).to.deep.equal([206, `bytes 144-287/${sound.length}`]);
      expect(Buffer.from(await part.arrayBuffer()).equals(sound.subarray(144, 288))).to.equal(true);
      const open = await cadre.get(path, { Range: `bytes=${sound.length - 10}-` });
      expect([open.status, (await open.arrayBuffer()).byteLength]).to.deep.equal([206, 10]);
      expect((await cadre.get(path, { Range: 'bytes=9999999-' })).status).to.equal(416);
      const statuses = async (role: StaffRole) => (await (await as(role)).get(path)).status;
      expect(await Promise.all((['supervisor', 'council', 'helper', 'office'] as const).map(statuses))).to.deep.equal([200, 403, 403, 403]);
      expect((await browse(() => web).get(path)).status).to.equal(303);
      expect(await page(cadre, '/inbox/1')).to.include(`<audio controls preload="none" src="${path}"`);
    });

    it('of another community are 404, as if there were none', async () => {
      const there = await town(world);
      await staffAll(world, there.community);
      const id = await speak(there, `RE${there.community}`);
      const { get, post } = await as('cadre'); // of both
      for (const end of ['', '/sound']) {
        expect((await get(`/console/${there.community}/recordings/${id}${end}`)).status, end).to.equal(200);
        expect((await get(own(`/recordings/${id}${end}`))).status, end).to.equal(404);
      }
      expect((await post(own(`/recordings/${id}/writeDown`), { heard: '修灯' })).status).to.equal(404);
      const ours = browse(() => web, await cookieOf(world, COLLEAGUE));
      expect((await ours.get(`/console/${there.community}/recordings/${id}/sound`)).status).to.equal(404);
      for (const guess of ['000000000000', 'x', '..%2f']) expect((await get(own(`/recordings/${guess}`))).status, guess).to.equal(404);
      expect(await acts()).to.deep.equal([]);
    });

    it('are written down once; the second is shown what the first wrote, with their own', async () => {
      const id = await speak(here, `RE${here.community}`);
      const cadre = await as('cadre');
      expect(await page(cadre, '/recordings'))
        .to.include(`/recordings/${id}`)
        .and.to.include('来信1 · 2秒');
      expect((await cadre.post(own(`/recordings/${id}/writeDown`), { heard: ' ' })).status).to.equal(422);
      const written = await cadre.post(own(`/recordings/${id}/writeDown`), { heard: `灯坏了${MARKUP}` });
      expect(written.headers.get('location')).to.equal(own('/inbox/1?number=1&done=recording.writeDown'));
      const second = await (await colleague()).post(own(`/recordings/${id}/writeDown`), { heard: '我听到的不一样' });
      const shown = await second.text();
      expect([second.status, shown.includes('我听到的不一样'), shown.includes('灯坏了&lt;script&gt;')]).to.deep.equal([409, true, true]);
      expect(shown).to.not.include('<script>');
      const inquiry = await collection(Inquiry).findOne({ '_id.community': here.community });
      expect(inquiry && inquiryText(world.vault, inquiry)).to.equal(`灯坏了${MARKUP}`);
      expect(await acts()).to.deep.equal(['recording.writeDown']);
      expect((await (await as('supervisor')).post(own(`/recordings/${id}/writeDown`), { heard: '修灯' })).status).to.equal(403);
    });

    it('that wait are read fifty at a time, and stand in the file once each', async () => {
      const id = (n: number) => n.toString(16).padStart(12, '0');
      await collection(Proposal).insertMany(
        Array.from({ length: 60 }, (_, n) => ({
          ...{
            _id: { cycle: here.cycle, number: n + 1 },
            community: here.community,
            at: new Date(1_000 + Math.floor(n / 10)),
            origin: 'voice' as const,
          },
          ...{ spoken: { recording: id(n), state: 'beingWrittenDown' as const }, state: 'received' as const, public: false, by: 'x', history: [] },
        })),
      );
      await speak(here, `RE${here.community}`);
      const cadre = await as('cadre');
      const shown = (text: string) => [...text.matchAll(/\/recordings\/([0-9a-f]{12})"/g)].map(([, each]) => each);
      const first = await page(cadre, '/recordings');
      expect(shown(first)).to.deep.equal(Array.from({ length: 50 }, (_, n) => id(n)));
      const next = /href="([^"]+)" rel="next"/.exec(first)?.[1] ?? '';
      const second = shown(await (await cadre.get(next)).text());
      expect([second.length, second[0], second[9]]).to.deep.equal([11, id(50), id(59)]);
      const rows: string[][] = parse(await page(cadre, '/recordings.csv'), { bom: true });
      expect(new Set(rows.map(([one]) => one)).size).to.equal(62);
    });

    it('of a proposal take as much as a proposal holds, and what was typed stays', async () => {
      const id = await speak(here, `RE${here.community}`, 'proposal');
      const { post } = await as('cadre');
      const long = '灯'.repeat(301);
      const refused = await post(own(`/recordings/${id}/writeDown`), { heard: long });
      expect([refused.status, (await refused.text()).includes(long)]).to.deep.equal([422, true]);
      expect((await post(own(`/recordings/${id}/writeDown`), { heard: '修灯' })).headers.get('location')).to.equal(
        own('/recordings?number=1&done=recording.ofProposal'),
      );
    });
  });
});
