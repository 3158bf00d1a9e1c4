import { isDeepStrictEqual } from 'node:util';
import type { mongo } from 'mongoose';
import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { Cycle, type CycleRecord, type Move } from './cycle.ts';
import { markedAnew } from './cycleMark.ts';

/** Records a change of the calendar in the session of an act that has read the cycle there. */
export async function recordMove(
  world: World,
  cycle: CycleRecord,
  move: Move,
  session: mongo.ClientSession,
  holds: CycleRecord['holds'] = cycle.holds,
): Promise<void> {
  const marked = markedAnew(world.vault, cycle, { ...cycle, moves: [...cycle.moves, move], holds });
  await collection(Cycle).updateOne({ _id: cycle._id }, { $push: { moves: move }, $set: { ...(holds && { holds }), ...marked } }, { session });
}

/** Takes back a change of the calendar that did not come into force. */
export async function takeBackMove(world: World, _id: string, move: Move, session: mongo.ClientSession): Promise<void> {
  const cycle = await collection(Cycle).findOne({ _id }, { session, promoteBuffers: true });
  if (!cycle) return;
  const moves = cycle.moves.filter((each) => !isDeepStrictEqual(each, move));
  await collection(Cycle).updateOne({ _id }, { $set: { moves, ...markedAnew(world.vault, cycle, { ...cycle, moves }) } }, { session });
}
