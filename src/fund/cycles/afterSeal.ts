import type { mongo } from 'mongoose';
import { z } from 'zod';
import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { act, done, refuse } from '../act/index.ts';
import { DAILY_WORK } from '../people/index.ts';
import { Cycle, type CycleRecord } from './cycle.ts';
import { asMarked, isSealed, markedAnew } from './cycleMark.ts';
import { cycleAt } from './cycleSubject.ts';

/**
 * Releases a cycle's result for the notice board (docs/contract.md: The console): from then on it can be printed, with the names of both who released it. Another
 * cadre, or a supervisor, confirms it.
 */
export const releaseResult = act({
  name: 'result.release',
  may: DAILY_WORK,
  approval: { by: 'any' },
  on: { ...cycleAt('/print/:cycle'), name: ({ _id }: CycleRecord) => `result/${_id}` },
  input: z.strictObject({}),
  refusals: { notSealed: null, already: null },
  async run({ world, session, on, actor, acting }) {
    if (!isSealed(world, on)) return refuse('notSealed');
    if (on.released) return refuse('already');
    const released = { at: world.now(), by: [actor.name, ...(acting.confirmed ? [acting.confirmed.by] : [])] };
    const marked = markedAnew(world.vault, on, { ...on, released });
    await collection(Cycle).updateOne({ _id: on._id }, { $set: { released, ...marked } }, { session });
    return done({ released: on._id }, { after: { title: on.title, sealedAt: on.sealedAt } });
  },
});

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
