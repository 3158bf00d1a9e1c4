import { CodedError } from '../../store/codedError.js';
import { collection } from '../../store/collection.js';
import { forReaders } from '../../store/connect.js';
import { readersLookUps } from '../../store/lookUps.js';
import { perWorld } from '../../store/world.js';
import { checkView } from '../people/index.js';
import { staffRole } from '../staff/index.js';
import { Implementer } from './implementers.js';
import { Work } from './work.js';
/** A work by its cycle and its project's number, for those who may read it; null if there is none. Pages and API read it. */
export function workByNumber(cycle, number) {
    return forReaders(Work).findOne({ _id: { cycle, number } });
}
/** The works of a cycle by number: as many as it has winners. */
export function worksOfCycle(cycle) {
    return forReaders(Work)
        .find({ '_id.cycle': cycle }, { sort: { '_id.number': 1 } })
        .toArray();
}
/** The same; requests for several cycles at the same time share one command. */
export const worksOfMany = perWorld((world) => readersLookUps(world)({
    model: Work,
    pipeline: (cycles) => [{ $match: { '_id.cycle': { $in: cycles } } }, { $sort: { '_id.number': 1 } }],
    results: (found, cycles) => {
        const known = new Map(cycles.map((cycle) => [cycle, []]));
        for (const work of found)
            known.get(work._id.cycle)?.push(work);
        return cycles.map((cycle) => known.get(cycle) ?? []);
    },
}));
/** The same for a member of the staff; an implementer reads only those for which they were chosen. Rejects with `not-allowed` (`checkView`). */
export function readWorks(world) {
    const own = ownImplementers(world);
    return async (community, cycle, actor) => {
        checkView(actor, 'works', community);
        const numbers = await own(community, actor);
        const works = await worksOfCycle(cycle);
        return works.filter((work) => work.community === community && (!numbers || (work.chosen !== undefined && numbers.includes(work.chosen.implementer))));
    };
}
/** Throws `not-allowed` if an implementer acts on a work for which they were not chosen. Whether others may, `checkRight` says. */
export function isOwnWork(world) {
    const own = ownImplementers(world);
    return async ({ community, chosen }, actor) => {
        const numbers = await own(community, actor);
        if (!numbers || (chosen && numbers.includes(chosen.implementer)))
            return;
        throw new CodedError('not-allowed', 'You may do this only for the works for which you were chosen; ask one of the cadres.');
    };
}
/** The implementers of a community that have the actor's phone; undefined if the actor is no implementer, and may see all works. */
export function ownImplementers({ vault }) {
    return async (community, actor) => {
        if (actor.kind !== 'staff' || actor.role !== 'implementer')
            return undefined;
        const role = await staffRole({ vault }, actor.id);
        if (!role)
            return [];
        const found = await collection(Implementer)
            .find({ '_id.community': community, phone: role.phone }, { projection: { _id: 1 } })
            .toArray();
        return found.map(({ _id }) => _id.number);
    };
}
