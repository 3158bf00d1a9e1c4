import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { type AuditFiles, verifyAudit, writeAudit } from '../../../src/fund/ballots/audit/index.ts';
import { verifyPublished } from '../../../src/fund/ballots/audit/verifyPublished.ts';
import { sealDue } from '../../../src/fund/ballots/index.ts';
import { Cycle } from '../../../src/fund/cycles/index.ts';
import { enterRest, printedSerial, readSlipAudit, Slip, SlipList, slipAudit } from '../../../src/fund/paper/index.ts';
import { operator, type StaffRole } from '../../../src/fund/people/index.ts';
import { collection } from '../../../src/store/collection.ts';
import { sha256 } from '../../../src/store/vault.ts';
import { card } from '../../support/cards.ts';
import { codeOf } from '../../support/codeOf.ts';
import { useDatabase } from '../../support/database.ts';
import { AT_TABLE, accepted, closed, handIn, keyed, serials, table } from '../../support/paper.ts';
import { textsOf } from '../../support/pdf.ts';
import { type Comparing, compareSlip } from '../../support/tables.ts';
import { browse, cookieOf, phoneOf, staffAll } from '../../web/console/office.ts';
import { serve } from '../../web/serve.ts';
import { CLOSES, type HeldWorld, heldWorld, SECOND, village } from '../ballots/ledger/village.ts';

const SUPERVISOR = operator('周监委');

