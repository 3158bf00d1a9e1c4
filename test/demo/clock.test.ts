import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import type { ClockTold } from '../../src/demo/simulator/clockRoutes.ts';
import { staffOf } from '../../src/fund/staff/index.ts';
import { beginWorks, publishRatings } from '../../src/fund/works/index.ts';
import { Message } from '../../src/outreach/outbox/message.ts';
import { collection } from '../../src/store/collection.ts';
import { dayOf } from '../../src/store/wallTime.ts';
import { useDatabase } from '../support/database.ts';
import { LATER } from '../support/works.ts';
import { browse } from '../web/console/office.ts';
import { type StartedDemo, startDemo } from './startDemo.ts';

const OWN = '/console/qingsong';
const CYCLE = 'qingsong-demo';
const CADRE = '+8613800000021';
const SUBSCRIBER = '+8613800000001';
const NOT_VOTED = '+8613800000005';
const VOTERS = [SUBSCRIBER, ...['06', '08', '09', '10'].map((digits) => `+86138000000${digits}`)];
/** No measure of speed: a walk through a month would take minutes. */
const HELD_UP = 20_000;

describe('the demo’s clock', () => {
  const { world } = useDatabase('clock');
  let demo: StartedDemo;
  before(async () => {
    demo = await startDemo(world);
  });
  after(() => demo.stop());

  const shown = async (): Promise<ClockTold> => JSON.parse(await (await fetch(`${demo.url}/simulator/clock`)).text());
  const move = (to: string, origin = demo.url) =>
    fetch(`${demo.url}/simulator/clock`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Origin: origin },
      body: JSON.stringify({ to }),
    });
  /** Goes on from one thing that we say to the next until one of these; gives what they were. */
  const leapTo = async (...what: readonly string[]) => {
    const leaps: string[] = [];
    for (let told = await shown(); told.next && leaps.length < 12; told = await shown()) {
      leaps.push(told.next.what);
      expect((await move(told.next.at)).status).to.equal(200);
      while ((await collection(Message).countDocuments({ state: { $in: ['pending', 'leased', 'sending'] } })) > 0) await sleep(20);
      if (what.includes(told.next.what)) break;
    }
    return leaps;
  };
  /** The texts that a phone of the simulator got of what we started, since the last look. */
  const seen = new Set<string>();
  const startedOn = async (phone: string): Promise<string[]> => {
    const fresh = (await textsOn(phone)).filter(({ id, kind }) => kind === 'started' && !seen.has(id));
    for (const { id } of fresh) seen.add(id);
    return fresh.map(({ text }) => text);
  };
  const textsOn = async (phone: string) => {
    const stream = await fetch(`${demo.url}/simulator/events`);
    const reader = stream.body?.getReader();
    const decoder = new TextDecoder();
    let got = '';
    while (reader && !/event: past\ndata: .*\n\n/.test(got)) got += decoder.decode((await reader.read()).value, { stream: true });
    await reader?.cancel();
    const texts: { id: string; phone: string; kind: string; text: string }[] = JSON.parse(/event: past\ndata: (.*)\n/.exec(got)?.[1] ?? '[]');
    return texts.filter((text) => text.phone === phone);
  };
  /** The six digits that a phone got. */
  const digitsOn = async (phone: string): Promise<string> => {
    for (;;) {
      const [, digits] = /(?<!\d)(\d{6})(?!\d)/.exec((await textsOn(phone)).map(({ text }) => text).join('\n')) ?? [];
      if (digits !== undefined) return digits;
      await sleep(20);
    }
  };

  it('leads from the vote over the work and its money to the closed year: by the staff’s forms, with what a subscriber and who has not voted get', async () => {
    for (const phone of VOTERS) expect(await demo.text(phone, '投 3')).to.include('凭证');
    await demo.text(SUBSCRIBER, '订阅');
    expect(await leapTo('head')).to.deep.equal(['closing', 'closing', 'implement', 'head']);
    await beginWorks(demo.world)();
    expect(await startedOn(SUBSCRIBER)).to.deep.equal(['【青松社区】投完票了，接下来办选上的。看结果，发“进度”。不想再收，回“退订”']);
    const reminded = await startedOn(NOT_VOTED);
    expect(reminded.filter((text) => text.includes('you have not voted yet'))).to.have.length(2);
    expect(reminded).to.have.length(2);

    let [wang, zheng] = await signIn();
    const confirmed = async (waits: string) => expect((await zheng.post(`${waits.split('?')[0]}/confirm`)).status).to.equal(303);
    const work = `${OWN}/works/${CYCLE}/3`;
    const done = (path: string, form: Readonly<Record<string, string>>) => sent(wang, `${work}/${path}`, form);
    const today = async () => dayOf(demo.world.now(), 'Asia/Shanghai');
    const revision = async () => /name="seen" value="(\d+)"/.exec(await (await wang.get(work)).text())?.[1] ?? '';
    const pay = async (amount: string, paper: string) => {
      await confirmed(await done('pay', { amount, day: await today(), paper, key: paper }));
    };
    await done('move', { to: 'seeking', from: 'approved' });
    await done('implementers/add', { organisation: '周记园艺', kind: 'trader', registration: '', person: '周师傅', phone: '13900000021' });
    await done('ask', { implementer: '1' });
    await done('offer', { implementer: '1', amount: '58,000', day: await today() });
    const choice = { implementer: '1', reason: '做过三家', fewReason: '另外两家没空', seen: await revision() };
    await confirmed(await done('choose', choice));
    await done('sign', { paper: '青松-03', amount: '58000', day: await today(), until: LATER });
    await done('move', { to: 'under-way', from: 'signed' });
    expect(await demo.text(CADRE, '进展 3 空地清出来了')).to.include('六位数');
    expect(await demo.text(CADRE, await digitsOn(CADRE))).to.include('记下了');
    await pay('20000', '发票1');

    expect(await leapTo('works')).to.deep.equal(['works']);
    expect(await startedOn(SUBSCRIBER)).to.deep.equal(['【青松社区】办的事有新消息：3 社区花园。看办到哪了，发“进度”和号码。不想再收，回“退订”']);
    [wang, zheng] = await signIn(); // a session ends while nobody works
    await done('move', { to: 'finished', from: 'under-way' });
    await done('mend', { what: '水管漏水', until: await today(), seen: await revision() });
    await done('move', { to: 'finished', from: 'to-be-mended' });
    for (const kind of ['contract', 'acceptance', 'invoice']) {
      const pdf = new TextEncoder().encode(`%PDF-1.7 ${kind}\n%%EOF\n`).buffer;
      expect(await upload(wang.cookie, `${work}/keep`, pdf, { kind, title: kind })).to.match(/done=/);
    }
    await confirmed(await done('accept', { day: await today(), seen: await revision() }));
    await pay('38000', '发票2');
    expect(await leapTo('rate')).to.deep.equal(['works', 'rate']);
    expect(await startedOn(SUBSCRIBER)).to.deep.equal([
      '【青松社区】办的事有新消息：3 社区花园。看办到哪了，发“进度”和号码。不想再收，回“退订”',
      '【青松社区】3号社区花园办好了，您看办得怎么样？要打分，发“评 3”。不想再收，回“退订”',
    ]);
    expect(await startedOn(NOT_VOTED)).to.deep.equal([
      '青松社区: 3 社区花园 is done. How is it? To rate it send RATE 3. To stop messages reply STOP',
    ]);
    for (const [nth, phone] of VOTERS.entries()) expect(await demo.text(phone, `评 3 ${nth + 1}`)).to.include('记下了');
    await publishRatings(demo.world)();
    [wang, zheng] = await signIn();
    await done('move', { to: 'rated', from: 'paid' });

    const file = await (await wang.get(`${OWN}/account.csv`)).arrayBuffer();
    await confirmed(await sent(wang, `${OWN}/account/${CYCLE}/close`, { seen: '4' }));
    const again = await upload(wang.cookie, `${OWN}/account/${CYCLE}/import?cycle=${CYCLE}`, file);
    expect(again, 'what was exported is taken again without a difference').to.match(/done=account.nothingNew$/);
    expect(await leapTo()).to.deep.equal(['works', 'evaluate', 'closed']);

    const account = JSON.parse(await read(`/api/cycles/${CYCLE}/account`));
    expect(account).to.deep.include({ granted: 60_000, contracted: 58_000, paid: 58_000, left: 2_000, entries: 4 });
    expect(account.closed.left).to.equal(2_000);
    expect(JSON.parse(await read(`/api/cycles/${CYCLE}/works`))[0]).to.deep.include({ state: 'rated', rating: { count: 5, mean: 3 } });
    const report = (await read('/c/qingsong/report?lang=zh')).replaceAll('\u00a0', ' ');
    for (const said of ['60,000元', '58,000元', '2,000元', '社区花园']) expect(report).to.include(said);
    const log = await read('/c/qingsong/log?lang=zh');
    for (const said of ['选定谁来办3号项目，58,000元', '给3号项目付了20,000元', '验收通过3号项目', '结清了账，还剩2,000元'])
      expect(log).to.include(said);
  });

  async function read(path: string): Promise<string> {
    return (await fetch(demo.url + path)).text();
  }

  function signIn() {
    return Promise.all([persona('王芳'), persona('郑海涛')]);
  }

  /** Who has signed in by their button. */
  async function persona(name: string) {
    const staff = (await staffOf(demo.world, 'qingsong')).find((member) => member.name === name);
    const answer = await browse(() => demo).post('/console/persona', { persona: staff?.id ?? '' });
    const cookie = answer.headers
      .getSetCookie()
      .map((one) => one.split(';')[0])
      .join('; ');
    return { ...browse(() => demo, cookie), cookie };
  }

  /** Sends a form that is taken; gives where it leads. */
  async function sent(who: Awaited<ReturnType<typeof persona>>, path: string, form: Readonly<Record<string, string>>): Promise<string> {
    const answer = await who.post(path, form);
    expect(answer.status, `${path} ${await answer.text()}`).to.equal(303);
    return answer.headers.get('location') ?? '';
  }

  async function upload(
    cookie: string,
    path: string,
    file: ArrayBuffer,
    about: Readonly<Record<string, string>> = { is: 'add' },
  ): Promise<string | null> {
    const form = new FormData();
    for (const [name, value] of Object.entries(about)) form.set(name, value);
    form.set('file', new Blob([file]), 'file');
    const headers = { cookie, 'Sec-Fetch-Site': 'same-origin' };
    return (await fetch(demo.url + path, { method: 'POST', body: form, headers, redirect: 'manual' })).headers.get('location');
  }

  it('a month ahead holds up no text', async () => {
    const origin = { 'Content-Type': 'application/json', Origin: demo.url };
    const text = async () => {
      const began = performance.now();
      const body = JSON.stringify({ id: randomBytes(16).toString('hex'), from: '+8613800000001', text: '进度' });
      const response = await fetch(`${demo.url}/simulator/sms`, { method: 'POST', headers: origin, body });
      expect(await response.json()).to.have.length(2);
      return performance.now() - began;
    };
    const moving = move(new Date(new Date((await shown()).now).getTime() + 30 * 24 * 60 * 60 * 1_000).toISOString());
    const took: number[] = [];
    for (let time = 0; time < 20; time += 1) took.push(await text());
    expect((await moving).status).to.equal(200);
    if (process.env.FIGURES) process.stderr.write(`the slowest answer took ${Math.round(Math.max(...took))} ms\n`);
    expect(Math.max(...took)).to.be.below(HELD_UP);
  });

  it('moves ahead only, at the hand of the simulator’s own page, and stays where it was left', async () => {
    const before = await shown();
    expect((await move(new Date(Date.now()).toISOString())).status).to.equal(400);
    expect((await move('tomorrow')).status).to.equal(400);
    expect((await move('2100-01-01T00:00:00Z')).status).to.equal(400);
    expect((await move('2100-01-01T00:00:00Z', 'https://elsewhere.example')).status).to.equal(403);
    await demo.stop();
    demo = await startDemo(world);
    expect(new Date((await shown()).now).getTime()).to.be.at.least(new Date(before.now).getTime());
  });
});
