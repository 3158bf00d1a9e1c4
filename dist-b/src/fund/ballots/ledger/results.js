import { boundedMap, cached } from '../../../store/cache.js';
import { CodedError } from '../../../store/codedError.js';
import { forReaders } from '../../../store/connect.js';
import { perWorld } from '../../../store/world.js';
import { cycleForReaders } from '../../cycles/index.js';
import { Resident } from '../../people/index.js';
import { Entry, placesOf } from './entry.js';
import { publishedFiles } from './publishedFiles.js';
/** A cycle's results. Rejects with `unknown-cycle`, with `not-closed` until the ledger is sealed, with `broken-ledger` if it was tampered with. */
export function results(world) {
    const closed = closedResults(world);
    return async (cycle) => (await closed(cycle)).results;
}
/** The results of a sealed ledger, as they are published. Rejects as `publishedFiles` does. */
const closedResults = perWorld((world) => {
    const kept = boundedMap(500);
    const files = publishedFiles(world);
    return (id) => {
        const known = kept.get(id);
        if (known)
            return known;
        const reading = read(id);
        kept.set(id, reading);
        reading.catch(() => kept.delete(id));
        return reading;
    };
    async function read(id) {
        const file = await files.of(id, 'results');
        const parts = await Promise.all(file.from.map((_, part) => files.part(file, part)));
        return { results: JSON.parse(Buffer.concat(parts).toString()), ballots: file.cast ?? 0 };
    }
});
/** A cycle's turnout, up to 5 s old while voting is open. Rejects with `unknown-cycle`. */
export const turnout = perWorld((world) => {
    const byId = cycleForReaders(world);
    const closed = closedResults(world);
    const counts = boundedMap(500);
    const open = cached(world, 5_000, 500, async (id) => {
        const [count, residents] = await Promise.all([votersNow(id, counts.get(id)), residentsOf((await byId(id))?.community)]);
        counts.set(id, count);
        return { residents, voters: count.voters, ballots: null };
    });
    return async (id) => {
        const cycle = await byId(id);
        if (!cycle)
            throw new CodedError('unknown-cycle', 'There is no cycle with this id.');
        if (!cycle.sealedAt)
            return open(id);
        const { results, ballots } = await closed(id);
        return { ...results.turnout, ballots };
    };
});
/** How many entries are looked at together, and how many at most are looked at in this way. If more are new, the database counts the whole ledger. */
const SLICE = 1_000;
const MOST_NEW = 20_000;
/** Continues the last count: the cost depends on the number of new entries in the ledger, not on its length. */
export async function votersNow(cycle, before) {
    const tip = await forReaders(Entry).findOne(placesOf(cycle), { sort: { _id: -1 }, projection: { _id: 1 }, readConcern: { level: 'majority' } });
    const seq = tip?._id.seq ?? 0;
    if (!before || seq - before.seq > MOST_NEW)
        return { seq, voters: await votersUpTo(cycle, seq) };
    let count = before;
    while (count.seq < seq)
        count = await counted(cycle, count, Math.min(seq, count.seq + SLICE));
    return count;
}
async function counted(cycle, { seq, voters }, to) {
    const projection = { voter: 1, voided: 1 };
    const added = await forReaders(Entry)
        .find(placesOf(cycle, seq, to), { projection, sort: { _id: 1 } })
        .toArray();
    const now = lastOf(added);
    const known = await forReaders(Entry)
        .find({ voter: { $in: [...now.keys()] }, '_id.seq': { $lte: seq } }, { projection, sort: { '_id.seq': 1 } })
        .toArray();
    const had = [...lastOf(known).values()].filter((counts) => counts).length;
    const have = [...now.values()].filter((counts) => counts).length;
    return { seq: to, voters: voters - had + have };
}
/** Whether the last of these entries of each voter counts. */
function lastOf(entries) {
    return new Map(entries.flatMap(({ voter, voided }) => (voter ? [[voter, voided !== true]] : [])));
}
async function votersUpTo(cycle, seq) {
    const [count] = await forReaders(Entry)
        .aggregate([
        { $match: placesOf(cycle, 0, seq) },
        { $sort: { _id: -1 } },
        { $match: { voter: { $exists: true } } },
        { $group: { _id: '$voter', voided: { $first: '$voided' } } },
        { $match: { voided: { $ne: true } } },
        { $count: 'voters' },
    ], { allowDiskUse: true, timeoutMS: 60_000 })
        .toArray();
    return count?.voters ?? 0;
}
function residentsOf(community) {
    return forReaders(Resident).countDocuments({ community, erasedAt: { $exists: false } }, { timeoutMS: 60_000 });
}
