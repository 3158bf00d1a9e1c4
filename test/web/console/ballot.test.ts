import { once } from 'node:events';
import { expect } from 'chai';
import sharp from 'sharp';
import type { Notify } from '../../../src/contacts/notify.ts';
import { ballotMark, Cycle, freeze } from '../../../src/fund/cycles/index.ts';
import { exportCommunity, importCommunity } from '../../../src/fund/files/index.ts';
import { operator, type StaffRole } from '../../../src/fund/people/index.ts';
import { Picture } from '../../../src/fund/pictures/picture.ts';
import { Proposal, recordProposal } from '../../../src/fund/proposals/index.ts';
import { enqueue, wakeUps } from '../../../src/outreach/outbox/enqueue.ts';
import { Message } from '../../../src/outreach/outbox/message.ts';
import { collection } from '../../../src/store/collection.ts';
import { setBallot } from '../../support/cycles.ts';
import { useDatabase } from '../../support/database.ts';
import { useFolders } from '../../support/folder.ts';
import { draftOpinion, giveOpinions } from '../../support/proposals.ts';
import { changeCycle, type Town, town } from '../../support/town.ts';
import { actsIn, cookieOf, phoneOf, staffAll, useOffice } from './office.ts';

const LI = operator('李姐');
const MARKUP = '<script>alert(1)</script>"\'&';

