import { setTimeout as sleep } from 'node:timers/promises';
import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { type Deed, withLog } from '../log/index.ts';
import { type Actor, checkRight } from '../people/index.ts';
import { askSecond, needsSecond, type Waiting } from '../second/index.ts';
import { calendarMark, stageAt, voteOf } from './calendar.ts';
import { Cycle, type CycleRecord, type Move, STAGES, type Stage } from './cycle.ts';

export type Moved =
  | { readonly moved: Move }
  /** It would end a vote early, or pass it over: that waits for a second person. */
  | Waiting
  | {
      readonly refused:
        | 'unknown'
        /** The cycle is at this stage already. */
        | 'already'
        /** A ballot was cast, or the vote has closed: from then on the cycle never goes back. */
        | 'backwards'
        /** The move would end the vote early, or pass it over: that needs a reason. */
        | 'reason'
        /** No date after the move would close the vote. */
        | 'noClose'
        /** Somebody else has changed the calendar meanwhile. */
        | 'changed';
    };

type HasBallots = (cycle: string) => Promise<boolean>;

/**
 * How long a change waits before it takes effect, so that every process has heard of it by then. What a process remembers of a cycle holds for a
 * second, or until it hears of a change (`changes`, which counts as deaf after 900 ms).
 */
const HEARD_MS = 2_000;

/**
 * Moves a cycle to a stage by hand (docs/contract.md: The vote). The move is recorded and public. Resolves once it is in force, 2 s later. Rejects
 * with `not-allowed` if the actor has no right to it, as every act in `RIGHTS` does. A cycle never goes backwards once a ballot is cast. A move ends
 * a vote early, or passes it over, only with a reason. `hasBallots` tells for a cycle's id whether a ballot was cast; `seen` is the calendar that was
 * looked at (`calendarMark`): if it is another one now, nothing is done.
 */
export function moveCycle(
  world: World,
  hasBallots: HasBallots,
): (move: { id: string; stage: Stage; actor: Actor; reason?: string | undefined; seen?: string }) => Promise<Moved> {
  return async ({ id, stage, actor, reason, seen }) => {
    const cycle = await collection(Cycle).findOne({ _id: id }, { promoteBuffers: true });
    if (!cycle) return { refused: 'unknown' };
    const acting = checkRight(actor, 'moveCycle', cycle.community);
    if (seen !== undefined && seen !== calendarMark(cycle)) return { refused: 'changed' };
    const at = world.now();
    const move: Move = { kind: 'move', stage, from: new Date(at.getTime() + HEARD_MS), by: actor.name, ...(reason && { reason }), at };
    const refused = await refusal(cycle, move, hasBallots);
    if (refused) return { refused };
    const before = stageAt(cycle, move.from);
    const detail = { before: { stage: before }, after: { stage, from: move.from }, reason };
    if (needsSecond(actor, 'moveCycle', endsVote(cycle, move) ? 'endingVote' : undefined)) {
      const payload = { id, stage, reason, seen: calendarMark(cycle) };
      const told = { before: { stage: before, closes: voteOf(cycle)?.to }, after: { stage }, reason };
      return askSecond(world)({ act: 'moveCycle', community: cycle.community, actor, subject: id, detail: told, payload });
    }
    if (!(await recordMove(world, cycle, move, { ...acting, subject: id, detail }))) return { refused: 'changed' };
    await sleep(HEARD_MS);
    if (isBack(cycle, move) && (await hasBallots(id))) {
      await withLog(world)(cycle.community, async (session, write) => {
        await collection(Cycle).updateOne({ _id: id }, { $pull: { moves: move } }, { session });
        await write({ ...acting, subject: id, detail: { before: { stage }, after: { stage: before }, reason: 'a ballot was cast meanwhile' } });
      });
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
  if (endsVote(cycle, move) && !isBack(cycle, move) && !reason) return 'reason';
  return undefined;
}

/** Whether a move leaves an open vote, or passes over one that was to come. */
function endsVote(cycle: CycleRecord, { stage, from }: Move): boolean {
  const vote = voteOf(cycle);
  if (!vote || vote.to <= from) return false;
  return STAGES.indexOf(stage) > STAGES.indexOf('vote') || (vote.from <= from && stage !== 'vote');
}

function isBack(cycle: CycleRecord, { stage, from }: Move): boolean {
  const current = stageAt(cycle, from);
  return current !== undefined && STAGES.indexOf(stage) < STAGES.indexOf(current);
}

/** Whether the vote has closed: its ledger is sealed, or about to be. */
function isOver(cycle: CycleRecord, at: Date): boolean {
  const vote = voteOf(cycle);
  return cycle.sealedAt !== undefined || (vote !== undefined && vote.to <= at);
}

export type Extended =
  | { readonly extended: Move }
  | Waiting
  | {
      readonly refused:
        | 'unknown'
        | 'noVote'
        /** The close has passed, or is so near that not every process would hear of the change in time. */
        | 'passed'
        /** The new close is not later than the close is now. */
        | 'earlier'
        /** Somebody else has changed the calendar meanwhile. */
        | 'changed';
    };

/**
 * Puts off a vote's close (docs/contract.md: The vote). The extension is recorded and public. Resolves once every process has heard of it, 2 s later.
 * Rejects with `not-allowed` if the actor has no right to it. `seen`: as of `moveCycle`.
 */
export function extendCycle(world: World): (extension: { id: string; to: Date; actor: Actor; reason: string; seen?: string }) => Promise<Extended> {
  return async ({ id, to, actor, reason, seen }) => {
    const cycle = await collection(Cycle).findOne({ _id: id }, { promoteBuffers: true });
    if (!cycle) return { refused: 'unknown' };
    const acting = checkRight(actor, 'extendCycle', cycle.community);
    if (seen !== undefined && seen !== calendarMark(cycle)) return { refused: 'changed' };
    const vote = voteOf(cycle);
    if (!vote) return { refused: 'noVote' };
    const at = world.now();
    if (at.getTime() + HEARD_MS >= vote.to.getTime()) return { refused: 'passed' };
    if (to <= vote.to) return { refused: 'earlier' };
    const extension: Move = { kind: 'extend', stage: 'vote', from: to, by: actor.name, reason, at };
    const detail = { before: { closes: vote.to }, after: { closes: to }, reason };
    if (needsSecond(actor, 'extendCycle', undefined)) {
      const payload = { id, to: to.toISOString(), reason, seen: calendarMark(cycle) };
      return askSecond(world)({ act: 'extendCycle', community: cycle.community, actor, subject: id, detail, payload });
    }
    if (!(await recordMove(world, cycle, extension, { ...acting, subject: id, detail }))) return { refused: 'changed' };
    await sleep(HEARD_MS);
    return { extended: extension };
  };
}

/** Records a change of the calendar. If the calendar is no longer the one that was looked at, it gives false and changes nothing. */
function recordMove(world: World, { _id, moves, stages }: CycleRecord, move: Move, deed: Deed): Promise<boolean> {
  return withLog(world)(deed.community, async (session, write) => {
    const asSeen = { _id, moves: { $size: moves.length }, stages };
    const { matchedCount } = await collection(Cycle).updateOne(asSeen, { $push: { moves: move } }, { session });
    if (matchedCount === 1) await write(deed);
    return matchedCount === 1;
  });
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
