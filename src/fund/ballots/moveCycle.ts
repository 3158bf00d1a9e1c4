import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { act, choice, done, line, refuse } from '../act/index.ts';
import {
  type CycleRecord,
  calendar,
  calendarMark,
  HEARD_MS,
  heldVote,
  type Move,
  periods,
  recordMove,
  STAGES,
  type Stage,
  stageAt,
  takeBackMove,
  voteOf,
} from '../cycles/index.ts';
import { withLog } from '../log/index.ts';
import { publicationOf } from '../meetings/index.ts';
import { DAILY_WORK } from '../people/index.ts';
import { hasBallots } from './ledger/ledgerOf.ts';

/**
 * Moves a cycle to a stage by hand (docs/contract.md: The vote). The move is recorded and public. Resolves once it is in force, 2 s later. A cycle never goes
 * backwards once a ballot is cast, or the vote has closed. A move that ends a vote early, or passes it over, needs a reason and takes two persons; so does, without one, a
 * move that opens the vote while the list is still to be public (`publishDays`). `held`: what is published before the vote is not checked, or an objection is not answered: two persons may open it all the same. `noClose`: no date after the move would close
 * the vote.
 */
export const moveCycle = act({
  name: 'cycle.move',
  may: DAILY_WORK,
  approval: { by: 'supervisor' },
  on: calendar,
  input: z.strictObject({ stage: choice(STAGES), reason: line(300).optional() }),
  refusals: { already: 'stage', backwards: 'stage', held: 'stage', noClose: 'stage', noReason: 'reason' },
  async run({ world, session, on, input: { stage, reason }, actor }) {
    const at = world.now();
    const moved: Move = { kind: 'move', stage, from: new Date(at.getTime() + HEARD_MS), by: actor.name, ...(reason && { reason }), at };
    const wrong = await refusal(on, moved);
    if (wrong) return refuse(wrong);
    await recordMove(world, on, moved, session);
    const before = { stage: stageAt(on, moved.from) };
    const why = { ...(reason !== undefined && { reason }) };
    const list = stage === 'vote' ? await publicationOf(on._id, session) : null;
    const publicUntil = list && list.to > moved.from ? list.to : undefined;
    const dropped = passedOver(on, stage, at);
    const shown = {
      before: { ...before, closes: voteOf(on, at)?.to, publicUntil },
      after: { stage, ...(dropped.length > 0 && { dropped }) },
      ...why,
    };
    return done({ moved }, { before, after: { stage, from: moved.from }, ...why, shown, takesTwo: endsVote(on, moved) || publicUntil !== undefined });
  },
  async around({ world, on, input: { stage }, acting }, transact) {
    const performed = await transact(calendarMark(on));
    if (performed.is !== 'done') return performed;
    await sleep(HEARD_MS);
    const { moved } = performed.result;
    if (!isBack(on, moved) || !(await hasBallots(on._id))) return performed;
    await withLog(world, on.community, async (session, write) => {
      await takeBackMove(world, on._id, moved, session);
      const after = { stage: stageAt(on, moved.from) };
      await write({ ...acting, subject: on._id, detail: { before: { stage }, after, reason: 'a ballot was cast meanwhile' } });
    });
    return { is: 'refused', refused: 'backwards' };
  },
});

/** The stages to come that a move to this one leaves out. */
export function passedOver(cycle: CycleRecord, to: Stage, at: Date): Stage[] {
  return periods(cycle, at).flatMap(({ stage, from }) => (from > at && STAGES.indexOf(stage) < STAGES.indexOf(to) ? [stage] : []));
}

async function refusal(cycle: CycleRecord, move: Move) {
  const { stage, from, reason } = move;
  const current = stageAt(cycle, from);
  if (current === stage) return 'already';
  if (isBack(cycle, move) && (isOver(cycle, from) || (await hasBallots(cycle._id)))) return 'backwards';
  if (stage === 'vote' && isHeld(cycle, from)) return 'held';
  if (stage === 'vote' && !voteOf({ ...cycle, moves: [...cycle.moves, move] }, from)) return 'noClose';
  if (endsVote(cycle, move) && !isBack(cycle, move) && !reason) return 'noReason';
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
