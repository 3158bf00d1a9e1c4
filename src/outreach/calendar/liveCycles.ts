import { Cycle, type CycleRecord } from '../../fund/records/cycle.ts';
import { DAY_MS } from '../../store/dayMs.ts';
import { native } from '../../store/native.ts';

/** Longer than anything that a calendar has us say can wait. */
const BACK_MS = 8 * DAY_MS;

/** The cycles whose calendar has a date lately or ahead, as far as a calendar needs to be known. */
export function liveCycles(now: Date): Promise<CycleRecord[]> {
  const since = { $gte: new Date(now.getTime() - BACK_MS) };
  return native(Cycle)
    .find({ $or: [{ 'stages.from': since }, { 'moves.from': since }] }, { promoteBuffers: true, projection: { 'frozen.ballot': 0 } })
    .toArray();
}
