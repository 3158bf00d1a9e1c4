import { setTimeout as sleep } from 'node:timers/promises';
import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import { voteOf } from '../calendar/voteOf.ts';
import { Cycle, type Move } from '../records/cycle.ts';
import { recordMove } from './recordMove.ts';

export type Extended =
  | { readonly extended: Move }
  | {
      readonly refused:
        | 'unknown'
        | 'noVote'
        /** The close has passed, or is so near that not every process would hear of it. */
        | 'passed'
        /** Not later than the close is now. */
        | 'earlier'
        /** Somebody else changed the calendar meanwhile. */
        | 'changed';
    };

const HEARD_MS = 2_000;

/** Puts off a vote's close (contract §5), recorded and public; resolves once every process has heard of it, 2 s later. */
export function extendCycle(world: World): (extension: { id: string; to: Date; by: string; reason: string }) => Promise<Extended> {
  return async ({ id, to, by, reason }) => {
    const cycle = await native(Cycle).findOne({ _id: id }, { promoteBuffers: true });
    if (!cycle) return { refused: 'unknown' };
    const vote = voteOf(cycle);
    if (!vote) return { refused: 'noVote' };
    const at = world.now();
    if (at.getTime() + HEARD_MS >= vote.to.getTime()) return { refused: 'passed' };
    if (to <= vote.to) return { refused: 'earlier' };
    const extension: Move = { kind: 'extend', stage: 'vote', from: to, by, reason, at };
    if (!(await recordMove(cycle, extension))) return { refused: 'changed' };
    await sleep(HEARD_MS);
    return { extended: extension };
  };
}