describe('the audit of the paper', () => {
  const database = useDatabase('compareSlips');
  let world: HeldWorld;
  let cycle: string;
  /** Two slips that are counted, one that a later one of the same person replaced, one that is handed in and was never keyed, one that nobody handed in. */
  let made: string[];

  before(async () => {
    world = heldWorld(database.world);
    const here = await village(world, 3);
    cycle = here.cycle;
    const place = { cycle, table: await table(world, cycle) };
    made = await serials(world, cycle, 5);
    const [a = '', b = '', c = '', d = ''] = made;
    for (const [serial, n] of [
      [c, 0],
      [a, 0],
      [b, 1],
      [d, 2],
    ] as const) {
      world.at = new Date(world.at.getTime() + SECOND);
      await handIn(world, place, serial, { card: card(n) });
    }
    world.at = new Date(world.at.getTime() + 60 * SECOND);
    await closed(world, place);
    const batch = await keyed(world, place, [
      [a, [3, 7]],
      [b, [1]],
      [c, [2]],
    ]);
    await accepted(world, cycle, batch);
    expect(await codeOf(slipAudit(world)(cycle))).to.equal('not-closed');
    world.at = new Date(CLOSES.getTime() + 10 * SECOND);
    await sealDue(world, enterRest(world))();
  });

  const compare = (serial: string, says: Comparing['says'], over: Partial<Comparing> = {}) =>
    compareSlip(world)({ cycle, serial, says, actor: SUPERVISOR, ...over });
  const files = async (isPublic = false): Promise<AuditFiles> => {
    const folder = await mkdtemp(join(tmpdir(), 'compare-'));
    try {
      await writeAudit(world, cycle, folder, { isPublic, slips: slipAudit(world) });
      const names = await readdir(folder);
      return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')])));
    } finally {
      await rm(folder, { recursive: true });
    }
  };
  const verified = (given: AuditFiles) => {
    const found = verifyAudit(given, sha256);
    return found.ok ? found.slips : `${found.file}:${found.line}: ${found.what}`;
  };
  const changed = (given: AuditFiles, change: (told: { slips: string[]; drawn: string[]; found: object[]; wrong: number; head: string }) => void) => {
    const told = JSON.parse(given['slips.json'] ?? '');
    change(told);
    return { ...given, 'slips.json': `${JSON.stringify(told, null, 2)}\n` };
  };

  it('is entered in the console, printed as a sheet, and public on the page and by the API, with the tables’ numbers', async () => {
    const { community } = (await collection(Cycle).findOne({ _id: cycle })) ?? { community: '' };
    await staffAll(world, community);
    const web = await serve(world, { publicUrl: 'http://localhost' });
    try {
      const as = async (role: StaffRole) => browse(() => web, await cookieOf(world, phoneOf(role)));
      const own = `/console/${community}/compare`;
      const [supervisor, cadre] = [await as('supervisor'), await as('cadre')];
      const page = await (await supervisor.get(`${own}?lang=zh`)).text();
      expect(page)
        .to.include(printedSerial(made[3] ?? ''))
        .and.not.include(printedSerial(made[4] ?? ''));
      expect((await cadre.post(own, { line: `${made[0]} 3 7` })).status).to.equal(403);
      expect((await supervisor.post(own, { line: `${made[0]} 3` })).status).to.equal(303);
      const again = await supervisor.post(own, { line: `${made[0]} 3 7` });
      expect([again.status, await again.text()].join()).to.match(/^422.*name="reason"/s);
      expect((await supervisor.post(own, { line: `${made[0]} 3 7`, reason: '看错了' })).status).to.equal(303);
      const sheet = await supervisor.get(`/console/${community}/print/file?document=compare`);
      expect(sheet.headers.get('content-type')).to.equal('application/pdf');
      const digits = (await textsOf(new Uint8Array(await sheet.arrayBuffer())))
        .flat()
        .map(({ text }) => text.replaceAll('\u00a0', ' ').trim())
        .filter((text) => /^[\d ]+$/.test(text));
      expect([...new Set(digits)], 'table, batch and serial, and nothing that was keyed').to.have.members([
        '1',
        ...made.slice(0, 4).map(printedSerial),
      ]);
      const told = JSON.parse(await (await fetch(`${web.url}/api/cycles/${cycle}/slips`)).text());
      expect(told.found).to.deep.equal([{ serial: made[0], found: 'agrees', changes: 1 }]);
      const paper = JSON.parse(await (await fetch(`${web.url}/api/cycles/${cycle}/paper`)).text());
      expect(paper).to.deep.include({ outcomes: { counted: 2, superseded: 1 }, missing: 1, assisted: 0 });
      expect(paper.tables[0]).to.deep.include({ received: 100, marks: 4, differences: { slips: 100, marks: -4 }, reason: '没数清' });
      expect(await (await fetch(`${web.url}/c/${community}?lang=zh`)).text())
        .to.include('发出和交回差-4张')
        .and.include('4张里抽4张，已经核对1张');
      expect(await (await fetch(`${web.url}/c/${community}/log?lang=zh`)).text())
        .to.include('改了一张纸票和票箱核对的结果')
        .and.include('看错了');
    } finally {
      await web.close();
    }
  });

  it('draws by the seal, lists every slip that was handed in and says of none whether it counted, and takes what the paper says without showing what was keyed', async () => {
    const [a = '', b = '', c = '', d = '', blank = ''] = made;
    const audit = await slipAudit(world)(cycle);
    expect(audit?.slips).to.deep.equal([a, b, c, d].toSorted());
    expect(audit?.drawn.toSorted()).to.deep.equal(audit?.slips);
    const { community } = (await collection(Cycle).findOne({ _id: cycle })) ?? expect.fail();
    expect(JSON.stringify(await readSlipAudit.read({ world, community, actor: SUPERVISOR }, cycle))).to.not.match(/picks|outcome|counted|superseded/);
    expect(await compare(a, { picks: [7, 3] }, { actor: AT_TABLE })).to.deep.equal({ refused: 'ownSlip' });
    expect(await compare(a, { picks: [7, 3] }, { actor: operator('小陈') }), 'who keyed it').to.deep.equal({ refused: 'ownSlip' });
    expect(await compare(blank, 'absent')).to.deep.equal({ refused: 'notDrawn' });
    expect(await compare(b, { picks: [2] })).to.deep.equal({ compared: b });
    expect(await compare(c, 'absent')).to.deep.equal({ compared: c });
    expect(await compare(d, 'absent'), 'it was never keyed').to.deep.equal({ compared: d });
    expect(await compare(b, { picks: [1] })).to.deep.equal({ refused: 'reason' });
    expect(await compare(b, { picks: [1] }, { reason: '看错了行' })).to.deep.equal({ compared: b });
    const found = (await slipAudit(world)(cycle))?.found ?? [];
    expect(Object.fromEntries(found.map(({ serial, found, changes }) => [serial, `${found} ${changes}`]))).to.deep.equal({
      [a]: 'agrees 1',
      [b]: 'agrees 1',
      [c]: 'absent 0',
      [d]: 'agrees 0',
    });
  });

  it('is drawn again by verify, which names a sheet that was chosen otherwise, a slip left out, and an entry that was changed', async () => {
    const [whole, open] = [await files(), await files(true)];
    for (const each of [whole, open]) expect(verified(each)).to.deep.equal({ slips: 4, drawn: 4, compared: 4, differ: 1 });
    expect(verifyPublished(open, sha256), 'in a browser').to.deep.include({ ok: true, slips: { slips: 4, drawn: 4, compared: 4, differ: 1 } });
    expect(verifyPublished({ ...open, 'slips.json': undefined }, sha256)).to.deep.include({ ok: false, file: 'slips.json' });
    const redrawn = changed(open, ({ drawn }) => drawn.reverse());
    expect(verified(redrawn)).to.match(/^slips\.json:13: is "\d{8}",?, drawn again it is "\d{8}",?$/);
    expect(verified(changed(open, (told) => void told.drawn.pop()))).to.match(/^slips\.json:\d+: is .*, drawn again it is/);
    expect(verified(changed(open, (told) => Object.assign(told, { head: '0'.repeat(64) })))).to.match(/^slips\.json:3: /);
    expect(verified(changed(open, (told) => Object.assign(told, { wrong: 2 })))).to.match(/^slips\.json:\d+: is "wrong": 2/);
    const leftOut = changed(whole, (told) => {
      const [gone] = told.slips.splice(0, 1);
      told.drawn = told.drawn.filter((serial) => serial !== gone);
      told.found = told.found.filter((each) => !JSON.stringify(each).includes(gone ?? ''));
    });
    expect(verified(leftOut)).to.equal('slips.json:6: is not the list of 4 slips that was noted before the seal');
    const chosen = changed(whole, (told) => Object.assign(told, { draw: 'd'.repeat(32) }));
    expect(verified(chosen), 'a draw that was chosen once the seal was known').to.equal(
      'slips.json:4: is not what was noted with the list before the seal',
    );
    expect(verified({ ...whole, 'slips.json': undefined })).to.equal('slips.json:1: the file is missing');
    const nicer = changed(whole, ({ found }) => {
      for (const each of found) Object.assign(each, { found: 'agrees' });
    });
    expect(verified(nicer)).to.match(/^slips\.json:\d+: is not what the log says was entered$/);
    expect(verified(changed(whole, ({ found }) => void found.pop()))).to.match(/was entered by the log, and is missing$/);
    // in the database itself, past the service
    await collection(Slip).updateOne({ _id: made[2] ?? '' }, { $set: { 'compared.found': 'agrees' } });
    expect(verified(await files())).to.match(/is not what the log says was entered$/);
    await collection(SlipList).updateOne({ _id: cycle }, { $pull: { serials: made[2] ?? '' } });
    expect(verified(await files())).to.match(/^slips\.json:6: is not the list/);
  });
});
