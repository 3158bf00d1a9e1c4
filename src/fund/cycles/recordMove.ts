import { native } from '../../store/native.ts';
import { Cycle, type CycleRecord, type Move } from '../records/cycle.ts';

/** Records a change of the calendar, unless it is no longer the one that was looked at: then false, and nothing changed. */
export async function recordMove({ _id, moves, stages }: CycleRecord, move: Move): Promise<boolean> {
  const { matchedCount } = await native(Cycle).updateOne({ _id, moves: { $size: moves.length }, stages }, { $push: { moves: move } });
  return matchedCount === 1;
}
