import type { mongo } from 'mongoose';
import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { withLog } from '../log/index.ts';
import { type Actor, checkRight } from '../people/index.ts';
import { askSecond, needsSecond, type Waiting } from '../second/index.ts';
import { Cycle, type CycleRecord } from './cycle.ts';
import { asMarked, isSealed, markedAnew } from './cycleMark.ts';

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
    const cycle = await collection(Cycle).findOne({ _id: id }, { projection: { projects: 0, pseudonymKey: 0 } });
    if (!cycle) return { refused: 'unknown' };
    const { community, title, sealedAt } = cycle;
    const acting = checkRight(actor, 'releaseResult', community);
    if (!isSealed(world, cycle)) return { refused: 'notSealed' };
    if (cycle.released) return { refused: 'already' };
    const [subject, detail] = [`result/${id}`, { after: { title, sealedAt } }];
    if (needsSecond(actor, 'releaseResult', undefined))
      return askSecond(world)({ act: 'releaseResult', community, actor, subject, detail, payload: { cycle: id } });
    return withLog(world)(community, async (session, write): Promise<ResultReleased> => {
      const released = { at: world.now(), by: [actor.name, ...(acting.confirmed ? [acting.confirmed.by] : [])] };
      const asSeen = { _id: id, released: { $exists: false }, ...asMarked(cycle) };
      const marked = markedAnew(world.vault, cycle, { ...cycle, released });
      const { matchedCount } = await collection(Cycle).updateOne(asSeen, { $set: { released, ...marked } }, { session });
      if (matchedCount === 0) return { refused: 'already' };
      await write({ ...acting, subject, detail });
      return { released: id };
    });
  };
}

/**
 * Notes that a cycle's ledger is sealed, with the seal's hash, and how many residents there were. Gives false if it was noted before, or if its calendar has
 * changed since it was read.
 */
export async function noteSealed(
  { vault }: Pick<World, 'vault'>,
  cycle: CycleRecord,
  sealed: Required<Pick<CycleRecord, 'sealedAt' | 'sealHead' | 'residentsAtClose'>>,
): Promise<boolean> {
  const asSeen = { _id: cycle._id, sealedAt: { $exists: false }, ...asMarked(cycle) };
  const marked = markedAnew(vault, cycle, { ...cycle, ...sealed });
  const { modifiedCount } = await collection(Cycle).updateOne(asSeen, { $set: { ...sealed, ...marked } });
  return modifiedCount === 1;
}

/** The cycles that have a key of pseudonyms, as a session's snapshot shows them. */
export async function cyclesWithKey(session: mongo.ClientSession): Promise<string[]> {
  const found = await collection(Cycle)
    .find({ pseudonymKey: { $exists: true } }, { session, projection: { _id: 1 } })
    .toArray();
  return found.map(({ _id }) => _id);
}

/** Whether a key is destroyed by now which a backup has: it was there then, or was made since (what follows a backup has it, too). */
export async function someKeyDestroyed({ keys, madeAt }: { readonly keys: readonly string[]; readonly madeAt: string }): Promise<boolean> {
  const had = [{ _id: { $in: [...keys] } }, { 'frozen.at': { $gt: new Date(madeAt) } }];
  return (
    (await collection(Cycle).findOne({ frozen: { $exists: true }, pseudonymKey: { $exists: false }, $or: had }, { projection: { _id: 1 } })) !== null
  );
}

/** Destroys the key of a cycle's pseudonyms. */
export async function destroyKey(_id: string): Promise<void> {
  await collection(Cycle).updateOne({ _id }, { $unset: { pseudonymKey: '' } });
}
