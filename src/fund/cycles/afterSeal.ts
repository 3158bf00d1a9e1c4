import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { withLog } from '../log/index.ts';
import { type Actor, checkRight } from '../people/index.ts';
import { askSecond, needsSecond, type Waiting } from '../second/index.ts';
import { Cycle } from './cycle.ts';

export type ResultReleased =
  | { readonly released: string }
  | Waiting
  | {
      readonly refused:
        | 'unknown'
        /** The ledger is not sealed, so that there is no result yet. */
        | 'notSealed'
        | 'already';
    };

/**
 * Releases a cycle's result for the notice board (docs/contract.md: The console): from then on it can be printed, with the names of both who released it.
 * Rejects with `not-allowed` (`checkRight`).
 */
export function releaseResult(world: World): (release: { readonly cycle: string; readonly actor: Actor }) => Promise<ResultReleased> {
  return async ({ cycle: id, actor }) => {
    const cycle = await collection(Cycle).findOne({ _id: id }, { projection: { community: 1, title: 1, sealedAt: 1, released: 1 } });
    if (!cycle) return { refused: 'unknown' };
    const { community, title, sealedAt } = cycle;
    const acting = checkRight(actor, 'releaseResult', community);
    if (!sealedAt) return { refused: 'notSealed' };
    if (cycle.released) return { refused: 'already' };
    const [subject, detail] = [`result/${id}`, { after: { title, sealedAt } }];
    if (needsSecond(actor, 'releaseResult', undefined))
      return askSecond(world)({ act: 'releaseResult', community, actor, subject, detail, payload: { cycle: id } });
    return withLog(world)(community, async (session, write): Promise<ResultReleased> => {
      const released = { at: world.now(), by: [actor.name, ...(acting.confirmed ? [acting.confirmed.by] : [])] };
      const { matchedCount } = await collection(Cycle).updateOne({ _id: id, released: { $exists: false } }, { $set: { released } }, { session });
      if (matchedCount === 0) return { refused: 'already' };
      await write({ ...acting, subject, detail });
      return { released: id };
    });
  };
}

/** Notes that a cycle's ledger is sealed, and how many residents there were; gives false if it was noted before. */
export async function noteSealed(_id: string, sealedAt: Date, residentsAtClose: number): Promise<boolean> {
  const { modifiedCount } = await collection(Cycle).updateOne({ _id, sealedAt: { $exists: false } }, { $set: { sealedAt, residentsAtClose } });
  return modifiedCount === 1;
}

/** Destroys the key of a cycle's pseudonyms. */
export async function destroyKey(_id: string): Promise<void> {
  await collection(Cycle).updateOne({ _id }, { $unset: { pseudonymKey: '' } });
}
