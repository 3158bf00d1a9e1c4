import { expect } from 'chai';
import type { EntryRecord } from '../../../../src/fund/ballots/index.ts';
import { decryptSecret } from '../../../../src/fund/ballots/ledger/entry.ts';
import { brokenLink, commitment, firstPrevious, ledgerRow } from '../../../../src/fund/ballots/ledger/ledgerRules.ts';
import { Cycle } from '../../../../src/fund/cycles/index.ts';
import { collection } from '../../../../src/store/collection.ts';
import { sha256 } from '../../../../src/store/vault.ts';
import type { World } from '../../../../src/store/world.ts';
import { entriesOf } from './village.ts';

/** A cycle's entries, after seeing that they are a whole chain and that every commitment opens. */
export async function chainOf({ vault }: World, cycle: string): Promise<EntryRecord[]> {
  const [entries, record] = await Promise.all([entriesOf(cycle), collection(Cycle).findOne({ _id: cycle })]);
  let before: Parameters<typeof brokenLink>[2] = { seq: 0, hash: firstPrevious(sha256, cycle, record?.frozen?.ballot ?? '') };
  for (const entry of entries) {
    expect(brokenLink(sha256, cycle, before, ledgerRow(entry)), `entry ${entry._id.seq}`).to.equal(undefined);
    before = { ...entry, seq: entry._id.seq };
    if (!entry.sealed) expect(commitment(sha256, decryptSecret(vault, entry))).to.equal(entry.commitment);
  }
  return entries;
}
