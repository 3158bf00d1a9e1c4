import { expect } from 'chai';
import { castBallot } from '../../../src/fund/ballots/index.ts';
import { MembershipRequest, operator, type StaffRole } from '../../../src/fund/people/index.ts';
import { staffId } from '../../../src/fund/staff/index.ts';
import { collection } from '../../../src/store/collection.ts';
import { useDatabase } from '../../support/database.ts';
import { serials } from '../../support/paper.ts';
import { addStaff } from '../../support/staff.ts';
import { type Town, town, votingNow } from '../../support/town.ts';
import { type browse, phoneOf, staffAll, useOffice } from './office.ts';

const FRIEND = { name: '老周', phone: '+8613800000150', role: 'helper' } as const;

describe('a helper who works against the vote', () => {
  const { world } = useDatabase('helperAlone');
  const office = useOffice(world);
  let here: Town;
  let helper: ReturnType<typeof browse>;
  const own = (path: string) => `/console/${here.community}${path}`;
  const idOf = (role: StaffRole) => staffId(world.vault, here.community, { role, phone: phoneOf(role) });
  const friend = () => staffId(world.vault, here.community, FRIEND);
  const open = (place: string) => helper.post(own('/tables/open'), { place, received: '10', other: friend() });

  beforeEach(async () => {
    here = await town(world, { residents: 3, cycle: votingNow(world) });
    await here.person('zhou', { name: '周小兰', building: '3栋', phone: '+8613912345678' });
    await staffAll(world, here.community);
    await addStaff(world)(here.community, FRIEND, operator('李姐'));
    helper = await office.as('helper');
  });

  /** Sends a slip in, as the page's script does. */
  async function mark(form: Readonly<Record<string, string>>, as = helper): Promise<{ done: boolean; text: string }> {
    const more = { 'Sec-Fetch-Site': 'same-origin', accept: 'application/json' };
    return JSON.parse(await (await as.post(own('/tables/1/mark'), { other: friend(), ...form }, more)).text());
  }

  it('finds nobody by a phone, a part of one or an id: by name and building alone', async () => {
    await open('三号院');
    const finds = async (q: string) => {
      const pages = await Promise.all(
        ['/assisted', '/tables/1'].map(async (path) => (await helper.get(own(`${path}?q=${encodeURIComponent(q)}`))).text()),
      );
      return pages.map((page) => /name="resident" value="[^"]+"/.test(page));
    };
    for (const q of ['小兰', '3栋']) expect(await finds(q), q).to.deep.equal([true, true]);
    for (const q of ['5678', '+8613912345678', '13912345678', 'zhou']) expect(await finds(q), q).to.deep.equal([false, false]);
  });

  it('takes nobody’s ballot from them by entering thirty beside them within an hour, which supervisors see, at a table or not', async () => {
    await open('三号院');
    const resident = here.residents[0] ?? '';
    const enter = (n: number) =>
      helper.post(own('/assisted/cast'), { resident, pick: '1', witness: idOf('supervisor'), key: `key ${n}`, ...(n < 28 && { table: '1' }) });
    for (let n = 0; n < 30; n += 1) expect((await enter(n)).status, `${n}`).to.equal(200);
    const refused = await enter(30);
    expect([refused.status, (await refused.text()).includes('歇一小时')], 'one more within an hour').to.deep.equal([422, true]);
    const other = await office.as('cadre');
    const more = { resident, pick: '1', witness: idOf('supervisor'), key: 'by another' };
    expect((await other.post(own('/assisted/cast'), more)).status, 'others go on').to.equal(200);
    for (const withCard of [true, false]) expect(await castBallot(world, { picks: [2] }, here.act(0, { withCard }))).to.have.property('receipt');
    const page = await (await (await office.as('supervisor')).get(own('/tables'))).text();
    expect(page.replace(/<[^>]*>/g, '')).to.include('helper的王芳 30 其中28张说是在投票桌帮的');
  });

  it('keeps nobody from keying or checking by naming them as the second at a table', async () => {
    await open('三号院');
    const [serial = ''] = await serials(world, here.cycle, 1);
    const resident = here.residents[0] ?? '';
    for (const role of ['council', 'supervisor'] as const)
      expect(await mark({ id: role, serial, resident, other: idOf(role) }), role).to.deep.equal({ done: false, text: '先选跟您一起的人。' });
    const [table, beside] = await Promise.all(['/tables/1', '/assisted'].map(async (path) => (await helper.get(own(path))).text()));
    expect([table?.includes('supervisor的王芳'), beside?.includes('supervisor的王芳')], 'hears a ballot read').to.deep.equal([false, true]);
    expect(await mark({ id: 'rightly', serial, resident })).to.include({ done: true });
    const counts = { handedOut: '1', spoiled: '0', left: '9' };
    expect((await helper.post(own('/tables/1/close'), { ...counts, other: idOf('supervisor') })).status).to.equal(422);
    expect((await helper.post(own('/tables/1/close'), { ...counts, other: friend() })).status).to.equal(303);
    expect((await (await office.as('supervisor')).post(own('/tables/1/validate'))).status).to.equal(303);
  });

  it('takes back no slip that others took in, and none more than three times', async () => {
    await open('三号院');
    const [theirs = '', ours = ''] = await serials(world, here.cycle, 2);
    const cadre = await office.as('cadre');
    expect(await mark({ id: 'theirs', serial: theirs, resident: here.residents[0] ?? '' }, cadre)).to.include({ done: true });
    const page = await (await helper.get(own('/tables/1'))).text();
    expect([page.includes('/tables/1/undo'), (await helper.post(own('/tables/1/undo'), { id: 'theirs' })).status]).to.deep.equal([false, 409]);
    expect(await mark({ id: 'again', serial: theirs, resident: here.residents[1] ?? '' })).to.include({ done: false });
    for (let n = 0; n < 3; n += 1) {
      expect(await mark({ id: `ours ${n}`, serial: ours, resident: here.residents[1] ?? '' }), `${n}`).to.include({ done: true });
      expect((await helper.post(own('/tables/1/undo'), { id: `ours ${n}` })).status).to.equal(303);
    }
    expect(await mark({ id: 'ours 3', serial: ours, resident: here.residents[1] ?? '' })).to.deep.equal({
      done: false,
      text: '这张纸票撤回过3次，算写坏的。给他换一张。',
    });
  });

  it('hides no table behind hundreds of others, and tells everybody no phone number as its place', async () => {
    await serials(world, here.cycle, 1);
    expect((await open('三号院 投3号找13912345678')).status).to.equal(303);
    for (let n = 1; n < 50; n += 1) expect((await open(`${n}栋`)).status, `${n}`).to.equal(303);
    const refused = await open('五号院');
    expect([refused.status, (await refused.text()).includes('您开的桌太多了')]).to.deep.equal([409, true]);
    expect((await helper.get(own('/tables/1'))).status).to.equal(200);
    const page = await (await fetch(`${office.url}/c/${here.community}`)).text();
    expect([page.includes('三号院'), page.includes('13912345678')]).to.deep.equal([true, false]);
  });

  it('asks for thirty people to join within an hour at most, under their name; others go on, and what was a slip is withdrawn', async () => {
    await open('三号院');
    const made = await serials(world, here.cycle, 33);
    const asks = (n: number, as = helper) => mark({ id: `asks ${n}`, serial: made[n] ?? '', name: `冯${n}`, building: '3栋' }, as);
    expect(await asks(0)).to.include({ done: true });
    expect((await helper.post(own('/tables/1/undo'), { id: 'asks 0' })).status).to.equal(303);
    for (let n = 1; n < 30; n += 1) expect(await asks(n), `${n}`).to.include({ done: true });
    const refused = await asks(30);
    expect([refused.done, refused.text.includes('请另一位工作人员来收')]).to.deep.equal([false, true]);
    const cadre = await office.as('cadre');
    expect(await asks(31, cadre), 'others go on').to.include({ done: true });
    const states = await collection(MembershipRequest)
      .find({ '_id.community': here.community }, { sort: { _id: 1 } })
      .toArray();
    expect(states.map(({ state }) => state)).to.deep.equal(['withdrawn', ...Array.from({ length: 30 }, () => 'pending')]);
    const [list, first] = await Promise.all(['/requests.csv', '/requests/2'].map(async (path) => (await cadre.get(own(path))).text()));
    expect([list?.includes('helper的王芳、老周'), first?.includes('helper的王芳、老周')], 'who took it down').to.deep.equal([true, true]);
  });

  it('asks for somebody to join by a phone that is one, as people write it', async () => {
    await open('三号院');
    const [serial = ''] = await serials(world, here.cycle, 1);
    const asks = (phone: string) => mark({ id: phone, serial, name: '周小兰', building: '3栋', phone });
    for (const phone of ['abc', '110', '+861']) expect(await asks(phone), phone).to.deep.equal({ done: false, text: '电话不对，再看一遍。' });
    expect((await asks('13912345678')).text, 'whose it is').to.include('按姓名找');
    expect(await collection(MembershipRequest).countDocuments({ '_id.community': here.community })).to.equal(0);
  });
});
