import { collection } from '../../store/collection.js';
import { withLog } from '../log/index.js';
import { checkRight } from '../people/index.js';
import { askSecond, needsSecond } from '../second/index.js';
import { Cycle } from './cycle.js';
/**
 * Releases a cycle's result for the notice board (docs/contract.md: The console): from then on it can be printed, with the names of both who released it.
 * Rejects with `not-allowed` (`checkRight`).
 */
export function releaseResult(world) {
    return async ({ cycle: id, actor }) => {
        const cycle = await collection(Cycle).findOne({ _id: id }, { projection: { community: 1, title: 1, sealedAt: 1, released: 1 } });
        if (!cycle)
            return { refused: 'unknown' };
        const { community, title, sealedAt } = cycle;
        const acting = checkRight(actor, 'releaseResult', community);
        if (!sealedAt)
            return { refused: 'notSealed' };
        if (cycle.released)
            return { refused: 'already' };
        const [subject, detail] = [`result/${id}`, { after: { title, sealedAt } }];
        if (needsSecond(actor, 'releaseResult', undefined))
            return askSecond(world)({ act: 'releaseResult', community, actor, subject, detail, payload: { cycle: id } });
        return withLog(world)(community, async (session, write) => {
            const released = { at: world.now(), by: [actor.name, ...(acting.confirmed ? [acting.confirmed.by] : [])] };
            const { matchedCount } = await collection(Cycle).updateOne({ _id: id, released: { $exists: false } }, { $set: { released } }, { session });
            if (matchedCount === 0)
                return { refused: 'already' };
            await write({ ...acting, subject, detail });
            return { released: id };
        });
    };
}
