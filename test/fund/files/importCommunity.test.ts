import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { Address } from '../../../src/contacts/addressBook.ts';
import { addressHmac } from '../../../src/contacts/contact.ts';
import { Community } from '../../../src/fund/communities/index.ts';
import { Cycle, freeze } from '../../../src/fund/cycles/index.ts';
import { type ImportOptions, importCommunity } from '../../../src/fund/files/importCommunity.ts';
import { operator, personOf, Resident, showCard } from '../../../src/fund/people/index.ts';
import { eraseMe } from '../../../src/fund/roster/index.ts';
import { collection } from '../../../src/store/collection.ts';
import { root } from '../../../src/store/files.ts';
import { card } from '../../support/cards.ts';
import { useDatabase } from '../../support/database.ts';
import { useFolders } from '../../support/folder.ts';
import { forget } from '../../support/forget.ts';
import { makeCards } from '../../support/madeCards.ts';
import { town } from '../../support/town.ts';

interface Files {
  community: string;
  residents: string;
  cycle: string;
}

describe('importCommunity', () => {
  const { world } = useDatabase('importCommunity');
  const folder = useFolders();
  let slug: string;
  let good: Files;

  beforeEach(() => {
    slug = `c-${randomBytes(4).toString('hex')}`;
    good = {
      community: [
        `slug: ${slug}`,
        'name: 青松社区',
        'language: zh-CN',
        'timezone: Asia/Shanghai',
        `phone: "+8628${80_000_000 + randomBytes(3).readUIntBE(0, 3)}"`,
        'verify: either',
        'person: {name: 居委会, phone: "+862880000003"}',
        '',
      ].join('\n'),
      residents: [
        'id,name,phone,card,building,language,role',
        `1,王秀英,+8613800000001,${card(1)},3栋,zh-CN,`,
        `2,李建国,+8613800000001,${card(2)},3栋,,cadre`,
        '3,Anna,,,,en,',
        '',
      ].join('\n'),
      cycle: [
        `id: ${slug}-1`,
        'title: 今年的资金',
        'budget: 300000',
        'rule: greedy',
        'choices: {min: 1, max: 2}',
        'stages: {propose: 2026-11-10, vote: "2098-12-01T08:00", implement: "2098-12-15T20:00"}',
        'projects:',
        '  - {number: 1, title: 修路灯, short: 路灯, cost: 48000}',
        '  - {number: 2, title: 健身角, cost: 30000}',
        'lot: [2, 1]',
        '',
      ].join('\n'),
    };
  });

  const run = (files: Partial<Files>, options: ImportOptions = {}) => {
    const { community = good.community, residents = good.residents, cycle = good.cycle } = files;
    return importCommunity(world, folder({ 'community.yaml': community, 'residents.csv': residents, 'cycle.yaml': cycle }), operator('Li'), options);
  };
  const problems = async (files: Partial<Files>, options?: ImportOptions) => {
    const outcome = await run(files, options);
    return 'problems' in outcome ? outcome.problems.map(({ file, line, what }) => `${file}:${line}: ${what}`) : ['imported'];
  };
  const roster = () =>
    collection(Resident)
      .find({ community: slug })
      .map((resident) => ({ ...resident, ...personOf(world.vault, resident) }))
      .toArray()
      .then((residents) => residents.toSorted((one, other) => ((one.rosterId ?? '~') < (other.rosterId ?? '~') ? -1 : 1)));
  const voting = () => good.cycle.replace(/stages:.*/, 'stages: {propose: -3d, vote: -1d, implement: +1d}');

  it('imports the three files, times in the community’s zone', async () => {
    expect(await run({})).to.deep.equal({
      imported: { community: slug, cycle: `${slug}-1`, residents: { added: 3, changed: 0, removed: 0, left: 0 } },
    });
    expect(
      (await roster()).map(({ rosterId, name, phone, building, language, role }) => ({ rosterId, name, phone, building, language, role })),
    ).to.deep.equal([
      { rosterId: '1', name: '王秀英', phone: '+8613800000001', building: '3栋', language: 'zh-CN', role: 'resident' },
      { rosterId: '2', name: '李建国', phone: '+8613800000001', building: '3栋', language: undefined, role: 'cadre' },
      { rosterId: '3', name: 'Anna', phone: undefined, building: undefined, language: 'en', role: 'resident' },
    ]);
    const cycle = await collection(Cycle).findOne({ _id: `${slug}-1` });
    expect(cycle).to.deep.include({
      community: slug,
      budget: 300_000,
      currency: 'CNY',
      threshold: 1,
      choices: { min: 1, max: 2 },
      lot: [2, 1],
      moves: [],
    });
    expect(cycle?.stages.map(({ stage, from }) => `${stage} ${from.toISOString()}`)).to.deep.equal([
      'propose 2026-11-09T16:00:00.000Z',
      'vote 2098-12-01T00:00:00.000Z',
      'implement 2098-12-15T12:00:00.000Z',
    ]);
    expect(await collection(Community).findOne({ _id: slug })).to.include({ ballots: 'public', quiet: '21:00-08:00' });
  });

  it('imports what the contract shows: more choices than projects, and settings of parts to come', async () => {
    const about = [
      'about:',
      '  money: 市里每年给的',
      '  notFor: 发补贴',
      '  answers:',
      '    - {asks: [垃圾什么时候收, 几点收垃圾], says: 每天早上7点和晚上7点}',
    ];
    const parts = [
      ...about,
      'rates: {sms: 10, voice: 1, wechat: 20}',
      'prices: {sms: 0.05, voice: 0.2, currency: CNY}',
      'templates: {reminder: TEMPLATE_ID}',
    ];
    expect(await problems({ community: good.community + parts.join('\n'), cycle: good.cycle.replace('max: 2', 'max: 3') })).to.deep.equal([
      'imported',
    ]);
    expect(await collection(Cycle).findOne({ _id: `${slug}-1` })).to.have.deep.property('choices', { min: 1, max: 3 });
    expect(await collection(Community).findOne({ _id: slug }))
      .to.have.property('about')
      .that.deep.equals({
        money: '市里每年给的',
        notFor: '发补贴',
        answers: [{ asks: ['垃圾什么时候收', '几点收垃圾'], says: '每天早上7点和晚上7点' }],
      });
  });

  it('takes what residents ask anew with every import, and a blank there as left out', async () => {
    const about = async () => (await collection(Community).findOne({ _id: slug }))?.about;
    expect(await problems({ community: `${good.community}about: {money: 市里每年给的, notFor: " ", answers: []}` })).to.deep.equal(['imported']);
    expect(await about()).to.deep.equal({ money: '市里每年给的', answers: [] });
    expect(await problems({ community: `${good.community}about:\n` })).to.deep.equal(['imported']);
    expect(await about()).to.equal(undefined);
  });

  it('takes a threshold of 0 where it is written, a place and a month, and an empty text as none', async () => {
    const projects = '  - {number: 1, title: 修路灯, short: "", category: " ", cost: 48000, detail:, place: 三号院门口, due: 2027-06}';
    const cycle = good.cycle
      .replace(/ {2}- \{number: 1.*/, projects)
      .replace('rule: greedy', 'rule: greedy\nthreshold: 0')
      .replace('2, 1]', '1, 2]');
    expect(await problems({ cycle })).to.deep.equal(['imported']);
    const found = await collection(Cycle).findOne({ _id: `${slug}-1` });
    expect(found).to.include({ threshold: 0 });
    expect(found?.projects).to.deep.equal([
      { number: 1, title: '修路灯', cost: 48_000, place: '三号院门口', due: '2027-06' },
      { number: 2, title: '健身角', cost: 30_000 },
    ]);
  });

  it('takes no stage back that has begun, once voting has opened', async () => {
    const over = (evaluate: string) => good.cycle.replace(/stages:.*/, `stages: {vote: -9d, implement: -5d, evaluate: ${evaluate}, closed: +9d}`);
    expect(await problems({ cycle: over('-1d') })).to.deep.equal(['imported']);
    expect(await problems({ cycle: over('+1d') })).to.deep.equal([
      'cycle.yaml:6: stages.evaluate has begun, and since voting opened a cycle does not go back',
    ]);
    expect(await problems({ cycle: over('-1d').replace('+9d', '+8d') })).to.deep.equal(['imported']);
  });

  it('imports the demo, which is voting', async () => {
    const demo = (name: string) => readFileSync(join(root, 'src/demo/community', name), 'utf8');
    const files = { 'community.yaml': demo('community.yaml'), 'residents.csv': demo('residents.csv'), 'cycle.yaml': demo('cycle.yaml') };
    const outcome = await importCommunity(world, folder(files), operator('Li'), { demo: true });
    expect(outcome).to.deep.equal({
      imported: { community: 'qingsong', cycle: 'qingsong-demo', residents: { added: 12, changed: 0, removed: 0, left: 0 } },
    });
    const community = await collection(Community).findOne({ _id: 'qingsong' });
    expect(community).to.include({ demo: true });
    expect(community?.about).to.have.keys('money', 'notFor', 'mayVote', 'office', 'answers');
    const cycle = await collection(Cycle).findOne({ _id: 'qingsong-demo' });
    expect(cycle?.projects.every(({ place, due }) => place && due)).to.equal(true);
  });

  const wrong: Readonly<Record<keyof Files, readonly (readonly [what: string, from: string, to: string, told: string])[]>> = parse(
    readFileSync(join(root, 'test/fund/files/wrong.yaml'), 'utf8').replaceAll('{card}', card(1)),
  );
  for (const file of ['community', 'residents', 'cycle'] as const)
    for (const [what, from, to, told] of wrong[file])
      it(`tells of ${what} in ${file}`, async () => {
        const bad = good[file].replace(/^\/.*\/$/.test(from) ? new RegExp(from.slice(1, -1)) : from, to);
        expect(bad).not.to.equal(good[file]);
        expect(await problems({ [file]: bad })).to.include(`${file}.${file === 'residents' ? 'csv' : 'yaml'}:${told}`);
        expect(await collection(Community).countDocuments({ _id: slug })).to.equal(0);
        expect(await roster()).to.deep.equal([]);
      });

  it('tells of everything at once, in the files’ order', async () => {
    const told = await problems({
      community: good.community.replace('either', 'none'),
      residents: good.residents.replace('cadre', 'mayor').replace('\n3,', '\n1,'),
      cycle: good.cycle.replace('300000', '0').replace('cost: 48000', 'cost: -1'),
    });
    expect(told.map((problem) => problem.split(':').slice(0, 2).join(':'))).to.deep.equal([
      'community.yaml:6',
      'cycle.yaml:3',
      'cycle.yaml:8',
      'residents.csv:3',
      'residents.csv:4',
    ]);
  });

  it('tells of what is wrong between lines beside lines that are wrong by themselves', async () => {
    const told = await problems({
      residents: `${good.residents.replace('cadre', 'mayor')}4,"Anna`,
      cycle: good.cycle
        .replace('300000', 'many')
        .replace('propose: 2026-11-10', 'porpose: 2026-11-10, announce: soon')
        .replace(/, implement: "[^"]*"/, '')
        .replace('[2, 1]', '[2]'),
    });
    expect(told).to.deep.equal([
      'cycle.yaml:3: budget must be a whole number, 1 or more',
      'cycle.yaml:6: stages.porpose is not known here',
      'cycle.yaml:6: stages.announce must be a date such as 2026-12-01, "2026-12-01T08:00", +14d or +14dT20:00',
      'cycle.yaml:6: stages has none after vote, so the vote would never close',
      'cycle.yaml:10: lot must have every project number once',
      'residents.csv:3: role must be one of resident, cadre, council, supervisor',
      'residents.csv:5: a quotation mark is not closed, or stands where none may be',
    ]);
  });

  it('tells where a file is no text or no sound, with what is wrong in the others; a phone without its country is right beside another wrong line', async () => {
    const bytes = Buffer.concat([Buffer.from('id,name\n1,a\n2,'), Buffer.from([0xcd, 0xf5]), Buffer.from('\n')]);
    const outcome = await importCommunity(
      world,
      folder({
        'community.yaml': good.community.replace('either', 'eithr').replace('phone: "+8628', 'phone: "8628'),
        'residents.csv': good.residents.replaceAll('+86', '').replace(',en,', ',english,'),
        'cycle.yaml': bytes,
        'staff.csv': 'name,phone,role\n王芳,13800000009,cadre\n李明,13800000008,mayor\n',
        'audio/zh-CN/menu.txt': 'a note',
      }),
      operator('Li'),
    );
    const told = 'problems' in outcome ? outcome.problems.map(({ file, line, what }) => `${file}:${line}: ${what}`) : [];
    expect(told).to.deep.equal([
      'audio/zh-CN/menu.txt:1: must be called as `npm run prompts` lists it, with .mp3 behind',
      'community.yaml:5: phone is not a phone number; write it with its country, such as "+862880000001"',
      'community.yaml:6: verify must be one of phone, card, either, strict',
      'cycle.yaml:3: is not UTF-8; save the file as “CSV UTF-8” or in UTF-8',
      'residents.csv:4: language must be one of zh-CN, zh-CN-sichuan, en',
      'staff.csv:3: role must be one of cadre, council, supervisor, helper, implementer',
    ]);
  });

  it('gives a number to one community only, and a cycle too', async () => {
    const other = await town(world, { community: { phone: '+862881234567' } });
    const community = good.community.replace(/phone: "\+86.*"\n/, 'phone: "+862881234567"\n');
    const cycle = good.cycle.replace(/id: .*/, `id: ${other.cycle}`);
    expect(await problems({ community, cycle })).to.deep.equal([
      'community.yaml:5: phone is another community’s number',
      'cycle.yaml:1: id is that of another community’s cycle',
    ]);
  });

  it('changes what changed, keeps who is left out, and removes them with --replace', async () => {
    await run({});
    const residents = good.residents.replace('王秀英', '王秀兰').replace('\n3,Anna', '\n4,Ben');
    expect(await run({ residents })).to.deep.include({
      imported: { community: slug, cycle: `${slug}-1`, residents: { added: 1, changed: 1, removed: 0, left: 0 } },
    });
    expect((await roster()).map(({ rosterId, name }) => `${rosterId} ${name}`)).to.deep.equal(['1 王秀兰', '2 李建国', '3 Anna', '4 Ben']);
    expect(await run({ residents }, { replace: true })).to.have.nested.property('imported.residents.removed', 1);
    expect((await roster()).map(({ rosterId }) => rosterId)).to.deep.equal(['1', '2', '4']);
  });

  it('keeps a stop where the phone changes: of one’s own phone, to one’s own', async () => {
    const residents = (mother: string, son: string, anna: string, ben: string) =>
      `id,phone\n1,+861380000000${mother}\n2,+861380000000${son}\n3,+861380000000${anna}\n4,+861380000000${ben}\n`;
    await run({ residents: residents('1', '1', '3', '4') });
    const idOf = (digit: string) => addressHmac(world.vault, { community: slug, channel: 'sms', address: `+861380000000${digit}` });
    const stopped = async () => {
      const ids = await collection(Address).distinct('_id', { stoppedAt: { $exists: true } });
      return [...'1234567'].filter((digit) => ids.includes(idOf(digit))).join('');
    };
    for (const phone of ['1', '3', '4']) await collection(Address).insertOne({ _id: idOf(phone), stoppedAt: new Date(), log: [] });
    await run({ residents: residents('5', '6', '6', '7') });
    expect(await stopped(), 'a shared phone spoke for itself, and 6 is shared').to.equal('1347');
    const moved = await collection(Address).findOne({ _id: idOf('7') });
    expect(moved?.log.map(({ what, words }) => [what, world.vault.decrypt('consentWords', moved._id, words)])).to.deep.equal([['stop', 'roster']]);
  });

  it('lets two exchange their cards, which ends what these linked, and gives nobody another one’s', async () => {
    const here = await town(world);
    const act = { ...here.act('+8613900000009'), community: slug };
    await run({});
    await showCard(world, here.notify, { card: card(1), link: true }, act);
    const exchanged = good.residents.replace(card(1), 'X').replace(card(2), card(1)).replace('X', card(2));
    expect(await run({ residents: exchanged })).to.have.nested.property('imported.residents.changed', 2);
    expect((await roster()).map(({ linkedContacts }) => linkedContacts.length)).to.deep.equal([0, 0, 0]);
    const taken = `id,card\n4,${card(1)}\n`;
    expect(await problems({ residents: taken })).to.deep.equal(['residents.csv:2: card is that of somebody else on the roster']);
  });

  it('keeps a card that was made here when the file has none', async () => {
    await run({});
    const { cards, enact } = await makeCards(world, slug, { id: '3' }, operator('Li'));
    await enact();
    const made = (await roster())[2]?.card;
    expect([cards.length, typeof made]).to.deep.equal([1, 'string']);
    await run({ residents: good.residents.replace('Anna', 'Anne') });
    expect((await roster())[2]).to.include({ name: 'Anne', card: made });
  });

  it('does not bring back a card that another one was made for', async () => {
    await run({});
    const { enact } = await makeCards(world, slug, { id: '1' }, operator('Li'));
    await enact();
    const made = (await roster())[0]?.card;
    expect(await run({})).to.have.deep.nested.property('imported.residents', { added: 0, changed: 0, removed: 0, left: 0, ended: 1 });
    expect((await roster())[0]).to.include({ card: made });
    expect(await run({ residents: good.residents.replace(card(1), card(5)) })).to.have.nested.property('imported.residents.changed', 1);
    expect((await roster())[0]?.card)
      .to.be.a('string')
      .that.does.not.equal(made);
  });

  it('does not bring back who asked to be deleted', async () => {
    const here = await town(world);
    await run({});
    const [anna] = (await roster()).slice(2);
    await eraseMe(world, forget, {}, { ...here.act('+8613900000009'), community: slug, resident: anna?._id ?? '' });
    expect(await run({})).to.have.nested.property('imported.residents.left', 1);
    expect(await collection(Resident).findOne({ _id: anna?._id ?? '' })).to.not.have.any.keys('person', 'phoneId');
  });

  describe('while voting is open', () => {
    beforeEach(async () => {
      good.cycle = voting();
      await run({});
      await freeze(world, `${slug}-1`);
    });

    it('takes the same files again, and new residents', async () => {
      expect(await run({ residents: `${good.residents}4,Ben,,,,,\n` })).to.have.nested.property('imported.residents.added', 1);
    });

    it('changes nothing on the ballot', async () => {
      const cycle = good.cycle.replace('300000', '300001').replace('30000}', '30001}').replace('[2, 1]', '[1, 2]');
      expect(await problems({ cycle })).to.deep.equal([
        'cycle.yaml:3: budget is frozen since voting opened, and would change',
        'cycle.yaml:9: projects is frozen since voting opened, and would change',
        'cycle.yaml:10: lot is frozen since voting opened, and would change',
      ]);
    });

    it('keeps a lot that was drawn when the file gives none', async () => {
      expect(await run({ cycle: good.cycle.replace('lot: [2, 1]\n', '') })).to.have.property('imported');
      expect((await collection(Cycle).findOne({ _id: `${slug}-1` }))?.lot).to.deep.equal([2, 1]);
    });

    it('moves no date up to the close', async () => {
      expect(await problems({ cycle: good.cycle.replace('+1d', '+2d') })).to.deep.equal([
        'cycle.yaml:6: stages.implement is fixed since voting opened; the close is put off with: cycle extend',
      ]);
      expect(await run({ cycle: good.cycle.replace('+1d}', '+1d, closed: +9d}') })).to.have.property('imported');
      expect(await problems({ cycle: `${good.cycle}paper: {until: +2d}\n` })).to.deep.equal([
        'cycle.yaml:11: paper.until is fixed since voting opened; it is put off with: cycle extend --slips',
      ]);
    });

    it('removes nobody and changes no id', async () => {
      const residents = good.residents.replace('\n1,', '\n11,').replace(card(1), '');
      expect(await problems({ residents })).to.deep.equal([
        'residents.csv:2: id would change of somebody on the roster, and while voting is open none changes',
      ]);
      expect(await problems({ residents: good.residents.replace('3,Anna,,,,en,\n', '') }, { replace: true })).to.deep.equal([
        'residents.csv:1: 1 residents are left out, and while voting is open none is removed',
      ]);
    });
  });

  it('opens no vote on nothing', async () => {
    const cycle = voting().replace(/projects:(.|\n)*/, '');
    expect(await problems({ cycle })).to.deep.equal(['cycle.yaml:6: stages.vote has begun, and there are no projects to vote on']);
    expect(await run({ cycle: cycle.replace('-1d', '+1d').replace('+1d}', '+2d}') })).to.have.property('imported');
  });

  it('imports many residents, with progress, or none of them', async () => {
    const many = Array.from({ length: 5_000 }, (_, n) => `${n + 1},,+86139${String(n).padStart(8, '0')},${card(n)}`).join('\n');
    const steps: number[] = [];
    const progress = (done: number, total: number) => {
      steps.push(done / total);
      if (steps.length === 3) throw new Error('pulled the plug');
    };
    expect(await run({ residents: `id,name,phone,card\n${many}\n` }, { progress }).catch((error: Error) => error.message)).to.equal(
      'pulled the plug',
    );
    expect(await roster()).to.deep.equal([]);
    expect(await collection(Community).countDocuments({ _id: slug })).to.equal(0);
    expect(await run({ residents: `id,name,phone,card\n${many}\n` })).to.have.nested.property('imported.residents.added', 5_000);
    expect(steps).to.deep.equal([0.2, 0.4, 0.6]);
  });
});
