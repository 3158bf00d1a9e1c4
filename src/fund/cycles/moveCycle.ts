import { setTimeout as sleep } from 'node:timers/promises';
import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import { stageAt } from '../calendar/stageAt.ts';
import { voteOf } from '../calendar/voteOf.ts';
import { Cycle, type CycleRecord, type Move } from '../records/cycle.ts';
import { STAGES, type Stage } from '../stage.ts';
import { recordMove } from './recordMove.ts';

export type Moved =
  | { readonly moved: Move }
  | {
      readonly refused:
        | 'unknown'
        /** It is at this stage. */
        | 'already'
        /** A ballot was cast, or the vote has closed: it never goes back. */
        | 'backwards'
        /** It would end the vote early, or pass it over: that needs a reason. */
        | 'reason'
        /** No date after it would close the vote. */
        | 'noClose'
        /** Somebody else changed the calendar meanwhile. */
        | 'changed';
    };

type HasBallots = (cycle: string) => Promise<boolean>;

/** A change is heard of in every process before it takes effect: what they remember of a cycle holds for a second, or until a change is told (`changes`, deaf after 900 ms). */
const HEARD_MS = 2_000;

/**
 * Moves a cycle to a stage by hand (contract §5), recorded and public; resolves once it is in force, 2 s later. It never goes backwards once a
 * ballot is cast, and ends a vote early, or passes it over, only with a reason. `hasBallots` says of a cycle's id whether one was cast.
 */
export function moveCycle(world: World, hasBallots: HasBallots): (move: { id: string; stage: Stage; by: string; reason?: string }) => Promise<Moved> {
  return async ({ id, stage, by, reason }) => {
    const cycle = await native(Cycle).findOne({ _id: id }, { promoteBuffers: true });
    if (!cycle) return { refused: 'unknown' };
    const at = world.now();
    const move: Move = { kind: 'move', stage, from: new Date(at.getTime() + HEARD_MS), by, ...(reason && { reason }), at };
    const refused = await refusal(cycle, move, hasBallots);
    if (refused) return { refused };
    if (!(await recordMove(cycle, move))) return { refused: 'changed' };
    await sleep(HEARD_MS);
    if (isBack(cycle, move) && (await hasBallots(id))) {
      await native(Cycle).updateOne({ _id: id }, { $pull: { moves: move } });
      return { refused: 'backwards' };
    }
    return { moved: move };
  };
}

async function refusal(cycle: CycleRecord, move: Move, hasBallots: HasBallots): Promise<Extract<Moved, { refused: unknown }>['refused'] | undefined> {
  const { stage, from, reason } = move;
  const current = stageAt(cycle, from);
  if (current === stage) return 'already';
  if (isBack(cycle, move) && (isOver(cycle, from) || (await hasBallots(cycle._id)))) return 'backwards';
  if (stage === 'vote' && !voteOf({ stages: cycle.stages, moves: [...cycle.moves, move] })) return 'noClose';
  const close = voteOf(cycle)?.to;
  if (close && from < close && STAGES.indexOf(stage) > STAGES.indexOf('vote') && !reason) return 'reason';
  return undefined;
}

function isBack(cycle: CycleRecord, { stage, from }: Move): boolean {
  const current = stageAt(cycle, from);
  return current !== undefined && STAGES.indexOf(stage) < STAGES.indexOf(current);
}

/** The vote has closed: its ledger is sealed, or about to be. */
function isOver(cycle: CycleRecord, at: Date): boolean {
  const vote = voteOf(cycle);
  return cycle.sealedAt !== undefined || (vote !== undefined && vote.to <= at);
}
