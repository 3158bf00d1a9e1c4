import { join } from 'node:path';
import { expect } from 'chai';
import { personOf, Resident, requestMembership } from '../../src/fund/people/index.ts';
import { KeyChange } from '../../src/fund/people/onRoster.ts';
import { collection } from '../../src/store/collection.ts';
import { card } from '../support/cards.ts';
import { useDatabase } from '../support/database.ts';
import { useFolders } from '../support/folder.ts';
import { movedWorld } from '../support/movedWorld.ts';
import { runScript } from '../support/runScript.ts';
import { useServed } from '../web/serve.ts';

const WHY = ['--by', '王芳', '--reason', '换了号码'];

describe('commands while voting is open', () => {
  const { world: real, uri } = useDatabase('voting');
  const { world, clock } = movedWorld(real);
  const folder = useFolders();
  const web = useServed(world);
  beforeEach(() => {
    clock.ahead = 0; // commands have a clock of their own
  });

  const run = (line: string, ...more: string[]) => runScript(uri(), ...(line.split(' ') as [string, ...string[]]), ...more);
  const page = async (slug: string, language = 'zh') => (await web.get(`/c/${slug}?lang=${language}`)).text();
  const cycleOf = (id: string, stages: string) =>
    [
      `id: ${id}`,
      'title: 今年的资金',
      'budget: 300000',
      'rule: greedy',
      'choices: {min: 1, max: 1}',
      `stages: {${stages}}`,
      'projects: [{number: 1, title: 修路灯, cost: 48000}]',
    ].join('\n');
  const files = (
    slug: string,
    {
      verify = 'either',
      ballots = 'public',
      residents = ROSTER,
      cycle = cycleOf(`${slug}-1`, 'propose: -3d, vote: -1d, implement: +1d'),
      more = '',
    } = {},
  ) =>
    folder({
      'community.yaml': [
        `slug: ${slug}`,
        'name: 青松社区',
        `phone: "+8628800000${slug.length}1"`,
        `verify: ${verify}`,
        `ballots: ${ballots}`,
        'person: {name: 居委会, phone: "+862880000003"}',
        more,
      ].join('\n'),
      'residents.csv': residents,
      'cycle.yaml': cycle,
    });

  it('leave verify, ballots and roles as they are; phones and cards change by name and with a reason, and how many is public', async () => {
    expect((await run(`community import ${files('pines')}`)).status).to.equal(0);
    expect(await page('pines')).to.include('名册上新添0人，改过0个手机号、0张选票卡');

    const residents = ROSTER.replace('0001', '0011')
      .replace('2,李建国,+8613800000002', '2,李建国,')
      .replace(card(3), card(33))
      .replace('resident', 'supervisor');
    const changed = files('pines', { verify: 'phone', ballots: 'supervisors', residents: `${residents}5,Ben,,,cadre\n` });
    const why = 'while voting is open say who and why, with --by NAME --reason TEXT; how many change is public';
    const { status, err } = await run(`community import ${changed}`);
    expect([status, err.trim().split('\n')]).to.deep.equal([
      1,
      [
        'community.yaml:4: verify is either, and while voting is open it stays',
        'community.yaml:5: ballots is public, and while voting is open it stays',
        `residents.csv:2: phone would change: ${why}`,
        `residents.csv:3: phone would change: ${why}`,
        `residents.csv:4: card would change: ${why}`,
        'residents.csv:5: role would change, and while voting is open roles stay',
        'residents.csv:6: role cadre would be new, and while voting is open roles stay',
        'Nothing was imported: 7 wrong.',
      ],
    ]);
    const explained = await run(`community import ${changed}`, ...WHY);
    expect([explained.status, explained.err.match(/residents.csv:\d/g)]).to.deep.equal([1, ['residents.csv:5', 'residents.csv:6']]);
    const keys = files('pines', { residents: `${residents.replace('supervisor', 'resident')}5,Ben,,,\n` });
    expect((await run(`community import ${keys} --by Li`)).status).to.equal(2);
    expect((await run(`community import ${keys}`, ...WHY)).status).to.equal(0);

    await requestMembership(world, { name: '赵小梅', building: '' }, actOf('pines', '+8613900000009'));
    expect((await run('residents accept pines 1 --as 4 --by Li')).status).to.equal(1);
    expect((await run('residents accept pines 1 --as 4', ...WHY)).status).to.equal(0);
    const out = join(folder({}), 'cards.csv');
    for (const which of ['--new 1', '--missing']) expect((await run(`residents cards pines ${which} --out ${out} --by Li`)).status).to.equal(1);
    expect((await run(`residents cards pines --new 1 --out ${out}`, ...WHY)).status).to.equal(0);

    clock.ahead = 3_100; // a page may be three seconds old
    expect(await page('pines')).to.include('名册上新添1人，改过3个手机号、2张选票卡');
    expect(await page('pines', 'en')).to.include('1 added to the residents’ list, 3 phones changed, 2 cards changed');
    const recorded = await collection(KeyChange).find({ community: 'pines' }).toArray();
    const ids = new Map(
      (await collection(Resident).find({ community: 'pines' }).toArray()).map((one) => [one._id, personOf(world.vault, one).rosterId]),
    );
    expect(recorded.map(({ resident, what, by, reason }) => [ids.get(resident), what, by, reason]).toSorted()).to.deep.equal([
      ['1', 'card', '王芳', '换了号码'],
      ['1', 'phone', '王芳', '换了号码'],
      ['2', 'phone', '王芳', '换了号码'],
      ['3', 'card', '王芳', '换了号码'],
      ['4', 'phone', '王芳', '换了号码'],
    ]);
  });

  it('put the close off, never to an earlier time, and end the vote early only with a reason, in public', async () => {
    expect((await run(`community import ${files('firs')}`)).status).to.equal(0);
    expect((await run('cycle extend firs-1 --to +1h --by Li --reason', '下雨')).status).to.equal(1);
    expect((await run('cycle extend firs-1 --to +2d --by Li')).status).to.equal(2);
    expect((await run('cycle extend firs-1 --to +2d --by Li --reason', '下雨')).status).to.equal(0);
    expect((await run('cycle move firs-1 implement --reason', '灯全坏了')).status).to.equal(2);
    expect((await run('cycle move firs-1 implement --by Li')).status).to.equal(1);
    expect((await run('cycle move firs-1 implement --by Li --reason', '灯全坏了')).status).to.equal(0);
    expect((await run('cycle extend firs-1 --to +3d --by Li --reason', '下雨')).status).to.equal(1);
    expect((await run('cycle move firs-1 vote --by Li --reason', '再投')).status).to.equal(1);
    expect(await page('firs'))
      .to.match(/<b>Li<\/b>把投票截止推到(?:(?!<br>).)*<br>原因：下雨/)
      .and.match(/<b>Li<\/b>把日程改到(?:(?!<br>).)*<br>原因：灯全坏了/);
  });

  it('keep the open vote where residents find it: no other cycle begins before its close, and numbers and time zone stay', async () => {
    const told = async (dir: string) => {
      const { status, err } = await run(`community import ${dir}`);
      return [status, err.trim().split('\n').slice(0, -1)];
    };
    const current = async () => (await web.json<{ id: string }>('/api/cycles/current?community=cedars')).id;
    const other = (stages: string) => files('cedars', { cycle: cycleOf('cedars-2', stages) });
    expect(await told(other('announce: -1h, vote: +30d, implement: +31d'))).to.deep.equal([0, []]);
    expect(await told(files('cedars'))).to.deep.equal([0, []]);
    expect(await current()).to.equal('cedars-1');

    const early = 'while the vote of cedars-1 is open; begin it after the close';
    for (const stages of ['announce: -1h, vote: +30d, implement: +31d', 'announce: +23h, vote: +30d, implement: +31d'])
      expect(await told(other(stages))).to.deep.equal([1, [`cycle.yaml:6: stages.announce begins ${early}`]]);
    expect(await told(other('vote: -1h, implement: +31d'))).to.deep.equal([1, [`cycle.yaml:6: stages.vote begins ${early}`]]);
    expect(await told(other('announce: +25h, vote: +30d, implement: +31d'))).to.deep.equal([0, []]);

    const moved = folder({
      'community.yaml': [
        'slug: cedars',
        'name: 青松小区',
        'timezone: Pacific/Kiritimati',
        'phone: "+862880000099"',
        'callback: "+862880000098"',
        'person: {name: 王芳, phone: "+862880000004"}',
      ].join('\n'),
    });
    expect(await told(moved)).to.deep.equal([
      1,
      [
        'community.yaml:3: timezone is Asia/Shanghai, and while voting is open it stays',
        'community.yaml:4: phone is +862880000061, and while voting is open it stays',
        'community.yaml:5: callback is not given, and while voting is open it stays',
      ],
    ]);
  });

  it('let nobody new share a phone that somebody votes by, but by name and with a reason, counted as a changed phone', async () => {
    expect((await run(`community import ${files('willows')}`)).status).to.equal(0);
    await page('willows'); // the first reader freezes the ballot
    const fake = files('willows', { residents: 'id,name,phone\nx1,假一,+8613800000001\nx2,假二,+8613800000022\n' });
    const { status, err } = await run(`community import ${fake}`);
    expect([status, err.match(/residents\.csv:.*/g)]).to.deep.equal([
      1,
      [
        'residents.csv:2: phone is somebody’s on the roster, and would be shared: while voting is open say who and why, with --by NAME --reason TEXT; how many change is public',
      ],
    ]);
    expect((await run(`community import ${fake}`, ...WHY)).status).to.equal(0);

    for (const phone of ['+8613800000002', '+8613900000008'])
      await requestMembership(world, { name: '李小妹', building: '' }, actOf('willows', phone));
    expect((await run('residents accept willows 1 --new --by Li')).status).to.equal(1);
    expect((await run('residents accept willows 1 --new', ...WHY)).status).to.equal(0);
    expect((await run('residents accept willows 2 --new --by Li')).status).to.equal(0);
    clock.ahead = 3_100;
    expect((await page('willows')).match(/名册上新添[^。；<]*/)?.[0]).to.equal('名册上新添4人，改过2个手机号、0张选票卡');
  });

  function actOf(community: string, address: string) {
    return { key: address, at: world.now(), community, channel: 'sms' as const, address, withCard: false, beginWrite: () => {} };
  }
});

const ROSTER = [
  'id,name,phone,card,role',
  `1,王秀英,+8613800000001,${card(1)},`,
  '2,李建国,+8613800000002,,cadre',
  `3,Anna,,${card(3)},`,
  '4,赵小梅,,,resident',
  '',
].join('\n');
