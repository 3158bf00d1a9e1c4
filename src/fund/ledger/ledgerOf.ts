import { CodedError } from '../../store/codedError.ts';
import type { World } from '../../store/world.ts';
import { voteOf } from '../calendar/voteOf.ts';
import { cycleById } from '../cycles/cycleById.ts';
import { dayOf } from '../cycles/dayOf.ts';
import { ledgerEntries } from './ledgerEntries.ts';
import { type LedgerRow, ledgerRow } from './ledgerRow.ts';

/**
 * A cycle's ledger as far as it is public (contract §5), the entries after a seq: days that are over, everything after the close;
 * with fewer than 500 residents nothing before it. Throws `unknown-cycle`.
 */
export function ledgerOf(world: World): (cycle: string, after?: number) => AsyncIterable<LedgerRow> {
  const byId = cycleById(world);
  return async function* (id, after = 0) {
    const cycle = await byId(id);
    if (!cycle) throw new CodedError('unknown-cycle', 'There is no cycle with this id.');
    const { frozen } = cycle;
    const vote = voteOf(cycle);
    const now = world.now();
    const isClosed = cycle.sealedAt !== undefined || (vote !== undefined && now >= vote.to);
    if (!frozen || (frozen.day && !isClosed)) return;
    const today = dayOf(now, frozen.timezone);
    for await (const entry of ledgerEntries(id, after)) {
      if (!isClosed && entry.at >= today) return;
      yield ledgerRow(entry);
    }
  };
}
