import { expect } from 'chai';
import writeExcelFile from 'write-excel-file/node';
import { Cycle } from '../../../src/fund/cycles/cycle.ts';
import { importRoster, previewRoster, uploadRoster } from '../../../src/fund/files/importResidents.ts';
import { LogEntry } from '../../../src/fund/log/logEntry.ts';
import { type Actor, operator } from '../../../src/fund/people/actor.ts';
import { KeyChange } from '../../../src/fund/people/onRoster.ts';
import { personOf, Resident } from '../../../src/fund/people/resident.ts';
import { collection } from '../../../src/store/collection.ts';
import type { World } from '../../../src/store/world.ts';
import { useDatabase } from '../../support/database.ts';
import { type Town, town, votingNow } from '../../support/town.ts';

const LI = operator('李姐');
const HEAD = '编号,姓名,手机,楼号\n';

describe('importing a roster in the console', function () {
  this.timeout(120_000);
  const { world: real } = useDatabase('importresidents');
  let ahead = 0;
  const world: World = { ...real, now: () => new Date(real.now().getTime() + ahead) };
  let here: Town;
  beforeEach(async () => {
    ahead = 0;
    here = await town(world);
  });

  const upload = (bytes: Uint8Array | string, actor = LI) => uploadRoster(world)(here.community, Buffer.from(bytes), actor);
  const tokenOf = async (bytes: Uint8Array | string, actor = LI) => {
    const read = await upload(bytes, actor);
    if ('refused' in read) throw new Error(read.refused);
    return read.token;
  };
  const look = async (token: string, actor = LI) => {
    const preview = await previewRoster(world)(here.community, token, actor);
    if (!preview) throw new Error('no preview');
    return preview;
  };
  const previewOf = async (bytes: Uint8Array | string) => look(await tokenOf(bytes));
  const take = (token: string, shown: string, reason = '', actor = LI) => importRoster(world)(here.community, { token, shown, reason }, actor);
  const roster = async () => {
    const residents = await collection(Resident)
      .find({ community: here.community, erasedAt: { $exists: false } }, { promoteBuffers: true })
      .toArray();
    return residents
      .map((resident) => ({ ...personOf(world.vault, resident), building: resident.building }))
      .toSorted((a, b) => (a.rosterId ?? '').localeCompare(b.rosterId ?? ''));
  };
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
      { line: 2, id: '1', name: '赵小梅', isLate: false, differing: [{ field: 'phone', here: '+8613800000001', file: '+8613800000009' }] },
    ]);
    expect(preview.added).to.deep.equal([{ line: 5, id: '3', name: '王芳', building: '5栋' }]);
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

  it('imports nothing if a line is wrong, and says each by its number', async () => {
    const preview = await previewOf(`${HEAD}1,赵小梅,12,3栋\n,何静,,\n1,王芳,,\n${'9'.repeat(65)},李,,\n`);
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
    expect(await previewRoster(world)(here.community, token, other)).to.equal(null);
    expect(await take(token, shown, '', other)).to.deep.equal({ refused: 'noUpload' });
    ahead = 31 * 60_000;
    expect(await previewRoster(world)(here.community, token, LI)).to.equal(null);
  });

  it('while voting is open adds nobody, gives no new card, and changes a phone with a reason only', async () => {
    await here.person('1', { name: '赵小梅', building: '3栋', phone: '+8613800000001' });
    await collection(Cycle).updateOne({ _id: here.cycle }, { $set: votingNow(world) });
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
