import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { verifyAudit, writeAudit } from '../../../../src/fund/ballots/audit/index.ts';
import { cutLedgers, Entry, eveningHead, renewVoterCounts, sealDue } from '../../../../src/fund/ballots/index.ts';
import { Cycle } from '../../../../src/fund/cycles/index.ts';
import { LogEntry, logHead } from '../../../../src/fund/log/index.ts';
import { collection } from '../../../../src/store/collection.ts';
import { sha256 } from '../../../../src/store/vault.ts';
import { useDatabase } from '../../../support/database.ts';
import type { Town } from '../../../support/town.ts';
import { serve } from '../../../web/serve.ts';
import { CLOSES, castFor, entriesOf, type HeldWorld, heldWorld, SECOND, village } from './village.ts';

describe('the heads of ledger and log', () => {
  const { world: real } = useDatabase('heads');
  let world: HeldWorld;
  let here: Town;
  let held: string;

  beforeEach(async () => {
    world = heldWorld({ ...real });
    here = await village(world, 8);
    for (const n of [0, 1, 2, 3]) await castFor(world, here.act(n), 1);
    held = (await eveningHead(world, { _id: here.cycle, community: here.community }, { occasion: 'evening', isOver: false })) ?? '';
    await castFor(world, here.act(4), 3);
  });

  /** The newest entries go, as by somebody who can write into the database and has no SECRET. */
  const dropped = async (count: number) => {
    const last = (await entriesOf(here.cycle)).slice(-count);
    await collection(Entry).deleteMany({ _id: { $in: last.map(({ _id }) => _id) } });
  };

  const audited = async () => {
    const later = heldWorld({ ...real }, new Date(CLOSES.getTime() + 10 * SECOND));
    await sealDue(later)();
    const folder = await mkdtemp(join(tmpdir(), 'heads-'));
    try {
      await writeAudit(later, here.cycle, folder, { isPublic: false, slips: async () => undefined });
      const names = await readdir(folder);
      return Object.fromEntries(await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name), 'utf8')])));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };

  it('find a tail that was dropped from the ledger, a restart and a seal later: those that were held, and those that the log bears', async () => {
    expect(held).to.equal((await entriesOf(here.cycle))[3]?.hash);
    await dropped(2);
    const files = await audited();
    const lines = files['ledger.ndjson'].trim().split('\n');
    const { 'log.ndjson': log, ...withoutLog } = files;
    expect(verifyAudit(withoutLog, sha256), 'it looks whole').to.deep.include({ ok: true, entries: 4 });
    const ends = { ok: false, file: 'ledger.ndjson', line: lines.length };
    expect(verifyAudit(withoutLog, sha256, { entry: { hash: held } })).to.deep.include(ends);
    const line = log.split('\n').findIndex((one: string) => one.includes('"ledger.head"')) + 1;
    expect(verifyAudit(files, sha256)).to.deep.equal({ ...ends, what: `ends without the entry that line ${line} of log.ndjson bears` });
  });

  it('hold where nothing was dropped, and find a tail that was dropped from the log', async () => {
    const { hash } = await logHead(here.community);
    const files = await audited();
    expect(verifyAudit(files, sha256, { entry: { hash: held }, logEntry: { hash } })).to.deep.include({ ok: true, entries: 6 });
    const shorter = { ...files, 'log.ndjson': files['log.ndjson'].trim().split('\n').slice(0, -1).join('\n') };
    expect(verifyAudit(shorter, sha256), 'the chain alone does not tell').to.deep.include({ ok: true });
    expect(verifyAudit(shorter, sha256, { logEntry: { hash } })).to.deep.include({ ok: false, file: 'log.ndjson' });
  });

  it('are written into the log once each evening, as a hash alone, and after the close only of the seal', async () => {
    const again = () => eveningHead(world, { _id: here.cycle, community: here.community }, { occasion: 'evening', isOver: false });
    await Promise.all([again(), again()]);
    const inLog = await collection(LogEntry).find({ '_id.community': here.community, act: 'ledger.head' }).toArray();
    expect(inLog).to.have.length(1);
    const over = { occasion: 'over', isOver: true };
    expect(await eveningHead(world, { _id: here.cycle, community: here.community }, over)).to.equal(undefined);
  });

  it('a service that wrote more, and one that only counted more, say that the ledger was cut', async () => {
    const web = await serve(world, { ahead: () => world.at.getTime() - Date.now() });
    try {
      expect(await cutLedgers(world)).to.deep.equal([]);
      await dropped(1);
      expect(await cutLedgers({ ...real }), 'nobody has counted it yet').to.deep.equal([]);
      expect(await cutLedgers(world)).to.deep.equal([here.cycle]);
      const answer = await web.get('/readyz');
      expect([answer.status, await answer.text()]).to.deep.equal([
        503,
        JSON.stringify({
          error: `The ledger of ${here.cycle} lacks entries that were written: somebody deleted them in the database. Stop the vote; npm run doctor says more.`,
        }),
      ]);
      await renewVoterCounts(world, world.now());
      expect(await cutLedgers()).to.deep.equal([]);
      await dropped(1);
      expect(await cutLedgers()).to.deep.equal([here.cycle]);
      await collection(Cycle).deleteOne({ _id: here.cycle });
      expect(await cutLedgers(world), 'it left for another cell').to.deep.equal([]);
    } finally {
      web.close();
    }
  });
});
