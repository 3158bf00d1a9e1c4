import { expect } from 'chai';
import writeExcelFile from 'write-excel-file/node';
import { addressHmac, phoneContact } from '../../../src/contacts/contact.ts';
import { importRoster, previewRoster, uploadRoster } from '../../../src/fund/files/index.ts';
import { LogEntry, readLog } from '../../../src/fund/log/index.ts';
import { type Actor, operator, personOf, Resident } from '../../../src/fund/people/index.ts';
import { KeyChange } from '../../../src/fund/people/onRoster.ts';
import { addressIn, Message } from '../../../src/outreach/outbox/message.ts';
import { collection } from '../../../src/store/collection.ts';
import type { World } from '../../../src/store/world.ts';
import { card } from '../../support/cards.ts';
import { codeOf } from '../../support/codeOf.ts';
import { useDatabase } from '../../support/database.ts';
import { confirmSecond, staff } from '../../support/second.ts';
import { changeCycle, type Town, town, votingNow } from '../../support/town.ts';

const LI = operator('李姐');
const HEAD = '编号,姓名,手机,楼号\n';

describe('importing a roster in the console', () => {
  const { world: real } = useDatabase('importresidents');
  let ahead = 0;
  const world: World = { ...real, now: () => new Date(real.now().getTime() + ahead) };
  let here: Town;
  beforeEach(async () => {
    ahead = 0;
    here = await town(world);
  });

  const upload = (bytes: Uint8Array | string, actor = LI) => uploadRoster(world, here.community, Buffer.from(bytes), actor);
  const tokenOf = async (bytes: Uint8Array | string, actor = LI) => {
    const read = await upload(bytes, actor);
    if ('refused' in read) throw new Error(read.refused);
    return read.token;
  };
  const look = async (token: string, actor = LI) => {
    const preview = await previewRoster(world, here.community, token, actor, 'split');
    if (!preview) throw new Error('no preview');
    return preview;
  };
  const previewOf = async (bytes: Uint8Array | string) => look(await tokenOf(bytes));
  const take = (token: string, shown: string, reason = '', actor = LI) =>
    importRoster({ world, notify: here.notify }, here.community, { token, shown, reason, doors: 'split' }, actor);
  const roster = async () => {
    const residents = await collection(Resident)
      .find({ community: here.community, erasedAt: { $exists: false } }, { promoteBuffers: true })
      .toArray();
    return residents
      .map((resident) => ({ ...personOf(world.vault, resident), building: resident.building }))
      .toSorted((a, b) => (a.rosterId ?? '').localeCompare(b.rosterId ?? ''));
  };
  const phoneIdOf = (number: string) => addressHmac(world.vault, { community: here.community, ...phoneContact(number) });
  const acts = async () => (await collection(LogEntry).find({ '_id.community': here.community }).toArray()).map(({ act }) => act);
  const reasons = ({ problems }: { problems: readonly { line: number; why?: { key: string } }[] }) =>
    problems.map(({ line, why }) => [line, why?.key]);
  it('shows what would change, changes nothing before it is confirmed, and then all of it, once', async () => {
    await here.person('1', { name: '赵小梅', building: '3栋', phone: '+8613800000001' });
    await here.person('2', { name: '何静', building: '4栋' });
    const before = await roster();
    const token = await tokenOf(`${HEAD}1,赵小梅,13800000009,3栋\n2,何静,,4栋\n\n3,王芳,,5栋\n`);
    const preview = await look(token);
    expect(preview.changed).to.deep.equal([
      {
        line: 2,
        id: '1',
        name: '赵小梅',
        isLate: false,
        waits: false,
        differing: [{ field: 'phone', here: '+8613800000001', file: '+8613800000009' }],
      },
    ]);
    expect(preview.added).to.deep.equal([{ line: 5, id: '3', name: '王芳', phone: undefined, building: '5栋', door: undefined, waits: false }]);
    expect(preview.unchanged).to.equal(1);
    expect(await roster()).to.deep.equal(before);
    expect(await acts()).to.deep.equal([]);
    const [one, other] = await Promise.all([take(token, preview.shown), take(token, preview.shown)]);
    expect([one, other]).to.deep.include({ imported: { added: 1, changed: 1 } });
    expect(await acts()).to.deep.equal(['resident.import']);
    expect((await roster()).map(({ rosterId, phone }) => [rosterId, phone])).to.deep.equal([
      ['1', '+8613800000009'],
      ['2', undefined],
      ['3', undefined],
    ]);
    expect(await take(token, preview.shown)).to.deep.equal({ refused: 'noUpload' });
  });

  it('gives ids to a list that has none: who is on the roster stays who they are, and nobody is there twice', async () => {
    await here.person('1', { name: '赵小梅', building: '3栋', phone: '+8613800000001' });
    const erased = await here.person('2', { name: '何静', phone: '+8613800000002' });
    await collection(Resident).updateOne({ _id: erased }, { $set: { erasedAddresses: [phoneIdOf('+8613800000002')] } });
    const list = '花名册,,,\n姓名,电话,楼号,门牌号\n赵小梅,13800000001,4栋,1\n何静,13800000002,,\n王芳,13800000001,5栋,2\n李强,,5栋,2\n';
    const token = await tokenOf(list);
    const preview = await look(token);
    expect([preview.changed.map(({ id }) => id), preview.left, preview.problems]).to.deep.equal([['1'], 1, []]);
    expect(preview.added.map(({ id, phone, shares }) => [id, phone, shares])).to.deep.equal([
      ['自编1', '+8613800000001', 3],
      ['自编2', undefined, undefined],
    ]);
    expect(await take(token, preview.shown)).to.deep.equal({ imported: { added: 2, changed: 1 } });
    const again = await previewOf(list);
    expect([again.added, again.changed, again.unchanged]).to.deep.equal([[], [], 3]);
    const moved = await previewOf('姓名,电话,楼号,门牌号\n李强,13800000009,5栋,2\n李强,13800000008,5栋,3\n孙丽,13800000001,,\n');
    expect(moved.changed.map(({ id, differing }) => [id, differing.map(({ field }) => field)])).to.deep.equal([['自编2', ['phone']]]);
    expect(moved.added.map(({ id, shares }) => [id, shares])).to.deep.equal([
      ['自编3', undefined],
      ['自编4', 'roster'],
    ]);
    expect(reasons(await previewOf('姓名,电话\n周兰,13800000007\n周兰,13800000007\n'))).to.deep.equal([[3, 'twice']]);
  });

  it('is neither read nor shown for who may not import it', async () => {
    const council: Actor = { kind: 'staff', id: '1', name: '何静', role: 'council', community: here.community };
    expect(await codeOf(upload(`${HEAD}1,赵小梅,,\n`, council))).to.equal('not-allowed');
    expect(await codeOf(previewRoster(world, here.community, 'token', council, 'split'))).to.equal('not-allowed');
    expect(await codeOf(take('token', '', '', council))).to.equal('not-allowed');
  });

  it('imports nothing if a line is wrong, and says each by its number', async () => {
    const preview = await previewOf(`${HEAD}1,赵小梅,12,3栋\n,,13800000003,\n1,王芳,,\n${'9'.repeat(65)},李,,\n`);
    expect(reasons(preview)).to.deep.equal([
      [2, 'badPhone'],
      [3, 'noId'],
      [4, 'doubled'],
      [5, 'tooLong'],
    ]);
    const token = await tokenOf(`${HEAD}1,赵小梅,12,3栋\n2,何静,,\n`);
    expect(await take(token, (await look(token)).shown)).to.deep.equal({ refused: 'problems' });
    expect(await roster()).to.deep.equal([]);
  });

  it('is shown anew if the roster changed meanwhile, to nobody else, and for half an hour', async () => {
    const other: Actor = { kind: 'staff', id: 'other', name: '何静', role: 'cadre', community: here.community };
    await here.person('1', { name: '赵小梅', building: '3栋' });
    const token = await tokenOf(`${HEAD}1,赵小梅,,5栋\n`);
    const { shown } = await look(token);
    await collection(Resident).updateOne({ community: here.community }, { $set: { building: '4栋' } });
    expect(await take(token, shown)).to.deep.equal({ refused: 'changed' });
    expect(await previewRoster(world, here.community, token, other, 'split')).to.equal(null);
    expect(await take(token, shown, '', other)).to.deep.equal({ refused: 'noUpload' });
    ahead = 31 * 60_000;
    expect(await previewRoster(world, here.community, token, LI, 'split')).to.equal(null);
  });

  it('while voting is open adds nobody, gives no new card, and changes a phone with a reason only', async () => {
    await here.person('1', { name: '赵小梅', building: '3栋', phone: '+8613800000001' });
    await changeCycle(world, here.cycle, { $set: votingNow(world) });
    expect(reasons(await previewOf(`${HEAD}2,何静,,4栋\n`))).to.deep.equal([[2, 'needsSecond']]);
    expect(reasons(await previewOf('编号,选票卡,职务\n1,204681717,干部\n'))).to.deep.equal([
      [2, 'roleStays'],
      [2, 'needsSecond'],
    ]);
    const token = await tokenOf(`${HEAD}1,赵小梅,13800000009,3栋\n`);
    const { shown, needsReason } = await look(token);
    expect(needsReason).to.equal(true);
    expect(await take(token, shown)).to.deep.equal({ refused: 'needsReason' });
    expect(await take(token, shown, '换了号码')).to.deep.equal({ imported: { added: 0, changed: 1 } });
    expect(await collection(KeyChange).countDocuments({ community: here.community, what: 'phone', reason: '换了号码' })).to.equal(1);
  });

  it('lets rows that change phones while voting is open wait, once whoever signed in imports them, and has new names in the log', async () => {
    const cadre = await staff(world, here.community, { role: 'cadre', phone: '+8613800000101' });
    const supervisor = await staff(world, here.community, { role: 'supervisor', phone: '+8613800000102' });
    const [one, two] = [
      await here.person('1', { name: '赵小梅', phone: '+8613800000001' }),
      await here.person('2', { name: '何静', building: '4栋' }),
    ];
    await here.person('3', { name: '周明', phone: '+8613800000003' });
    await changeCycle(world, here.cycle, { $set: votingNow(world) });
    const sent = async (rows: string, reason = '换了号码') => {
      const token = await tokenOf(`${HEAD}${rows}`, cadre);
      return take(token, (await look(token, cadre)).shown, reason, cadre);
    };
    expect(await sent('1,赵小梅梅,13800000009,\n2,何静静,13800000008,5栋\n3,周明,,6栋\n')).to.deep.equal({
      imported: { added: 0, changed: 0 },
      asked: { waits: 1 },
    });
    expect(await sent('1,赵小梅,13800000001,3栋\n2,何静静,,4栋\n3,周明,13800000007,\n')).to.deep.equal({
      imported: { added: 0, changed: 2 },
      asked: { waits: 2 },
    });
    expect((await roster()).map(({ name, phone, building }) => [name, phone, building])).to.deep.equal([
      ['赵小梅', '+8613800000001', '3栋'],
      ['何静静', undefined, '4栋'],
      ['周明', '+8613800000003', undefined],
    ]);
    const confirm = (number: number) => confirmSecond(world)({ community: here.community, number, actor: supervisor });
    expect(await confirm(1), 'they are others by now').to.deep.equal({ refused: 'notHeld', why: 'resident.import.not.changed' });
    expect(await confirm(2)).to.deep.equal({ confirmed: true });
    expect((await roster()).map(({ phone }) => phone)).to.deep.equal(['+8613800000001', undefined, '+8613800000007']);
    expect(await collection(KeyChange).countDocuments({ community: here.community, what: 'phone', by: cadre.name })).to.equal(1);
    const told = (await collection(Message).find({ community: here.community }, { promoteBuffers: true }).toArray()).map((message) =>
      addressIn(world.vault, message),
    );
    expect(told.toSorted()).to.deep.equal(['+8613800000003', '+8613800000007']);
    const entries = [];
    for await (const { act, opening } of readLog(world, here.community)) if (act === 'resident.import') entries.push(opening?.detail);
    expect(entries[0]).to.have.deep.nested.property('after.rows[1]', {
      ...{ id: '2', name: '何静静' },
      differing: [{ field: 'name', before: '何静', after: '何静静' }],
    });
    expect(entries[1]).to.have.nested.property('after.keys', 1);
    expect(await collection(Resident).countDocuments({ _id: { $in: [one, two] }, newContacts: { $exists: true } })).to.equal(0);
  });

  it('lets offices, and phones of who has one, wait at any time; a card with them and a thousand others are refused', async () => {
    const cadre = await staff(world, here.community, { role: 'cadre', phone: '+8613800000101' });
    const supervisor = await staff(world, here.community, { role: 'supervisor', phone: '+8613800000102' });
    await here.person('1', { name: '赵小梅' });
    await here.person('2', { name: '何静', role: 'council' });
    await here.person('3', { name: '周明' });
    const head = '编号,姓名,手机,职务,选票卡\n';
    const token = await tokenOf(
      `${head}1,赵小梅,,监督委员,\n2,何静,13800000008,议事会成员,\n3,周明,13800000007,,\n4,王芳,,社区干部,\n5,李强,,,\n`,
      cadre,
    );
    const { shown } = await look(token, cadre);
    expect(await take(token, shown, '', cadre)).to.deep.equal({ imported: { added: 1, changed: 1 }, asked: { waits: 1 } });
    const offices = () => collection(Resident).countDocuments({ community: here.community, role: { $ne: 'resident' } });
    expect([await offices(), (await roster()).map(({ phone }) => phone)]).to.deep.equal([1, [undefined, undefined, '+8613800000007', undefined]]);
    expect(await confirmSecond(world)({ community: here.community, number: 1, actor: supervisor })).to.deep.equal({
      confirmed: true,
    });
    expect([await offices(), (await roster()).length]).to.deep.equal([3, 5]);
    const withCard = await tokenOf(`${head}3,周明,13800000007,社区干部,${card(3)}\n`, cadre);
    expect(reasons(await look(withCard, cadre))).to.deep.equal([[2, 'cardWaits']]);
    const many = Array.from({ length: 1_001 }, (_, n) => `n${n},王芳,,社区干部,`).join('\n');
    expect(reasons(await look(await tokenOf(`${head}${many}\n`, cadre), cadre))).to.deep.equal([[1_002, 'tooManyWait']]);
  });

  it('tells a cadre not which card is somebody else’s, and after twenty files for an hour nothing of cards', async () => {
    const cadre = await staff(world, here.community, { role: 'cadre', phone: '+8613800000101' });
    await here.person('1', { name: '赵小梅', card: card(1) });
    const rows = [5, 1, 6].map((n) => `n${n},王芳${n},,,${card(n)}`).join('\n');
    const token = await tokenOf(`编号,姓名,手机,职务,选票卡\n${rows}\n`, cadre);
    for (let n = 0; n < 20; n += 1) expect(reasons(await look(token, cadre))).to.deep.equal([[1, 'cardsTaken']]);
    expect(reasons(await look(token, cadre))).to.deep.equal([[1, 'cardsLocked']]);
    const free = await tokenOf(`编号,姓名,手机,职务,选票卡\nn7,王芳7,,,${card(7)}\n`, cadre);
    expect(reasons(await look(free, cadre)), 'none at all').to.deep.equal([[1, 'cardsLocked']]);
    const acts = [];
    for await (const { act } of readLog(world, here.community)) acts.push(act);
    expect(acts.filter((act) => act === 'card.lock')).to.have.length(1);
  });

  it('refuses a phone with which somebody else of the staff signs in', async () => {
    await staff(world, here.community, { role: 'supervisor', phone: '+8613800000109', name: '周明' });
    await here.person('1', { name: '赵小梅' });
    expect(reasons(await previewOf(`${HEAD}1,赵小梅,13800000109,\n2,何静,13800000109,\n3,周明,13800000109,\n`))).to.deep.equal([
      [2, 'staffPhone'],
      [3, 'staffPhone'],
    ]);
    await here.person('4', { name: '周明', phone: '+8613800000109' });
    await here.person('5', { name: '周小明', phone: '+8613800000109' });
    expect(reasons(await previewOf('编号,姓名\n4,李强\n5,周晓明\n')), 'a name that is given up; one that never was the same').to.deep.equal([
      [2, 'staffPhone'],
    ]);
  });

  it('reads XLSX in a thread, and sees that the zeros of an id were lost', async () => {
    await here.person('007', { name: '赵小梅', building: '3栋' });
    const rows = [
      ['编号', '手机'],
      [7, 13800000001],
    ];
    expect(reasons(await previewOf(await writeExcelFile(rows).toBuffer()))).to.deep.equal([[2, 'zeros']]);
    expect(await upload(Buffer.from('d0cf11e0a1b11ae1', 'hex'))).to.deep.equal({ refused: 'oldExcel' });
  });
});
