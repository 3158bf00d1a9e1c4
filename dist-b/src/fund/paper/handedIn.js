import { collection } from '../../store/collection.js';
import { cycleKeys, votedAmong } from '../ballots/index.js';
import { findCycle } from '../cycles/index.js';
import { acceptedAmong } from '../people/index.js';
import { Batch } from './batch.js';
import { Mark, markedPerson } from './mark.js';
import { Slip } from './slip.js';
/**
 * When each of these voters (`cycleKeys(…).voter`) handed in their last slip, in milliseconds, as long as it is not known what became of it. A
 * voter who handed in none is left out.
 */
export function handedInLast(world) {
    return async (cycle, voters) => {
        if (voters.length === 0)
            return new Map();
        await nameVoters(world, cycle);
        const marks = await collection(Mark)
            .find({ voter: { $in: [...voters] }, active: true }, { sort: { at: 1 }, projection: { voter: 1, at: 1, serial: 1 } })
            .toArray();
        const settled = await collection(Slip)
            .find({ _id: { $in: marks.map(({ serial }) => serial) }, outcome: { $exists: true }, waits: { $exists: false } }, { projection: { _id: 1 } })
            .toArray();
        const isSettled = new Set(settled.map(({ _id }) => _id));
        return new Map(marks.flatMap(({ voter, at, serial }) => (voter && !isSettled.has(serial) ? [[voter, at.getTime()]] : [])));
    };
}
/** Those of the residents who have a ballot that counts, or handed in a slip that is not in the ledger yet. */
export function votedOrHandedIn(world) {
    return votedAmong(world, handedInLast(world));
}
/** Notes on marks whose they are, for people who asked at a table to be put on the roster and are on it by now. Harmless to repeat. */
export async function nameVoters(world, cycle) {
    const asking = await collection(Mark)
        .find({ '_id.cycle': cycle._id, asks: true }, { projection: { person: 1 }, promoteBuffers: true })
        .toArray();
    const requests = new Map(asking.flatMap((mark) => {
        const person = markedPerson(world.vault, mark);
        return person && 'request' in person ? [[person.request, mark._id]] : [];
    }));
    const accepted = await acceptedAmong(cycle.community, [...requests.keys()]);
    for (const [request, resident] of accepted) {
        const voter = cycleKeys(world)(cycle)?.voter(resident).voterId;
        const _id = requests.get(request);
        if (voter && _id)
            await collection(Mark).updateOne({ _id, asks: true }, { $set: { voter }, $unset: { asks: 1 } });
    }
}
/** Forgets who handed in which slip, and what it said, once a cycle's key is destroyed. From then on nothing leads from a ballot to a person. */
export async function forgetPaper() {
    // with the range it is read off the index of those who are named
    const cycles = await collection(Mark).distinct('_id.cycle', { '_id.cycle': { $gt: '' }, person: { $exists: true } });
    for (const id of cycles) {
        const cycle = await findCycle(id);
        if (cycle?.pseudonymKey || (cycle && !cycle.sealedAt))
            continue;
        await collection(Batch).updateMany({ '_id.cycle': id }, { $set: { keyed: [] } });
        await collection(Slip).updateMany({ cycle: id }, { $unset: { picks: 1 } });
        await collection(Mark).updateMany({ '_id.cycle': id }, { $unset: { person: 1, voter: 1, asks: 1 } });
    }
}
