import { native } from '../../store/native.ts';
import { isOpen } from '../calendar/isOpen.ts';
import { Cycle } from '../records/cycle.ts';

/** Whether a vote of a community is open at a moment. */
export async function isVoting(community: string, at: Date): Promise<boolean> {
  const cycles = await native(Cycle)
    .find({ community }, { projection: { stages: 1, moves: 1 } })
    .toArray();
  return cycles.some((cycle) => isOpen(cycle, at));
}
