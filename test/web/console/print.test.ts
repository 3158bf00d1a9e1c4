import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { castBallot, sealDue } from '../../../src/fund/ballots/index.ts';
import { printedSerial, Slip } from '../../../src/fund/paper/index.ts';
import { isCard, operator } from '../../../src/fund/people/index.ts';
import { collection } from '../../../src/store/collection.ts';
import { useDatabase } from '../../support/database.ts';
import { useFolders } from '../../support/folder.ts';
import { planMeeting } from '../../support/meetings.ts';
import { textsOf } from '../../support/pdf.ts';
import { runScript } from '../../support/runScript.ts';
import { changeCycle, type Town, town, votingNow } from '../../support/town.ts';
import { until } from '../../support/until.ts';
import { serve } from '../serve.ts';
import { staffAll, useOffice } from './office.ts';

describe('printing', () => {
  const { world, uri } = useDatabase('consoleprint');
  const web = useOffice(world);
  const folder = useFolders();
  let here: Town;
  beforeEach(async () => {
    here = await town(world);
    await staffAll(world, here.community);
  });
  const own = (path = '') => `/console/${here.community}${path}`;
  const { as } = web;
  const saidIn = async (bytes: Uint8Array) =>
    (await textsOf(bytes))
      .flat()
      .map(({ text }) => text.replaceAll('\u00a0', ' '))
      .join('\n');

  it('is for cadres and supervisors, in the language that they choose', async () => {
    for (const role of ['council', 'helper', 'office'] as const) {
      const { get } = await as(role);
      for (const page of ['/print', '/print/file?document=poster']) expect((await get(own(page))).status, `${role} ${page}`).to.equal(403);
    }
    for (const [role, language, said] of [
      ['cadre', 'zh-CN', '社区想办什么，您说'],
      ['supervisor', 'en', 'REGISTER'],
    ] as const) {
      const { get } = await as(role);
      const page = await (await get(own('/print'))).text();
      expect(page).to.contain('name="document" value="poster"');
      expect(page.includes('选票还没定'), 'slips are made early').to.equal(role === 'cadre');
      const file = await get(own(`/print/file?document=${role === 'cadre' ? 'poster' : 'brochure'}&in=${language}`));
      expect([file.status, file.headers.get('content-type')]).to.deep.equal([200, 'application/pdf']);
      expect(file.headers.get('content-disposition')).to.match(/^attachment; filename="[\w-]+\.pdf"$/);
      const text = await saidIn(new Uint8Array(await file.arrayBuffer()));
      expect(text).to.contain(role === 'cadre' ? said : 'Our money, our vote');
    }
  });

  it('says why nothing is printed: no list is published, or the typeface lacks a character, with the text in which it stands', async () => {
    const { get } = await as('cadre');
    const unpublished = await get(own('/print/file?document=board&in=zh-CN'));
    expect([unpublished.status, await unpublished.text()]).to.satisfy(
      ([status, text]: [number, string]) => status === 409 && text.includes('名单还没有公示'),
    );
    const { cycle: elsewhere } = here;
    here = await town(world, { cycle: { projects: [{ number: 1, title: '修𪚥祥路', cost: 1 }] } });
    await staffAll(world, here.community);
    const rare = await as('cadre');
    const lacking = await rare.get(own('/print/file?document=report&in=zh-CN'));
    expect(lacking.status).to.equal(409);
    const page = await lacking.text();
    expect(page).to.contain('修𪚥祥路').and.contain('name="same"');
    expect((await rare.get(own(`/print/file?document=report&cycle=${elsewhere}`))).status, 'another community’s').to.equal(404);
    const same = await rare.get(own(`/print/file?document=report&in=zh-CN&same=1&cycle=${here.cycle}`));
    expect(await saidIn(new Uint8Array(await same.arrayBuffer()))).to.contain('修〓祥路');
  });

  it('gives slips with serials of their own to who may make them, on the page and by command; none where they cannot be printed', async () => {
    here = await town(world, { cycle: { ...votingNow(world), projects: [{ number: 1, title: '修路灯', cost: 1 }] } });
    await staffAll(world, here.community);
    const made = async () => (await collection(Slip).find({ cycle: here.cycle }).toArray()).map(({ _id }) => printedSerial(_id));
    const serialsIn = async (bytes: Uint8Array) => [...(await saidIn(bytes)).matchAll(/编号\s+(\d{4} \d{4})/g)].map(([, serial]) => serial ?? '');
    const [cadre, supervisor] = [await as('cadre'), await as('supervisor')];
    expect((await supervisor.post(own('/print/slips'), { count: '3' })).status).to.equal(403);
    const none = await cadre.post(own('/print/slips'), { count: '1001' });
    const said = await none.text();
    expect(none.status).to.equal(409);
    expect(said).to.include('请写几张，1到1000').and.not.include('选票还没定');
    expect(await made()).to.deep.equal([]);
    const file = await cadre.post(own('/print/slips'), { count: '3', language: 'zh-CN' });
    expect([file.status, file.headers.get('content-type')]).to.deep.equal([200, 'application/pdf']);
    const onPage = await serialsIn(new Uint8Array(await file.arrayBuffer()));
    expect(onPage).to.have.length(3);
    expect(await made()).to.have.members(onPage);
    const out = join(folder({}), 'slips.pdf');
    const command = await runScript(uri(), 'print', here.community, 'slips', '--count', '2', '--out', out, '--by', 'Li');
    expect([command.status, command.err, statSync(out).mode & 0o777]).to.deep.equal([0, '', 0o600]);
    expect(await made()).to.have.members([...onPage, ...(await serialsIn(readFileSync(out)))]);
    here = await town(world, { cycle: { projects: [{ number: 1, title: '修𪚥祥路', cost: 1 }] } });
    await staffAll(world, here.community);
    expect((await (await as('cadre')).post(own('/print/slips'), { count: '3' })).status).to.equal(409);
    expect(await made()).to.deep.equal([]);
  });

  it('gives the minutes of the newest meeting', async () => {
    const { get } = await as('cadre');
    const minutes = () => get(own('/print/file?document=minutes&in=zh-CN'));
    expect((await minutes()).status).to.equal(409);
    for (const place of ['活动室', '院子里'])
      await planMeeting(world)({ cycle: here.cycle, plan: { at: world.now(), place, items: [] }, actor: operator('李姐') });
    expect(await saidIn(new Uint8Array(await (await minutes()).arrayBuffer())))
      .to.contain('第2次议事会记录')
      .and.contain('院子里');
  });

  it('gives the result for the board once two have released it, with both names; on the server the command releases it', async () => {
    here = await town(world, { residents: 2, cycle: { ...votingNow(world), choices: { min: 1, max: 2 } } });
    await staffAll(world, here.community);
    await castBallot(world, { picks: [2] }, here.act(0));
    const [cadre, supervisor] = [await as('cadre'), await as('supervisor')];
    const result = () => cadre.get(own('/print/file?document=result&in=zh-CN'));
    expect((await cadre.post(own(`/print/${here.cycle}/release`), { cycle: here.cycle })).status, 'there is none yet').to.equal(409);
    await changeCycle(world, here.cycle, { $set: { 'stages.1.from': new Date(world.now().getTime() - 60_000) } });
    await sealDue(world)();
    expect((await result()).status).to.equal(409);
    expect((await supervisor.post(own(`/print/${here.cycle}/release`), { cycle: here.cycle })).status).to.equal(403);
    const asked = await cadre.post(own(`/print/${here.cycle}/release`), { cycle: here.cycle });
    expect(asked.headers.get('location')).to.equal(own('/second/1?done=asked'));
    expect((await result()).status, 'one alone').to.equal(409);
    expect((await supervisor.post(own('/second/1/confirm'))).status).to.equal(303);
    await until('the result, as a process remembers a calendar for a second', async () => (await result()).status === 200);
    const text = await saidIn(new Uint8Array(await (await result()).arrayBuffer()));
    for (const said of ['投票结果', '2位居民，1位投了票', '项目2', '选上', 'cadre的王芳、supervisor的王芳', `/c/${here.community}`])
      expect(text, said).to.contain(said);
    expect(await (await cadre.get(own('/print'))).text()).to.not.contain('/release');

    here = await town(world, { residents: 2, cycle: votingNow(world) });
    const out = join(folder({}), 'result.pdf');
    const print = () => runScript(uri(), 'print', here.community, 'result', '--out', out, '--by', 'Li', '--language', 'en');
    await castBallot(world, { picks: [2] }, here.act(0));
    await changeCycle(world, here.cycle, { $set: { 'stages.1.from': new Date(world.now().getTime() - 60_000) } });
    await sealDue(world)();
    const printed = await print();
    expect([printed.status, printed.err]).to.satisfy(([status, err]: [number, string]) => status === 0 && err.includes('PUBLIC_URL'));
    expect(await saidIn(readFileSync(out)), 'nobody else can open an address of this machine')
      .to.contain('Released by Li')
      .and.not.contain('localhost');
    const local = await serve(world, { publicUrl: 'http://localhost:3000' });
    const poster = await (await local.get(`/c/${here.community}/poster?lang=zh`)).text();
    await local.close();
    expect(poster, 'the poster as a page, too').to.contain('class="poster"').and.not.contain('localhost');
  });

  it('gives cards as PDF beside the page that shows them once, and by command in a file of its owner’s alone; lacking characters before they are made', async () => {
    const { post } = await as('cadre');
    for (const id of ['1', '2', '3']) await here.person(id, { name: `住户${id}`, building: '6栋' });
    const choice = { way: 'building', building: '6栋' };
    const stamp = /name="stamp" value="(\w+)"/.exec(await (await post(own('/people/cards/choose'), choice)).text())?.[1] ?? '';
    const page = await (await post(own('/people/cards/make'), { ...choice, stamp })).text();
    const shown = [...page.matchAll(/class="digits">([\d ]+)</g)].map(([, digits]) => digits);
    const pdf = Buffer.from(/href="data:application\/pdf;base64,([^"]+)"/.exec(page)?.[1] ?? '', 'base64');
    const printed = (await saidIn(pdf)).match(/^\d{3} \d{3} \d{3}$/gm);
    expect(shown).to.have.length(3);
    expect(printed).to.have.members(shown);

    const out = join(folder({}), 'cards.pdf');
    await here.person('4', { name: '王𪚥祥' });
    const command = (...more: string[]) => runScript(uri(), 'print', here.community, 'cards', '--out', out, '--by', 'Li', ...more);
    const refused = await command();
    expect([refused.status, refused.err]).to.satisfy(([status, err]: [number, string]) => status === 1 && err.includes('𪚥 in: 王𪚥祥'));
    const made = await command('--all-the-same');
    expect([made.status, made.err]).to.satisfy(([status, err]: [number, string]) => status === 0 && !err.includes('𪚥'));
    expect(statSync(out).mode & 0o777).to.equal(0o600);
    const text = await saidIn(readFileSync(out));
    expect(text).to.contain('王〓祥');
    expect(isCard((text.match(/^\d{3} \d{3} \d{3}$/m)?.[0] ?? '').replaceAll(' ', ''))).to.equal(true);
    expect((await command()).status, 'nobody is without a card').to.equal(0);
    for (const wrong of [['leaflet'], ['result', '--by', 'Li', '--cycle', here.cycle]]) {
      const { status, out: told } = await runScript(uri(), 'print', here.community, ...wrong, '--out', out);
      expect([status, told]).to.deep.equal([2, '']);
    }
  });
});
