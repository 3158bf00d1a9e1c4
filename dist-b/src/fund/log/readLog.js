import { CodedError } from '../../store/codedError.js';
import { collection } from '../../store/collection.js';
import { forReaders } from '../../store/connect.js';
import { sha256 } from '../../store/crypto.js';
import { withPauses } from '../../store/inTime.js';
import { readersLookUps } from '../../store/lookUps.js';
import { perWorld } from '../../store/world.js';
import { brokenLogLink, detailHash, firstLogPrevious } from './chain.js';
import { entriesOf, LogEntry, lastEntryOf, logRow, openingOf } from './logEntry.js';
/** A community's log from its first entry on, with the details. */
export async function* readLog({ vault }, community) {
    const entries = forReaders(LogEntry)
        .find(entriesOf(community), { promoteBuffers: true, readConcern: { level: 'majority' }, timeoutMS: 0, batchSize: 1_000 })
        .sort({ _id: 1 });
    for await (const entry of withPauses(entries)) {
        yield opened(vault, entry);
    }
}
/** Checks a community's log from its first entry to its last, with every detail that is there. Gives the last entry. Rejects with `broken-log`. */
export async function checkLogOf(world, community) {
    let before = { seq: 0, hash: firstLogPrevious(sha256, community) };
    for await (const row of readLog(world, community)) {
        const { opening } = row;
        const isOther = opening && detailHash(sha256, opening.salt, JSON.stringify(opening.detail)) !== row.detail;
        const broken = brokenLogLink(sha256, community, before, row) ?? (isOther ? 'its detail is not the one that it commits to' : undefined);
        if (broken)
            throw new CodedError('broken-log', `The log does not hold at entry ${row.seq}: ${broken}.`);
        before = row;
    }
    return before;
}
function opened(vault, entry) {
    const opening = openingOf(vault, entry);
    return { ...logRow(entry), ...(opening && { opening }) };
}
/** The newest entries of a community's log that are wanted, with the details. `more`: others follow. */
export async function logPage({ vault }, community, { about, by, from, until, before, limit }) {
    const which = {
        _id: { $gt: { community, seq: 0 }, $lt: { community, seq: before ?? Number.MAX_SAFE_INTEGER } },
        ...(about && { act: { $gte: `${about}.`, $lt: `${about}/` } }),
        ...(by && { by }),
        ...((from || until) && { at: { ...(from && { $gte: from }), ...(until && { $lt: until }) } }),
    };
    const found = await forReaders(LogEntry)
        .find(which, { sort: { _id: -1 }, limit: limit + 1, promoteBuffers: true })
        .toArray();
    return { entries: found.slice(0, limit).map((entry) => opened(vault, entry)), more: found.length > limit };
}
/** The newest entries of a community's log that are one of these acts, before an entry, with the details. `more`: others follow. It reads an index of acts. */
export async function actsPage({ vault }, community, { acts, before, limit }) {
    const found = await forReaders(LogEntry)
        .find({ '_id.community': community, act: { $in: [...acts] }, '_id.seq': { $lt: before ?? Number.MAX_SAFE_INTEGER } }, { sort: { '_id.seq': -1 }, hint: { '_id.community': 1, act: 1, '_id.seq': -1 }, limit: limit + 1, promoteBuffers: true })
        .toArray();
    return { entries: found.slice(0, limit).map((entry) => opened(vault, entry)), more: found.length > limit };
}
/** The last entry of a community's log; before the first one, `0` with the hash that it will follow. */
export async function logHead(community, session) {
    return (await lastEntryOf(community, session)) ?? { seq: 0, hash: firstLogPrevious(sha256, community) };
}
/** The seq of the last entry of a community's log at this moment; 0 if there is none. What is remembered under it is forgotten with the next act, in whatever process. */
export const lastSeq = perWorld((world) => readersLookUps(world)(lastOfEach));
const lastOfEach = {
    model: LogEntry,
    pipeline: (communities) => {
        const [first = [], ...others] = [...new Set(communities)].map((community) => [
            { $match: entriesOf(community) },
            { $sort: { _id: -1 } },
            { $limit: 1 },
            { $project: { _id: 1 } },
        ]);
        return [...first, ...others.map((pipeline) => ({ $unionWith: { coll: LogEntry.collection.name, pipeline } }))];
    },
    results: (found, communities) => {
        const last = new Map(found.map(({ _id: { community, seq } }) => [community, seq]));
        return communities.map((community) => last.get(community) ?? 0);
    },
};
/**
 * What was done in a community since the last of certain acts, such as an import; everything if there is none. If that act's detail says `upTo` which
 * entry it had seen, from there on.
 */
export async function actsSince({ vault }, community, bases) {
    const entries = collection(LogEntry);
    const base = await entries.findOne({ ...entriesOf(community), act: { $in: [...bases] } }, { sort: { _id: -1 }, promoteBuffers: true });
    const seen = base && openingOf(vault, base)?.detail.after;
    const isSaid = typeof seen === 'object' && seen !== null && 'upTo' in seen && typeof seen.upTo === 'number';
    const after = isSaid ? Number(seen.upTo) : (base?._id.seq ?? 0);
    const found = await entries
        .find(entriesOf(community, after), { projection: { act: 1, subject: 1, names: 1 } })
        .sort({ _id: 1 })
        .toArray();
    return found.map(({ act, subject, names = [] }) => ({ act, subject, names }));
}
