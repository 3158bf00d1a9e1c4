import { setTimeout as sleep } from 'node:timers/promises';
import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { type Actor, checkRight } from '../people/index.ts';
import { stageAt, voteOf } from './calendar.ts';
import { Cycle, type CycleRecord, type Move, STAGES, type Stage } from './cycle.ts';

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
 * Moves a cycle to a stage by hand (docs/contract.md: The vote), recorded and public; resolves once it is in force, 2 s later. Rejects with `not-allowed` where the actor has no right to it, as every act in `RIGHTS` does. It never goes backwards once a
 * ballot is cast, and ends a vote early, or passes it over, only with a reason. `hasBallots` says of a cycle's id whether one was cast.
 */
export function moveCycle(
  world: World,
  hasBallots: HasBallots,
): (move: { id: string; stage: Stage; actor: Actor; reason?: string }) => Promise<Moved> {
  return async ({ id, stage, actor, reason }) => {
    const cycle = await collection(Cycle).findOne({ _id: id }, { promoteBuffers: true });
    if (!cycle) return { refused: 'unknown' };
    checkRight(actor, 'moveCycle', cycle.community);
    const at = world.now();
    const move: Move = { kind: 'move', stage, from: new Date(at.getTime() + HEARD_MS), by: actor.name, ...(reason && { reason }), at };
    const refused = await refusal(cycle, move, hasBallots);
    if (refused) return { refused };
    if (!(await recordMove(cycle, move))) return { refused: 'changed' };
    await sleep(HEARD_MS);
    if (isBack(cycle, move) && (await hasBallots(id))) {
      await collection(Cycle).updateOne({ _id: id }, { $pull: { moves: move } });
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

/** Puts off a vote's close (docs/contract.md: The vote), recorded and public; resolves once every process has heard of it, 2 s later. */
export function extendCycle(world: World): (extension: { id: string; to: Date; actor: Actor; reason: string }) => Promise<Extended> {
  return async ({ id, to, actor, reason }) => {
    const cycle = await collection(Cycle).findOne({ _id: id }, { promoteBuffers: true });
    if (!cycle) return { refused: 'unknown' };
    checkRight(actor, 'extendCycle', cycle.community);
    const vote = voteOf(cycle);
    if (!vote) return { refused: 'noVote' };
    const at = world.now();
    if (at.getTime() + HEARD_MS >= vote.to.getTime()) return { refused: 'passed' };
    if (to <= vote.to) return { refused: 'earlier' };
    const extension: Move = { kind: 'extend', stage: 'vote', from: to, by: actor.name, reason, at };
    if (!(await recordMove(cycle, extension))) return { refused: 'changed' };
    await sleep(HEARD_MS);
    return { extended: extension };
  };
}

/** Records a change of the calendar, unless it is no longer the one that was looked at: then false, and nothing changed. */
async function recordMove({ _id, moves, stages }: CycleRecord, move: Move): Promise<boolean> {
  const { matchedCount } = await collection(Cycle).updateOne({ _id, moves: { $size: moves.length }, stages }, { $push: { moves: move } });
  return matchedCount === 1;
}

/** Writes that a cycle's ledger is sealed, and how many residents there were; false where it was written before. */
export async function noteSealed(_id: string, sealedAt: Date, residentsAtClose: number): Promise<boolean> {
  const { modifiedCount } = await collection(Cycle).updateOne({ _id, sealedAt: { $exists: false } }, { $set: { sealedAt, residentsAtClose } });
  return modifiedCount === 1;
}

/** Destroys the key of a cycle's pseudonyms. */
export async function destroyKey(_id: string): Promise<void> {
  await collection(Cycle).updateOne({ _id }, { $unset: { pseudonymKey: '' } });
}
