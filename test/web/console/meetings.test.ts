import { expect } from 'chai';
import sharp from 'sharp';
import { Meeting } from '../../../src/fund/meetings/index.ts';
import { STAFF_ROLES, type StaffRole } from '../../../src/fund/people/index.ts';
import { Picture } from '../../../src/fund/pictures/picture.ts';
import { Proposal, recordProposal } from '../../../src/fund/proposals/index.ts';
import { collection } from '../../../src/store/collection.ts';
import { DAY_MS, dayOf } from '../../../src/store/wallTime.ts';
import { useDatabase } from '../../support/database.ts';
import { pictureOf, textsOf } from '../../support/pdf.ts';
import { type Town, town } from '../../support/town.ts';
import { cookieOf, phoneOf, staffAll, useOffice } from './office.ts';

const MARKUP = '<script>alert(1)</script>"\'&';

describe('the pages of the council’s meetings', () => {
  const { world } = useDatabase('consolemeetings');
  let here: Town;
  const web = useOffice(world);
  before(async () => {
    here = await town(world, { residents: 2 });
    await staffAll(world, here.community);
    await recordProposal(world, { text: `修路灯 13800001234 ${MARKUP}` }, here.act(0));
    const opinion = { isFeasible: true, cost: 100, by: '李姐', at: world.now(), given: { by: '李姐', at: world.now() } };
    await collection(Proposal).updateMany({ '_id.cycle': here.cycle }, { $set: { opinion, state: 'considered' } });
  });
  /** A day of the cycle, which began five days ago and is closed in twenty. */
  const day = (ahead: number) => dayOf(new Date(world.now().getTime() + ahead * DAY_MS), 'Asia/Shanghai');
  const spoken = (of: string) => of.replace(/^(\d+)-0?(\d+)-0?(\d+)$/, '$2月$3日');
  const own = (path = '') => `/console/${here.community}/meetings${path}`;
  const one = (path = '') => own(`/${here.cycle}/1${path}`);
  const { as } = web;
  const sendPicture = async (role: StaffRole, shade: number) => {
    const form = new FormData();
    const bytes = await sharp({ create: { width: 40, height: 20, channels: 3, background: { r: 50 * shade, g: 0, b: 0 } } })
      .png()
      .toBuffer();
    form.append('picture', new Blob([new Uint8Array(bytes)]), 'picture.png');
    const headers = { cookie: await cookieOf(world, phoneOf(role)), 'Sec-Fetch-Site': 'same-origin' };
    return fetch(web.url + one('/keep'), { method: 'POST', body: form, headers, redirect: 'manual' });
  };
  const revision = async () => String((await collection(Meeting).findOne({ '_id.cycle': here.cycle }))?.revision);

  it('lead from the agenda to minutes signed by two, on paper and in public, and keep what was typed where it is wrong', async () => {
    const cadre = await as('cadre');
    expect(await (await cadre.get(own())).text())
      .to.include('召集一次会')
      .and.to.include('value="1"');
    const plan = { cycle: here.cycle, day: day(-3), time: '19:00', place: `活动室${MARKUP}`, yes: '1', no: '' };
    const wrong = await cadre.post(own(`/${here.cycle}/plan`), { ...plan, yes: '一' });
    expect([wrong.status, (await wrong.text()).includes('只填号码')]).to.deep.equal([422, true]);
    for (const outside of ['1999-01-10', day(-6), day(21), '2999-01-10']) {
      const refused = await cadre.post(own(`/${here.cycle}/plan`), { ...plan, day: outside });
      expect([refused.status, /id="([^"]+)-mistake"[^>]*>[^<]*不在这一轮里/.exec(await refused.text())?.[1]], outside).to.deep.equal([
        422,
        'plan-day',
      ]);
    }
    expect((await cadre.post(own(`/${here.cycle}/plan`), plan)).status).to.equal(303);
    const [member] = (await collection(Meeting).findOne({ '_id.cycle': here.cycle }))?.roll ?? [];
    const called = await (await cadre.get(one())).text();
    expect(called).to.include('还没记').and.to.include('应到1人。至少到1人才能作决定').and.to.not.include('人数不够');
    const minutes = { 'for-1': '1', 'decision-1': 'recommended', notes: `问了13800001234${MARKUP}` };
    const none = await cadre.post(one('/minutes'), { ...minutes, seen: await revision() });
    const said = await none.text();
    expect(none.status).to.equal(422);
    expect(said).to.include('票数比到会的人多').and.to.include('问了13800001234').and.to.not.include(MARKUP);
    const tooMany = await cadre.post(one('/minutes'), {
      ...minutes,
      isTyped: '1',
      [`there-${member?.id}`]: '1',
      'for-1': '2',
      seen: await revision(),
    });
    expect(await tooMany.text(), 'as it is ticked')
      .to.include('票数比到会的人多')
      .and.to.include('应到1人，实到1人（100%）');
    const long = await cadre.post(one('/minutes'), { ...minutes, notes: '长'.repeat(4_001), rest: '长'.repeat(4_000), seen: await revision() });
    expect([long.status, (await long.text()).includes('“会上说了什么”太长了')], 'as long as sixty items with their reasons').to.deep.equal([
      422,
      true,
    ]);
    expect((await cadre.post(one('/minutes'), { ...minutes, [`there-${member?.id}`]: '1', seen: await revision() })).status).to.equal(303);
    expect((await sendPicture('cadre', 1)).headers.get('location')).to.include('done=picture.keep');
    expect((await sendPicture('supervisor', 2)).status).to.equal(403);
    const page = await (await cadre.get(one())).text();
    expect(page).to.include('应到1人，实到1人（100%）').and.to.include('138********').and.to.not.include(MARKUP);
    expect(await (await (await as('supervisor')).get(`/console/${here.community}`)).text()).to.include('次会的记录等着签');
    expect((await cadre.post(one('/sign'), { seen: await revision() })).headers.get('location')).to.include('done=meeting.sign');
    expect((await cadre.post(one('/sign'), { seen: await revision() })).status).to.equal(409);
    expect((await (await as('council')).post(one('/sign'), { seen: await revision() })).headers.get('location')).to.include('done=meeting.sign');
    expect(await (await fetch(`${web.url}/c/${here.community}/proposals/1`)).text(), 'it is not with the council any more').to.include(
      '<em>议事会同意了</em>',
    );
    expect((await cadre.post(one('/minutes'), { ...minutes, seen: await revision() })).status).to.be.oneOf([409, 422]);
    expect((await sendPicture('cadre', 3)).status, 'none is added to what was signed').to.equal(409);
    const [picture, another] = await collection(Picture).find({ community: here.community }).toArray();
    expect([picture?.of.kind, another]).to.deep.equal(['meeting', undefined]);
    const shown = `/c/${here.community}/pictures/${picture?._id}/small.jpg`;
    expect((await fetch(web.url + shown)).status).to.equal(200);
    const drop = one(`/pictures/${picture?._id}/drop`);
    expect(await (await cadre.get(one())).text())
      .to.include(`action="${drop}"`)
      .and.to.not.include(`action="${one('/keep')}"`);
    expect((await cadre.post(drop)).status, 'without a reason').to.equal(422);
    expect((await cadre.post(drop, { reason: '拍到了孩子' })).status, 'one that shows too much is still taken away').to.equal(303);
    expect((await fetch(web.url + shown)).status).to.equal(404);
    expect((await cadre.post(one('/addend'), { addendum: '地点写错了' })).status).to.equal(303);
    const pdf = await cadre.get(one('/minutes.pdf'));
    expect(pdf.headers.get('content-type')).to.equal('application/pdf');
    const bytes = new Uint8Array(await pdf.arrayBuffer());
    const [printed = []] = await textsOf(bytes);
    const words = printed.map(({ text }) => text.replaceAll(/\s/g, '')).join('');
    expect(words)
      .to.include('应到1人实到1人比例100%')
      .and.to.include('今年的社区保障资金')
      .and.to.match(/签过的：.+（.+）、.+（.+）/)
      .and.to.include('问了138********')
      .and.to.include('修路灯138********')
      .and.to.not.include('13800001234');
    const drawn = await pictureOf(bytes, 0);
    for (const text of printed) expect(drawn.ink(text), `${text.text} is drawn`).to.be.above(0.01);
    const open = await (await fetch(`${web.url}/c/${here.community}/meetings`)).text();
    expect(open).to.include('应到1人，实到1人').and.to.include('修路灯 138********').and.to.include('通过').and.to.include('地点写错了');
    expect(open).to.not.include('13800001234').and.to.not.include('王芳').and.to.not.include(MARKUP);
    const [api] = await web.json<Record<string, unknown>[]>(`/api/cycles/${here.cycle}/meetings`);
    expect(api).to.include({ number: 1, state: 'final', members: 1, present: 1 });
    expect(await (await fetch(`${web.url}/c/${here.community}/proposals/1`)).text()).to.include('第1次议事会通过');
    expect(await (await fetch(`${web.url}/c/${here.community}/log`)).text()).to.include('签了第1次议事会的记录');
  });

  it('say from when minutes can be signed, and Today leads to the one that waits', async () => {
    const cadre = await as('cadre');
    const made = await cadre.post(own(`/${here.cycle}/plan`), {
      cycle: here.cycle,
      day: day(10),
      time: '19:00',
      place: '活动室',
      yes: '',
      no: '',
    });
    const path = made.headers.get('location') ?? '';
    expect(await (await cadre.get(path)).text())
      .to.match(new RegExp(`${spoken(day(10))}[^<]*开会，到那时候才能签`))
      .and.to.not.include('我看过，签字');
    await collection(Meeting).deleteMany({ '_id.cycle': here.cycle, 'final.at': null });
    await cadre.post(own(`/${here.cycle}/plan`), { cycle: here.cycle, day: day(-2), time: '19:00', place: '活动室', yes: '', no: '' });
    const waits = await collection(Meeting).findOne({ '_id.cycle': here.cycle, 'final.at': null });
    expect(await (await cadre.get(`/console/${here.community}`)).text()).to.include(`href="${own(`/${here.cycle}/${waits?._id.number}`)}"`);
    await collection(Meeting).deleteMany({ '_id.cycle': here.cycle, 'final.at': null });
  });

  it('have what follows from the votes: what is not typed of is passed by all who were there, but nothing that was not recommended', async () => {
    const cadre = await as('cadre');
    for (const [index, text] of ['种树', '修亭子', '装扶手'].entries()) await recordProposal(world, { text }, here.act(index % 2));
    const numbers = (await collection(Proposal).find({ '_id.cycle': here.cycle, state: 'received' }).toArray()).map(({ _id }) => _id.number);
    const opinion = { isFeasible: true, cost: 100, by: '李姐', at: world.now(), given: { by: '李姐', at: world.now() } };
    await collection(Proposal).updateMany({ '_id.cycle': here.cycle, state: 'received' }, { $set: { opinion, state: 'considered' } });
    const [first, second, third] = numbers.toSorted((one, other) => one - other);
    const ticked = (page: string) => [...page.matchAll(/name="(yes|no)" value="(\d+)" checked/g)].map(([, name, number]) => `${name} ${number}`);
    const waiting = ticked(await (await cadre.get(own())).text());
    expect(waiting, 'all that waits is ticked').to.deep.equal([`yes ${first}`, `yes ${second}`, `yes ${third}`]);
    const all = [first, second, third].map(String);
    const plan = { cycle: here.cycle, day: day(-1), time: '19:00', place: '活动室', yes: all, no: String(third) };
    const wrong = await cadre.post(own(`/${here.cycle}/plan`), { ...plan, place: '', yes: all.slice(1) });
    expect([wrong.status, ticked(await wrong.text())], 'what was ticked stays').to.deep.equal([
      422,
      [`yes ${second}`, `yes ${third}`, `no ${third}`],
    ]);
    const planned = await cadre.post(own(`/${here.cycle}/plan`), plan);
    expect(planned.status, await planned.text()).to.equal(303);
    const path = (planned.headers.get('location') ?? '').replace(/\?.*/, '');
    const record = async () => collection(Meeting).findOne({ '_id.cycle': here.cycle, '_id.number': Number(path.split('/').at(-1)) });
    expect((await record())?.items.map(({ proposal, advice }) => [proposal, advice])).to.deep.equal([
      [first, 'yes'],
      [second, 'yes'],
      [third, 'no'],
    ]);
    expect(ticked(await (await cadre.get(path)).text()), 'as it is').to.deep.equal([`yes ${first}`, `yes ${second}`, `yes ${third}`, `no ${third}`]);
    const [member] = (await record())?.roll ?? [];
    const sent = { [`there-${member?.id}`]: '1', [`for-${second}`]: '0', [`against-${second}`]: '1', [`reason-${second}`]: '太贵' };
    expect((await cadre.post(`${path}/minutes`, { ...sent, seen: String((await record())?.revision), rest: 'yes' })).status).to.equal(303);
    expect((await record())?.items.map(({ proposal, decision, ...item }) => [proposal, decision, item.for])).to.deep.equal([
      [first, 'recommended', 1],
      [second, 'not', 0],
      [third, undefined, undefined],
    ]);
    expect((await cadre.post(`${path}/minutes`, { ...sent, seen: String((await record())?.revision) })).status, 'saved as it is typed').to.equal(303);
    expect((await record())?.items.map(({ decision }) => decision)).to.deep.equal([undefined, 'not', undefined]);
  });

  it('are changed by those alone who may', async () => {
    for (const role of STAFF_ROLES) {
      const { get, post } = await as(role);
      const isReader = ['cadre', 'council', 'supervisor'].includes(role);
      expect((await get(one())).status, role).to.equal(isReader ? 200 : 403);
      const plan = { cycle: here.cycle, day: day(-2), time: '19:00', place: '活动室', seen: '1' };
      const unknown = await post(own(`/${here.cycle}/99/change`), plan);
      expect(unknown.status, role).to.equal(role === 'cadre' ? 404 : 403);
      if (role === 'cadre') continue;
      expect((await post(own(`/${here.cycle}/plan`), plan)).status, role).to.equal(403);
      expect((await post(one('/change'), plan)).status, role).to.equal(403);
      if (role !== 'council') expect((await post(one('/minutes'), { seen: '1' })).status, role).to.equal(403);
      if (role !== 'council' && role !== 'supervisor') expect((await post(one('/sign'), { seen: '1' })).status, role).to.equal(403);
    }
  });
});
