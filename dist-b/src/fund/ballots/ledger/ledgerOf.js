import { CodedError } from '../../../store/codedError.js';
import { collection } from '../../../store/collection.js';
import { forReaders } from '../../../store/connect.js';
import { dayOf } from '../../../store/wallTime.js';
import { cycleForReaders, slipsClose } from '../../cycles/index.js';
import { ledgerRow } from './chain.js';
import { Entry, placesOf } from './entry.js';
/** Entries read at once. */
const PIECE = 200;
const PUBLIC = { at: 1, commitment: 1, previous: 1, hash: 1 };
/**
 * The public part of a cycle's ledger (docs/contract.md: The ledger), the entries after a seq, piece by piece: entries of days that are over, and
 * all entries after the slips are closed; with fewer than 500 residents none before: what comes in after the close is known to be on paper.
 * Throws `unknown-cycle`.
 */
export function ledgerOf(world) {
    const byId = cycleForReaders(world);
    return async function* (id, after = 0) {
        const cycle = await byId(id);
        if (!cycle)
            throw new CodedError('unknown-cycle', 'There is no cycle with this id.');
        const { frozen } = cycle;
        const now = world.now();
        const closes = slipsClose(cycle, now);
        const isClosed = cycle.sealedAt !== undefined || (closes !== undefined && now >= closes);
        if (!frozen || (frozen.day && !isClosed))
            return;
        const today = dayOf(now, frozen.timezone);
        for (let seq = after;; seq += PIECE) {
            const found = await piece(id, seq);
            const open = found.filter(({ at }) => isClosed || at < today);
            if (open.length > 0)
                yield open.map(ledgerRow);
            if (open.length < PIECE)
                return;
        }
    };
}
/** A query for each piece, so that a reader holds no cursor and no connection while they process a piece. */
function piece(cycle, after) {
    return forReaders(Entry)
        .find(placesOf(cycle, after, after + PIECE), { projection: PUBLIC, readConcern: { level: 'majority' }, sort: { _id: 1 } })
        .toArray();
}
/** The last entry of the days that are over at a moment; once the ledger is sealed, the seal. Undefined if there is none yet. */
export async function finishedHead({ _id, frozen, sealedAt }, at) {
    if (!frozen)
        return undefined;
    const ofDaysOver = sealedAt ? {} : { at: { $lt: dayOf(at, frozen.timezone) } };
    const entry = await collection(Entry).findOne({ ...placesOf(_id), ...ofDaysOver }, { sort: { _id: -1 }, projection: { hash: 1, sealed: 1 }, readConcern: { level: 'majority' } });
    return entry ? { seq: entry._id.seq, hash: entry.hash, sealed: entry.sealed === true } : undefined;
}
