import { expect } from 'chai';
import { cycleById } from '../../src/fund/cycles/cycleById.ts';
import { brokenLink } from '../../src/fund/ledger/brokenLink.ts';
import { firstPrevious } from '../../src/fund/ledger/firstPrevious.ts';
import { ledgerEntries } from '../../src/fund/ledger/ledgerEntries.ts';
import { ledgerRow } from '../../src/fund/ledger/ledgerRow.ts';
import { receiptByCode } from '../../src/fund/ledger/receiptByCode.ts';
import { sha256 } from '../../src/fund/ledger/sha256.ts';
import type { World } from '../../src/store/world.ts';

/** That each receipt which a resident was given is in the ledger, and that the cycle's chain is whole. */
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
