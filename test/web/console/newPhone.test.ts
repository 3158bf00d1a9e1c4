import { expect } from 'chai';
import { Entry } from '../../../src/fund/ballots/index.ts';
import { Community } from '../../../src/fund/communities/index.ts';
import { cardHmac, Resident, residentId } from '../../../src/fund/people/index.ts';
import { residentSeen } from '../../../src/fund/roster/index.ts';
import { collection } from '../../../src/store/collection.ts';
import { card } from '../../support/cards.ts';
import { useDatabase } from '../../support/database.ts';
import { onRoster } from '../../support/onRoster.ts';
import { startService, type TestService } from '../../support/service.ts';
import { browse, cookieOf, phoneOf, staffAll } from './office.ts';

const VICTIMS = Array.from({ length: 11 }, (_, n) => ({
  id: `v${n}`,
  name: `周小${'一二三四五六七八九十百'[n]}`,
  phone: `+86137000000${10 + n}`,
  card: card(100 + n),
}));
const newPhone = (n: number) => `+86159000000${10 + n}`;

describe('whoever keeps the roster, while voting is open,', () => {
  const { world } = useDatabase('newphone');
  let service: TestService;
  before(async () => {
    service = await startService(world);
    const { _id: community } = service.community;
    await collection(Community).updateOne({ _id: community }, { $set: { quiet: '00:00-00:00' } }); // whenever it runs
    await staffAll(world, community);
    await collection(Resident).insertMany(
      VICTIMS.map(({ id, name, phone, card }) =>
        onRoster(world, {
          _id: residentId(world.vault, community, id),
          community,
          rosterId: id,
          name,
          phone,
          building: '3栋',
          card: cardHmac(world.vault, community, card),
        }),
      ),
    );
  });
  after(() => service.stop());

  const as = async (role: 'cadre' | 'supervisor') => browse(() => service, await cookieOf(world, phoneOf(role)));
  const own = (path: string) => `/console/${service.community._id}${path}`;
  const text = (from: string, body: string) => service.sms.deliver({ from, to: service.community.phone, body });
  const ballots = () => collection(Entry).countDocuments({});
  const told = async (to: string, what: string) => {
    const isTold = () => service.sms.accepted.some((message) => message.to === to && message.body.includes(what));
    for (let tries = 0; tries < 200 && !isTold(); tries += 1) await new Promise((resolve) => setTimeout(resolve, 50));
    return isTold();
  };

  it('takes over no ballot by a form: it waits, both numbers are told, and the new one casts only with the card', async () => {
    const [cadre, supervisor] = [await as('cadre'), await as('supervisor')];
    const [victim] = VICTIMS;
    if (!victim) return expect.fail();
    expect(await text(victim.phone, '投 1')).to.include('凭证');
    const fields = { name: victim.name, building: '3栋', language: '', role: 'resident' };
    const seen = { seen: residentSeen({ ...fields, phone: victim.phone, role: 'resident' }) };
    const path = own(`/people/${residentId(world.vault, service.community._id, victim.id)}`);
    const sent = await cadre.post(`${path}/change`, { ...seen, ...fields, phone: newPhone(0), reason: '换号' });
    expect(sent.headers.get('location')).to.include('/second/');
    expect(await text(newPhone(0), '投 7'), 'before anybody confirmed it').to.include('不在青松社区名册上');
    expect(await (await cadre.get(path)).text())
      .to.include('换手机号要等监督委员确认')
      .and.to.include('从新号投票要带选票卡');
    const second = sent.headers.get('location')?.replace(/\?.*/, '') ?? '';
    expect((await cadre.post(`${second}/confirm`)).status).to.equal(403);
    const page = await (await supervisor.get(second)).text();
    for (const what of [victim.name, '3栋', '137 0000 0010', '159 0000 0010', 'cadre的王芳', '换号']) expect(page).to.include(what);
    expect((await supervisor.post(`${second}/confirm`)).status).to.equal(303);

    expect(await told(victim.phone, '名册上您的手机号改了')).to.equal(true);
    expect(await told(newPhone(0), '从这里投要带选票卡')).to.equal(true);
    const before = await ballots();
    expect(await text(newPhone(0), '投 7')).to.include('这次投票要看选票卡');
    expect(await text(newPhone(0), '退出')).to.be.a('string');
    expect(await ballots()).to.equal(before);
    expect(await text(newPhone(0), `投 7 ${victim.card}`)).to.include('凭证');
    expect(await ballots()).to.equal(before + 1);
    expect(await text(victim.phone, `投 1 ${victim.card}`), 'the victim has the card').to.include('凭证');
    expect(await (await fetch(`${service.url}/c/${service.community._id}`)).text()).to.include('改过1个手机号');
  });

  it('takes over none by a table: its rows that change phones wait as one thing, the others are changed at once', async () => {
    const [cadre, supervisor] = [await as('cadre'), await as('supervisor')];
    const ten = VICTIMS.slice(1);
    for (const { phone } of ten.slice(0, 2)) await text(phone, '投 1');
    const rows = ten.map(({ id, name }, n) => `${id},${name},${newPhone(n + 1)},3栋`);
    const body = new FormData();
    body.set('file', new Blob([`编号,姓名,手机,楼号\n${rows.join('\n')}\nv0,周小一,${newPhone(0)},5栋\n`]), 'roster.csv');
    const cookie = await cookieOf(world, phoneOf('cadre'));
    const headers = { cookie, 'Sec-Fetch-Site': 'same-origin' };
    const sent = await fetch(`${service.url}${own('/people/import')}`, { method: 'POST', body, headers, redirect: 'manual' });
    const path = sent.headers.get('location') ?? '';
    const preview = await (await cadre.get(path)).text();
    const shown = /name="shown" value="([^"]*)"/.exec(preview)?.[1] ?? '';
    const done = await cadre.post(path, { shown, reason: '都换号了' });
    expect(done.headers.get('location')).to.match(/done=imported&added=0&changed=1&waits=\d+$/);
    expect(await (await cadre.get(done.headers.get('location') ?? '')).text()).to.include('在等监督委员确认');
    expect(preview).to.include('有10行换手机号或者职务').and.to.include('从新号投票要带选票卡');
    const moved = { _id: residentId(world.vault, service.community._id, 'v0'), building: '5栋' };
    expect(await collection(Resident).countDocuments(moved)).to.equal(1);
    const before = await ballots();
    for (const n of ten.keys()) expect(await text(newPhone(n + 1), '投 7')).to.include('不在青松社区名册上');

    const second = own(`/second/${/waits=(\d+)/.exec(done.headers.get('location') ?? '')?.[1]}`);
    const page = await (await supervisor.get(second)).text();
    for (const [n, { name, phone }] of ten.entries())
      for (const what of [name, phone, newPhone(n + 1)].map((one) => one.replace(/^\+86(\d{3})(\d{4})(\d{4})$/, '$1 $2 $3')))
        expect(page).to.include(what);
    expect((await supervisor.post(`${second}/confirm`)).status).to.equal(303);
    for (const [n, { phone }] of ten.entries()) {
      expect(await told(phone, '名册上您的手机号改了')).to.equal(true);
      expect(await text(newPhone(n + 1), '投 7')).to.include('这次投票要看选票卡');
    }
    expect(await ballots()).to.equal(before);
    expect((await supervisor.post(`${second}/confirm`)).status, 'again').to.equal(409);
  });
});