describe('the page of a ballot', () => {
  const { world } = useDatabase('consoleballot');
  const folder = useFolders();
  let here: Town;
  const web = useOffice(world);
  beforeEach(async () => {
    here = await town(world, { residents: 1 });
    await staffAll(world, here.community);
  });
  const as = async (role: StaffRole) => {
    const { get, post } = await web.as(role);
    const own = (path = '') => `/console/${here.community}/ballot${path}`;
    const page = async (path = '') => (await get(own(path))).text();
    const seen = async () => /name="seen" value="(\w+)"/.exec(await page('/project'))?.[1] ?? '';
    return { page, seen, send: (path: string, form: Record<string, string>) => post(own(path), { cycle: here.cycle, ...form }) };
  };
  const cycleNow = async () => (await collection(Cycle).findOne({ _id: here.cycle })) ?? expect.fail('no cycle');
  const LAMP = {
    number: '8',
    title: '东门路灯',
    short: '',
    titles: 'East gate lamps',
    also: '灯、东门的灯',
    cost: '9,000',
    category: '',
    detail: '东门到菜市场',
    place: '',
    due: '',
    at: '',
    from: '',
  };

  it('makes a project of a proposal, whose author is told once, and shows what residents will get before it is saved', async () => {
    await recordProposal(world, { text: '我们想给东门装几盏灯，晚上太黑，老人摔过两回 13800001234' }, here.act(0));
    await draftOpinion(world)({ cycle: here.cycle, number: 1, opinion: { isFeasible: true, cost: 9_000 }, seen: undefined, actor: LI });
    await giveOpinions(world, here.notify)({ cycle: here.cycle, numbers: [1], actor: LI });
    const cadre = await as('cadre');
    expect(await cadre.page())
      .to.include('可以办的提议')
      .and.to.include('东门装几盏灯，晚上太黑，老人摔过两回 138********');
    const form = await cadre.page('/project?from=1');
    expect(form, 'its first clause is the title, all of it the detail')
      .to.include('value="东门装几盏灯"')
      .and.to.match(/我们想给东门装几盏灯，晚上太黑，老人摔过两回 138/);
    expect(form).to.include('value="8"').and.to.include('value="9000"').and.to.include('由1号提议变来');
    const seen = await cadre.seen();
    const looked = await cadre.send('/project', { ...LAMP, from: '1', seen, do: 'look' });
    const shown = await looked.text();
    expect([looked.status, (await cycleNow()).projects.length]).to.deep.equal([200, 2]);
    expect(shown)
      .to.include('8 东门路灯')
      .and.to.match(/8号，东门路灯，[^<]+东门到菜市场/)
      .and.to.include('样还没有真人录音');
    const part = await (await cadre.send('/project', { ...LAMP, seen, do: 'part' })).text();
    expect(part).to.include('8 东门路灯').and.to.not.include('<html');
    expect((await cadre.send('/project', { ...LAMP, from: '1', seen })).status).to.equal(303);
    expect((await cycleNow()).projects[2]).to.deep.equal({
      number: 8,
      title: '东门路灯',
      titles: { en: 'East gate lamps' },
      also: ['灯', '东门的灯'],
      cost: 9_000,
      detail: '东门到菜市场',
    });
    expect(await collection(Proposal).findOne({ '_id.cycle': here.cycle })).to.include({ state: 'project', project: 8 });
    const ids = (await collection(Message).find({}).toArray()).map(({ _id }) => _id);
    expect(ids.filter((id) => id.includes(`proposal|${here.cycle}|1|state`))).to.have.length(1);
    expect(await cadre.page()).to.not.include('可以办的提议');
    expect(await actsIn(here.community, 'cadre')).to.deep.equal(['ballot.set', 'proposal.state']);

    const late = await cadre.send('/project', { ...LAMP, number: '9', from: '1', seen: await cadre.seen() });
    expect([late.status, (await cycleNow()).projects.length], 'it is a project already').to.deep.equal([409, 3]);
    await cadre.send('/project', { ...LAMP, number: '10', at: '8', seen: await cadre.seen() });
    expect(await collection(Proposal).findOne({ '_id.cycle': here.cycle })).to.include({ state: 'project', project: 10 });
    await cadre.send('/remove', { at: '10', seen: await cadre.seen() });
    const again = await collection(Proposal).findOne({ '_id.cycle': here.cycle });
    expect([again?.state, again?.project]).to.deep.equal(['considered', undefined]);
    expect(await cadre.page()).to.include('可以办的提议');
  });

  it('is put in another order: numbers follow it, and proposals, pictures and the lot go with their projects', async () => {
    const cadre = await as('cadre');
    await collection(Cycle).updateOne({ _id: here.cycle }, { $set: { lot: [7, 3] } });
    await recordProposal(world, { text: '修路灯' }, here.act(0));
    await collection(Proposal).updateOne({ '_id.cycle': here.cycle }, { $set: { state: 'project', project: 7 } });
    const bytes = await sharp({ create: { width: 40, height: 20, channels: 3, background: 'red' } })
      .png()
      .toBuffer();
    const form = new FormData();
    form.set('picture', new Blob([new Uint8Array(bytes)]), 'picture.png');
    const headers = { cookie: await cookieOf(world, phoneOf('cadre')), 'Sec-Fetch-Site': 'same-origin' };
    await fetch(`${web.url}/console/${here.community}/ballot/${here.cycle}/7/keep`, { method: 'POST', body: form, headers, redirect: 'manual' });
    const before = (await cycleNow()).projects;
    const page = await cadre.page();
    const [, order = ''] = /name="order" value="([\d ]+)" aria-label="7号往前移"/.exec(page) ?? [];
    expect(order).to.equal('7 3');
    expect(page).to.not.include('3号往前移');
    for (const wrong of ['7', '7 3 9', '7 7', ''])
      expect((await cadre.send('/order', { order: wrong, seen: await cadre.seen() })).status).to.equal(409);
    const seen = await cadre.seen();
    expect((await cadre.send('/order', { order, seen })).headers.get('location')).to.include('done=ballot.ordered');
    const { projects, lot } = await cycleNow();
    expect(projects.map(({ number, title }) => [number, title])).to.deep.equal([
      [3, before.find(({ number }) => number === 7)?.title],
      [7, before.find(({ number }) => number === 3)?.title],
    ]);
    expect(lot).to.deep.equal([3, 7]);
    expect(await collection(Proposal).findOne({ '_id.cycle': here.cycle })).to.include({ project: 3 });
    expect((await collection(Picture).find({ community: here.community }).toArray()).map(({ of }) => of.id)).to.deep.equal([`${here.cycle}/3`]);
    expect((await cadre.send('/order', { order, seen })).status, 'another ballot by now').to.equal(409);
    for (const role of ['council', 'supervisor'] as const) expect((await (await as(role)).send('/order', { order, seen })).status).to.equal(403);
  });

  it('has a picture of each project, which goes with its number and is public, until the ballot is frozen', async () => {
    const cadre = await as('cadre');
    const cookie = await cookieOf(world, phoneOf('cadre'));
    const send = async (number: number, background = 'red') => {
      const bytes = await sharp({ create: { width: 40, height: 20, channels: 3, background } })
        .png()
        .toBuffer();
      const form = new FormData();
      form.set('picture', new Blob([new Uint8Array(bytes)]), 'picture.png');
      form.set('caption', '路口 13800001234');
      const headers = { cookie, 'Sec-Fetch-Site': 'same-origin' };
      const path = `${web.url}/console/${here.community}/ballot/${here.cycle}/${number}/keep`;
      return fetch(path, { method: 'POST', body: form, headers, redirect: 'manual' });
    };
    const kept = async () => (await collection(Picture).find({ community: here.community }).toArray()).map(({ of }) => of.id);
    expect((await send(99)).status).to.be.oneOf([404, 409]);
    expect((await send(7)).headers.get('location')).to.include('at=7');
    expect((await send(7, 'blue')).status, 'another').to.equal(422);
    const open = await (await fetch(`${web.url}/c/${here.community}`)).text();
    const [small] = /\/c\/[\w-]+\/pictures\/[\w-]+\/small\.jpg/.exec(open) ?? [];
    expect(open).to.include('路口 138********');
    expect((await fetch(`${web.url}${small}`)).headers.get('content-type')).to.equal('image/jpeg');
    expect(await cadre.page()).to.include('class="tiny"');
    const seven = { ...LAMP, number: '9', title: '修路灯', at: '7' };
    await cadre.send('/project', { ...seven, seen: await cadre.seen() });
    expect(await kept()).to.deep.equal([`${here.cycle}/9`]);
    await cadre.send('/remove', { at: '9', seen: await cadre.seen() });
    expect(await kept()).to.deep.equal([]);
    await changeCycle(world, here.cycle, { $set: { 'stages.1.from': new Date(Date.now() - 1) } });
    await freeze(world, here.cycle);
    expect((await send(3)).status).to.equal(409);
  });

  it('writes project, proposal, entries and what its author is told together, or nothing', async () => {
    await recordProposal(world, { text: '东门太黑' }, here.act(0));
    const before = await cycleNow();
    const queue = enqueue(world);
    const none = { short: undefined, category: undefined, detail: undefined, place: undefined, due: undefined };
    const change = { project: { ...none, number: 8, title: '东门路灯', cost: 9_000 }, from: 1 };
    const set = (notify: Notify) => setBallot(world, notify)(here.community, { id: here.cycle, seen: ballotMark(before), change }, LI);
    const stored = async () => ({
      projects: (await cycleNow()).projects.length,
      state: (await collection(Proposal).findOne({ '_id.cycle': here.cycle }))?.state,
      acts: (await actsIn(here.community)).filter((act) => /^(ballot|proposal)/.test(act)),
      told: await collection(Message).countDocuments({ community: here.community, kind: 'answer' }),
    });
    const ended = await set(async (notice, session) => {
      await queue(notice, session);
      throw new Error('the process ended here');
    }).catch((error: Error) => error.message);
    expect([ended, await stored()]).to.deep.equal(['the process ended here', { projects: 2, state: 'received', acts: [], told: 0 }]);
    const woken = once(wakeUps(world), 'queued');
    expect(await set(queue)).to.deep.equal({ set: here.cycle });
    await woken;
    expect(await stored()).to.deep.equal({ projects: 3, state: 'project', acts: ['ballot.set', 'proposal.state'], told: 1 });
  });

  it('says at each field what is wrong, keeps what was typed, and changes rules, numbers and lot together', async () => {
    const cadre = await as('cadre');
    const seen = await cadre.seen();
    const wrong = await cadre.send('/project', { ...LAMP, number: '7', title: MARKUP, short: '十三个字的短名称太长了啊啊', cost: '很多', seen });
    const page = await wrong.text();
    expect(wrong.status).to.equal(422);
    expect(page).to.include('不能和别的项目重复').and.to.include('写一个整数，比如48000').and.to.include('很多').and.to.not.include(MARKUP);
    const rules = { budget: '300,000', rule: 'greedy', threshold: '0', min: '1', max: '2' };
    expect((await cadre.send('/rules', { ...rules, lot: '7', seen })).status, 'not all numbers').to.equal(422);
    expect((await cadre.send('/rules', { ...rules, lot: '7 3', seen })).status).to.equal(303);
    expect((await cadre.send('/project', { ...LAMP, number: '9', at: '7', seen: await cadre.seen() })).status).to.equal(303);
    expect((await cadre.send('/project', { ...LAMP, seen: await cadre.seen() })).status).to.equal(303);
    expect((await cadre.send('/remove', { at: '3', seen: await cadre.seen() })).status).to.equal(303);
    const { lot, projects } = await cycleNow();
    expect([lot, projects.map(({ number }) => number)]).to.deep.equal([
      [9, 8],
      [9, 8],
    ]);
  });

  it('shows the second of two what changed meanwhile, and the one who was at it as voting opened, and overwrites nothing', async () => {
    const [one, other] = [await as('cadre'), await as('cadre')];
    const seen = await one.seen();
    const both = await Promise.all([one.send('/project', { ...LAMP, seen }), other.send('/project', { ...LAMP, title: '西门路灯', seen })]);
    expect(both.map(({ status }) => status).toSorted()).to.deep.equal([303, 409]);
    const late = both.find(({ status }) => status === 409);
    expect(await late?.text())
      .to.include('刚才有人改了选票')
      .and.to.match(/[东西]门路灯/);
    expect((await cycleNow()).projects).to.have.length(3);

    const again = await one.seen();
    await changeCycle(world, here.cycle, { $set: { 'stages.1.from': new Date(Date.now() - 1) } });
    const frozen = await freeze(world, here.cycle);
    const refused = await one.send('/project', { ...LAMP, number: '10', title: '南门路灯', seen: again });
    expect([refused.status, (await refused.text()).includes('南门路灯')]).to.deep.equal([409, true]);
    expect((await one.send('/remove', { at: '3', seen: again })).status).to.equal(409);
    expect((await cycleNow()).frozen?.hash).to.equal(frozen.frozen.hash);
    expect(await one.page())
      .to.include('选票定了，不能再改')
      .and.to.not.include('ballot/remove');
  });

  it('is read by those who oversee, and changed by a cadre alone', async () => {
    const seen = await (await as('cadre')).seen();
    for (const role of ['council', 'supervisor', 'office'] as const) {
      const { page, send } = await as(role);
      expect(await page(), role)
        .to.include('社区花园')
        .and.to.not.include('ballot/remove');
      for (const path of ['/project', '/remove', '/rules']) expect((await send(path, { ...LAMP, at: '3', seen })).status, role + path).to.equal(403);
    }
    expect(await (await as('helper')).page()).to.not.include('社区花园');
  });

  it('is not undone by a file that is older, unless that is wanted; what is exported says the same', async () => {
    const dir = folder({});
    await exportCommunity(world, here.community, dir, LI);
    await recordProposal(world, { text: '东门太黑' }, here.act(0));
    const opinion = { isFeasible: true, cost: 9_000, by: '李姐', at: world.now(), given: { by: '李姐', at: world.now() } };
    await collection(Proposal).updateOne({ '_id.cycle': here.cycle }, { $set: { opinion, state: 'considered' } });
    const cadre = await as('cadre');
    await cadre.send('/project', { ...LAMP, from: '1', seen: await cadre.seen() });
    const outcome = await importCommunity(world, dir, LI);
    expect('problems' in outcome && outcome.problems.map(({ file, what }) => [file, what.split(':')[0]])).to.deep.equal([
      ['cycle.yaml', 'projects differs'],
    ]);
    const now = folder({});
    await exportCommunity(world, here.community, now, LI);
    expect(await importCommunity(world, now, LI)).to.have.property('imported');
    expect((await cycleNow()).projects).to.have.length(3);
    expect(await importCommunity(world, dir, LI, { replace: true, notify: here.notify })).to.have.property('imported');
    expect((await cycleNow()).projects).to.have.length(2);
    const proposal = await collection(Proposal).findOne({ '_id.cycle': here.cycle });
    expect([proposal?.state, proposal?.project], 'its project is gone').to.deep.equal(['considered', undefined]);
    expect(here.notices.map(({ said }) => said)).to.deep.equal([{ key: 'notice.proposalConsidered', params: { number: 1 } }]);
  });
});
