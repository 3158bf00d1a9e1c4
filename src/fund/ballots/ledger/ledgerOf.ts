import type { mongo } from 'mongoose';
import { CodedError } from '../../../store/codedError.ts';
import { collection } from '../../../store/collection.ts';
import { forReaders } from '../../../store/connect.ts';
import { withPauses } from '../../../store/pauses.ts';
import { dayOf } from '../../../store/wallTime.ts';
import type { World } from '../../../store/world.ts';
import { cycleForReaders, frozenCycles, isGenuine, isSealed, slipsClose } from '../../cycles/index.ts';
import { BY_PLACE, Entry, type EntryRecord, placesOf } from './entry.ts';
import { type LedgerRow, ledgerRow } from './ledgerRules.ts';

/** Entries read at once. */
const PIECE = 200;
const PUBLIC = { at: 1, commitment: 1, previous: 1, hash: 1 };

/**
 * The public part of a cycle's ledger (docs/contract.md: The ledger), the entries after a seq, piece by piece: entries of days that are over, and
 * all entries after the slips are closed; with fewer than 500 residents none before: what comes in after the close is known to be on paper.
 * Throws `unknown-cycle`.
 */
export async function* ledgerOf(world: World, id: string, after: number = 0): AsyncGenerator<LedgerRow[], void> {
  const byId = cycleForReaders(world);
  const cycle = await byId(id);
  if (!cycle) throw new CodedError('unknown-cycle', 'There is no cycle with this id.');
  const { frozen } = cycle;
  const now = world.now();
  const closes = slipsClose(cycle, now);
  if (!frozen || !isGenuine(world.vault, cycle)) return; // what a day is, and whether it is told, somebody else has said
  const isClosed = isSealed(world, cycle) || (closes !== undefined && now >= closes);
  if (frozen.day && !isClosed) return;
  const today = dayOf(now, frozen.timezone);
  for (let seq = after; ; seq += PIECE) {
    const found = await piece(id, seq);
    const open = found.filter(({ at }) => isClosed || at < today);
    if (open.length > 0) yield open.map(ledgerRow);
    if (open.length < PIECE) return;
  }
}

/** A query for each piece, so that a reader holds no cursor and no connection while they process a piece. */
function piece(cycle: string, after: number) {
  return forReaders(Entry)
    .find(placesOf(cycle, after, after + PIECE), { projection: PUBLIC, readConcern: { level: 'majority' }, sort: { _id: 1 }, hint: BY_PLACE })
    .toArray();
}

/** The cycle of a receipt's ballot, and its day as the ledger gives it. This tells that the ballot is in the ledger, not what it says, nor whether another ballot replaced it. */
export async function receiptByCode(world: World, code: string): Promise<{ cycle: string; at: string } | null> {
  const voted = frozenCycles(world);
  const which = { '_id.cycle': { $in: [...(await voted())] }, receipt: code.replace(/\s/g, '') };
  const entry = await forReaders(Entry).findOne(which, { projection: { at: 1 }, readConcern: { level: 'majority' } });
  return entry && { cycle: entry._id.cycle, at: entry.at };
}

const BATCH = 500;

/** A cycle's entries in the ledger's order, those after a seq; only durable ones. A long ledger does not block the process. */
export function ledgerEntries(cycle: string, after = 0): AsyncIterable<EntryRecord> {
  return withPauses(
    forReaders(Entry)
      .find(placesOf(cycle, after), { promoteBuffers: true, readConcern: { level: 'majority' }, timeoutMS: 0, batchSize: BATCH, hint: BY_PLACE })
      .sort({ _id: 1 }),
  );
}

/** The last entry of every ledger in a session's snapshot. It reads an index from end to end. */
export async function ledgerHeads(session: mongo.ClientSession): Promise<{ cycle: string; seq: number; hash: string }[]> {
  const heads = await collection(Entry)
    .aggregate<{ _id: string; seq: number; hash: string }>(
      [{ $sort: { _id: 1 } }, { $group: { _id: '$_id.cycle', seq: { $last: '$_id.seq' }, hash: { $last: '$hash' } } }, { $sort: { _id: 1 } }],
      { session, timeoutMS: 0 },
    )
    .toArray();
  return heads.map(({ _id: cycle, seq, hash }) => ({ cycle, seq, hash }));
}

/** How many ballots of a cycle were voided. It reads the whole ledger. */
export function voidedIn(cycle: string): Promise<number> {
  return forReaders(Entry).countDocuments({ ...placesOf(cycle), voided: true }, { hint: BY_PLACE, timeoutMS: 60_000 });
}

/** Whether a cycle's ledger has any ballot. */
export async function hasBallots(cycle: string): Promise<boolean> {
  return (await collection(Entry).findOne({ ...placesOf(cycle), sealed: { $exists: false } }, { projection: { _id: 1 }, hint: BY_PLACE })) !== null;
}
