import { CodedError } from '../../store/codedError.ts';
import { forReaders } from '../../store/readers.ts';
import type { World } from '../../store/world.ts';
import { voteOf } from '../calendar/voteOf.ts';
import { cycleForReaders } from '../cycles/cycleById.ts';
import { dayOf } from '../cycles/dayOf.ts';
import { Entry, placesOf } from '../records/entry.ts';
import { type LedgerRow, ledgerRow } from './ledgerRow.ts';

/** Entries read at once. */
const PIECE = 200;
const PUBLIC = { at: 1, commitment: 1, previous: 1, hash: 1 };

/**
 * A cycle's ledger as far as it is public (contract §5), the entries after a seq, piece by piece: days that are over, everything after the
 * close; with fewer than 500 residents nothing before it. Throws `unknown-cycle`.
 */
export function ledgerOf(world: World): (cycle: string, after?: number) => AsyncGenerator<LedgerRow[], void> {
  const byId = cycleForReaders(world);
  return async function* (id, after = 0) {
    const cycle = await byId(id);
    if (!cycle) throw new CodedError('unknown-cycle', 'There is no cycle with this id.');
    const { frozen } = cycle;
    const vote = voteOf(cycle);
    const now = world.now();
    const isClosed = cycle.sealedAt !== undefined || (vote !== undefined && now >= vote.to);
    if (!frozen || (frozen.day && !isClosed)) return;
    const today = dayOf(now, frozen.timezone);
    for (let seq = after; ; seq += PIECE) {
      const found = await piece(id, seq);
      const open = found.filter(({ at }) => isClosed || at < today);
      if (open.length > 0) yield open.map(ledgerRow);
      if (open.length < PIECE) return;
    }
  };
}

/** A question of its own, so that no reader holds a cursor or a connection while they take what they have. */
function piece(cycle: string, after: number) {
  return forReaders(Entry)
    .find(placesOf(cycle, after, after + PIECE), { projection: PUBLIC, readConcern: { level: 'majority' }, sort: { _id: 1 } })
    .toArray();
}
