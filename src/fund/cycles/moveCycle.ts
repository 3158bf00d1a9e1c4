import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { collection } from '../../store/collection.ts';
import { sha256 } from '../../store/vault.ts';
import type { World } from '../../store/world.ts';
import { type Deed, withLog } from '../log/index.ts';
import { type Actor, checkRight } from '../people/index.ts';
import { askSecond, needsSecond, type Waiting } from '../second/index.ts';
import { calendarMark, heldVote, LONGEST_KEYING_MS, slipsClose, stageAt, voteOf } from './calendar.ts';
import { Cycle, type CycleRecord, type Move, STAGES, type Stage } from './cycle.ts';
import { asMarked, markedAnew } from './cycleMark.ts';

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
        /** What is published before the vote is not checked, or an objection is not answered: two persons may open it all the same. */
        | 'held'
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
export const HEARD_MS = 2_000;

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
      const told = { before: { stage: before, closes: voteOf(cycle, at)?.to }, after: { stage }, reason };
      return askSecond(world)({ act: 'moveCycle', community: cycle.community, actor, subject: id, detail: told, payload });
    }
    if (!(await recordMove(world, cycle, move, { ...acting, subject: id, detail }))) return { refused: 'changed' };
    await sleep(HEARD_MS);
    if (isBack(cycle, move) && (await hasBallots(id))) {
      await withLog(world)(cycle.community, async (session, write) => {
        const now = await collection(Cycle).findOne({ _id: id }, { session });
        if (!now) return;
        const moves = now.moves.filter((each) => !isDeepStrictEqual(each, move));
        await collection(Cycle).updateOne({ _id: id }, { $set: { moves, ...markedAnew(world.vault, now, { ...now, moves }) } }, { session });
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
  if (stage === 'vote' && isHeld(cycle, from)) return 'held';
  if (stage === 'vote' && !voteOf({ ...cycle, moves: [...cycle.moves, move] }, from)) return 'noClose';
  if (endsVote(cycle, move) && !isBack(cycle, move) && !reason) return 'reason';
  return undefined;
}

function isHeld({ holds = [] }: CycleRecord, at: Date): boolean {
  return holds.some(({ from, to }) => from <= at && (to === undefined || at < to));
}

/** Whether a move leaves an open vote, or passes over one that was to come. */
function endsVote(cycle: CycleRecord, { stage, from }: Move): boolean {
  const vote = heldVote(cycle, from) ?? voteOf(cycle, from);
  if (!vote || vote.to <= from) return false;
  return STAGES.indexOf(stage) > STAGES.indexOf('vote') || (vote.from <= from && stage !== 'vote');
}

function isBack(cycle: CycleRecord, { stage, from }: Move): boolean {
  const current = stageAt(cycle, from);
  return current !== undefined && STAGES.indexOf(stage) < STAGES.indexOf(current);
}

/** Whether the vote has closed: its ledger is sealed, or about to be. */
function isOver(cycle: CycleRecord, at: Date): boolean {
  const vote = voteOf(cycle, at);
  return cycle.sealedAt !== undefined || (vote !== undefined && vote.to <= at);
}

export type Extended =
  | { readonly extended: Move }
  | Waiting
  | {
      readonly refused:
        | 'unknown'
        | 'noVote'
        /** It has passed, or is so near that not every process would hear of the change in time. */
        | 'passed'
        /** It is not later than it is now. */
        | 'earlier'
        /** Slips would be keyed longer than 72 hours after the close. */
        | 'tooLong'
        /** Somebody else has changed the calendar meanwhile. */
        | 'changed';
    };

/** What is put off: a vote's close, or the end of keying its slips of paper. */
export const EXTENDS = ['vote', 'slips'] as const;
export type Extends = (typeof EXTENDS)[number];

/**
 * Puts off a vote's close, or the end of keying its slips (docs/contract.md: The vote). The extension is recorded and public. Resolves once every process has
 * heard of it, 2 s later. Rejects with `not-allowed` if the actor has no right to it. `seen`: as of `moveCycle`.
 */
export function extendCycle(
  world: World,
): (extension: { id: string; what?: Extends; to: Date; actor: Actor; reason: string; seen?: string }) => Promise<Extended> {
  return async ({ id, what = 'vote', to, actor, reason, seen }) => {
    const cycle = await collection(Cycle).findOne({ _id: id }, { promoteBuffers: true });
    if (!cycle) return { refused: 'unknown' };
    const acting = checkRight(actor, 'extendCycle', cycle.community);
    if (seen !== undefined && seen !== calendarMark(cycle)) return { refused: 'changed' };
    const at = world.now();
    const close = (heldVote(cycle, at) ?? voteOf(cycle, at))?.to;
    const ends = what === 'slips' ? slipsClose(cycle, at) : close;
    if (!close || !ends) return { refused: 'noVote' };
    if (cycle.sealedAt || at.getTime() + HEARD_MS >= ends.getTime()) return { refused: 'passed' };
    if (to <= ends) return { refused: 'earlier' };
    if (what === 'slips' && to.getTime() > close.getTime() + LONGEST_KEYING_MS) return { refused: 'tooLong' };
    const extension: Move = { kind: what === 'slips' ? 'slips' : 'extend', stage: 'vote', from: to, by: actor.name, reason, at };
    const field = what === 'slips' ? 'slipsUntil' : 'closes';
    const detail = { before: { [field]: ends }, after: { [field]: to }, reason };
    if (needsSecond(actor, 'extendCycle', undefined)) {
      const payload = { id, what, to: to.toISOString(), reason, seen: calendarMark(cycle) };
      const about = `${id}/${what}`; // the vote and its slips wait each for itself
      return askSecond(world)({ act: 'extendCycle', community: cycle.community, actor, subject: id, about, detail, payload });
    }
    if (!(await recordMove(world, cycle, extension, { ...acting, subject: id, detail }))) return { refused: 'changed' };
    await sleep(HEARD_MS);
    return { extended: extension };
  };
}

export type OpenedAllTheSame =
  | { readonly opened: Move }
  | Waiting
  | {
      readonly refused:
        | 'unknown'
        /** Nothing holds the vote back, or its day has not come. */
        | 'notHeld'
        | 'noProjects'
        /** Somebody else has changed the calendar, or the ballot, meanwhile. */
        | 'changed';
    };

/**
 * Opens a vote that is held back, all the same (docs/contract.md: The vote). It is recorded and public, as a move is, with its reason. Resolves once
 * it is in force, 2 s later. Rejects with `not-allowed` if the actor has no right to it. `seen`: as of `moveCycle`; `projects`: a hash of those that would
 * be voted on as somebody asked for it.
 */
export function openAllTheSame(
  world: World,
): (opening: { id: string; actor: Actor; reason: string; seen?: string; projects?: string | undefined }) => Promise<OpenedAllTheSame> {
  return async ({ id, actor, reason, seen, projects }) => {
    const cycle = await collection(Cycle).findOne({ _id: id }, { promoteBuffers: true });
    if (!cycle) return { refused: 'unknown' };
    const acting = checkRight(actor, 'openAllTheSame', cycle.community);
    if (seen !== undefined && seen !== calendarMark(cycle)) return { refused: 'changed' };
    const at = world.now();
    const held = heldVote(cycle, at);
    if (!held) return { refused: 'notHeld' };
    if (cycle.projects.length === 0) return { refused: 'noProjects' };
    const votedOn = sha256(JSON.stringify(cycle.projects));
    if (projects !== undefined && projects !== votedOn) return { refused: 'changed' };
    const from = new Date(at.getTime() + HEARD_MS);
    const lines = cycle.projects.map(({ number, title, cost }) => `${number} ${title} ${cost.toLocaleString('en-US')}`);
    const ballot = { title: cycle.title, budget: cycle.budget, projects: lines };
    const detail = { before: { stage: stageAt(cycle, at), from: held.from }, after: { stage: 'vote', closes: held.to, ...ballot }, reason };
    if (needsSecond(actor, 'openAllTheSame', undefined)) {
      const payload = { id, reason, seen: calendarMark(cycle), projects: votedOn };
      return askSecond(world)({ act: 'openAllTheSame', community: cycle.community, actor, subject: id, detail, payload });
    }
    const move: Move = { kind: 'move', stage: 'vote', from, by: actor.name, reason, at };
    const holds = (cycle.holds ?? []).map((hold) => (hold.to ? hold : { ...hold, to: from }));
    if (!(await recordMove(world, cycle, move, { ...acting, subject: id, detail }, holds))) return { refused: 'changed' };
    await sleep(HEARD_MS);
    return { opened: move };
  };
}

/** Records a change of the calendar. If the calendar is no longer the one that was looked at, it gives false and changes nothing. */
function recordMove(world: World, cycle: CycleRecord, move: Move, deed: Deed, holds = cycle.holds): Promise<boolean> {
  const { _id, moves, stages } = cycle;
  const marked = markedAnew(world.vault, cycle, { ...cycle, moves: [...moves, move], holds });
  return withLog(world)(deed.community, async (session, write) => {
    const asSeen = { _id, moves: { $size: moves.length }, stages, ...asMarked(cycle) };
    const change = { $push: { moves: move }, $set: { ...(holds && { holds }), ...marked } };
    const { matchedCount } = await collection(Cycle).updateOne(asSeen, change, { session });
    if (matchedCount === 1) await write(deed);
    return matchedCount === 1;
  });
}
