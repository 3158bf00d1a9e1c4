import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { verifyAudit, writeAudit } from '../../src/fund/ballots/audit/index.ts';
import { receiptByCode, sealDue } from '../../src/fund/ballots/index.ts';
import { ledgerEntries } from '../../src/fund/ballots/ledger/ledgerOf.ts';
import { brokenLink, firstPrevious, ledgerRow } from '../../src/fund/ballots/ledger/ledgerRules.ts';
import { cycleById } from '../../src/fund/cycles/index.ts';
import { slipAudit } from '../../src/fund/paper/compareSlips.ts';
import { enterRest } from '../../src/fund/paper/enterBatch.ts';
import { sha256 } from '../../src/store/vault.ts';
import { HOUR_MS } from '../../src/store/wallTime.ts';
import type { World } from '../../src/store/world.ts';

/** Expects that each receipt that a resident was given is in the ledger, and that the cycle's chain is whole. */
export async function expectKept(world: World, id: string, receipts: readonly string[]): Promise<void> {
  for (const receipt of receipts) expect(await receiptByCode(world, receipt), `receipt ${receipt} was acknowledged`).not.to.equal(null);

  const cycle = await cycleById(world)(id);
  let before = { seq: 0, hash: firstPrevious(sha256, id, cycle?.frozen?.ballot ?? '') };
  for await (const entry of ledgerEntries(id)) {
    const row = ledgerRow(entry);
    expect(brokenLink(sha256, id, before, row)).to.equal(undefined);
    before = row;
  }
}

/** Seals a cycle of `votingNow` after its close, and expects that `verify` finds nothing wrong in its audit, with so many ballots. */
export async function expectVerified(world: World, cycle: string, ballots: number): Promise<void> {
  const later = new Date(world.now().getTime() + 2 * HOUR_MS);
  const closed = { ...world, now: () => later };
  expect(await sealDue(closed, enterRest(closed))()).to.include(cycle);
  await expectAudited(closed, cycle, ballots);
}

/** Expects that `verify` finds nothing wrong in the audit of a sealed cycle, with so many ballots. */
export async function expectAudited(world: World, cycle: string, ballots: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'yisheng-audit-'));
  try {
    const files = await writeAudit(world, cycle, folder, { isPublic: false, slips: slipAudit(world) });
    const read = await Promise.all(files.map(async (file) => [file, await readFile(join(folder, file), 'utf8')] as const));
    expect(verifyAudit(Object.fromEntries(read), sha256)).to.include({ ok: true, ballots, opened: true });
  } finally {
    await rm(folder, { recursive: true });
  }
}
