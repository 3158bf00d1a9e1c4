import { expect } from 'chai';
import { ledgerEntries, receiptByCode } from '../../src/fund/ballots/ledger/ledgerOf.ts';
import { brokenLink, firstPrevious, ledgerRow } from '../../src/fund/ballots/ledger/ledgerRules.ts';
import { cycleById } from '../../src/fund/cycles/currentCycle.ts';
import { sha256 } from '../../src/store/vault.ts';
import type { World } from '../../src/store/world.ts';

/** Expects that each receipt that a resident was given is in the ledger, and that the cycle's chain is whole. */
export async function expectKept(world: World, id: string, receipts: readonly string[]): Promise<void> {
  const receiptOf = receiptByCode(world);
  for (const receipt of receipts) expect(await receiptOf(receipt), `receipt ${receipt} was acknowledged`).not.to.equal(null);

  const cycle = await cycleById(world)(id);
  let before = { seq: 0, hash: firstPrevious(sha256, id, cycle?.frozen?.ballot ?? '') };
  for await (const entry of ledgerEntries(id)) {
    const row = ledgerRow(entry);
    expect(brokenLink(sha256, id, before, row)).to.equal(undefined);
    before = row;
  }
}
