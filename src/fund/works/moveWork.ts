import type { mongo } from 'mongoose';
import { cleanText } from '../../store/text.ts';
import { isDay } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import { sumsOf } from '../accounts/index.ts';
import { todayIn } from '../communities/index.ts';
import { withLog } from '../log/index.ts';
import { type Actor, checkRight } from '../people/index.ts';
import { askSecond, needsSecond, type Waiting } from '../second/index.ts';
import { seePapers } from './documents.ts';
import { isPaidOff, maySettle } from './followMoney.ts';
import { decidesHere } from './implementers.ts';
import { LAST_PAPERS, lacksPapers } from './papers.ts';
import { isStepDay, stepDeed, takeStep } from './takeStep.ts';
import { findWork, type OnWork, type StepBy, stepBy, type WorkRecord, type WorkState, type WorkStep, workFor, workSubject } from './work.ts';

/**
 * `noStep`: there is no such step, or another act takes it. `day`: it is not a day, is in the future, or is before the last step. `noReason`: a
 * step back needs a reason. `unpaid`: something contracted is not paid. `noPapers`: a paper is lacking. `isContracted`: the account has a contract or a
 * payment, which has to be corrected first. `changed`: somebody else changed the work meanwhile.
 */
export type StepRefusal = 'noWork' | 'noStep' | 'day' | 'noReason' | 'unpaid' | 'noPapers' | 'isContracted' | 'changed';

interface Moving {
  readonly cycle: string;
  readonly number: number;
  readonly to: WorkState;
  /** `2027-03-09`; today if it is absent. */
  readonly day?: string;
  readonly reason?: string;
  /** The state that was looked at; any, if it is absent. */
  readonly seen?: WorkState;
  readonly actor: Actor;
}

/**
 * Takes a step that needs nothing but its day. A step back needs a reason, and removes what belonged to the step that is undone. Rejects with
 * `not-allowed` (`checkRight`).
 */
export function moveWork(world: World): (moving: Moving) => Promise<{ readonly moved: WorkState } | { readonly refused: StepRefusal }> {
  return async ({ cycle, number, to, day: given, reason: written = '', seen, actor }) => {
    const work = await findWork(cycle, number);
    if (!work) return { refused: 'noWork' };
    const acting = checkRight(actor, 'moveWork', work.community);
    if (seen !== undefined && seen !== work.state) return { refused: 'changed' };
    const by = stepBy(work.state, to);
    if (!by || !BY_SAYING.includes(by)) return { refused: 'noStep' };
    const reason = cleanText(written);
    if (by === 'back' && reason === '') return { refused: 'noReason' };
    const today = await todayIn(world, work.community);
    const day = given ?? today;
    if (!isStepDay(work, day, today)) return { refused: 'day' };
    return withLog(world)(work.community, async (session, write) => {
      const sums = await sumsOf(cycle, number, session);
      if (by === 'settle' && !isPaidOff(sums)) return { refused: 'unpaid' };
      if (by === 'settle' && (await lacksPapers(work, LAST_PAPERS, session))) return { refused: 'noPapers' };
      if (work.state === 'signed' && to === 'chosen' && sums.contracted > 0) return { refused: 'isContracted' };
      const step: WorkStep = { state: to, day, by: actor.name, at: world.now(), ...(reason && { reason }), ...(by === 'back' && { isBack: true }) };
      if (!(await takeStep(work, step, session, by === 'back' || work.state === 'to-be-mended' ? UNDOES[work.state] : undefined)))
        return { refused: 'changed' };
      await write(stepDeed(acting, work, step));
      return { moved: to };
    });
  };
}

const BY_SAYING: readonly StepBy[] = ['move', 'back', 'settle'];

/** What is removed from the record when a step is undone, or when a repair is done; the log keeps it. */
const UNDOES: Partial<Record<WorkState, mongo.UpdateFilter<WorkRecord>['$unset']>> = {
  chosen: { chosen: 1 },
  signed: { contract: 1 },
  'to-be-mended': { mend: 1 },
};

/** In characters. */
const LONGEST_MEND = 300;

export type Accepted =
  | { readonly accepted: true }
  | Waiting
  | { readonly refused: 'noWork' | 'notFinished' | 'day' | 'isStaff' | 'noSheet' | 'changed' };

/**
 * Accepts a finished work, by its sheet of acceptance. A supervisor, who is another person, confirms it. If everything contracted is paid already, the work
 * is `paid` at once.
 * `seen`: the revision that was looked at. Rejects with `not-allowed` (`checkRight`).
 */
export function acceptWork(world: World): (accepting: OnWork & { readonly day: string; readonly seen: number }) => Promise<Accepted> {
  return async ({ day, seen, ...on }) => {
    const { cycle, number, actor } = on;
    const found = await workFor(on, 'acceptWork');
    if (!found) return { refused: 'noWork' };
    const { work, acting, community } = found;
    if (work.state !== 'finished') return { refused: 'notFinished' };
    if (work.revision !== seen) return { refused: 'changed' };
    if (!isStepDay(work, day, await todayIn(world, community))) return { refused: 'day' };
    if (work.chosen && (await decidesHere(world, community, work.chosen.implementer))) return { refused: 'isStaff' };
    if (await lacksPapers(work, ['acceptance'])) return { refused: 'noSheet' };
    const { by, confirmed } = acting;
    const step = { state: 'accepted' as const, day, by, ...(confirmed && { second: confirmed.by }), at: world.now() };
    const deed = stepDeed(acting, work, step);
    if (needsSecond(actor, 'acceptWork', undefined)) {
      const payload = { cycle, number, day, seen };
      return askSecond(world)({ act: 'acceptWork', community, actor, subject: deed.subject, detail: deed.detail, payload });
    }
    return withLog(world)(community, async (session, write): Promise<Accepted> => {
      if (!(await takeStep(work, step, session))) return { refused: 'changed' };
      if (confirmed) await seePapers(work, session);
      const accepted = { ...work, state: step.state, revision: work.revision + 1 };
      const isPaid = isPaidOff(await sumsOf(cycle, number, session)) && (await maySettle(accepted, session));
      if (isPaid) await takeStep(accepted, { ...step, state: 'paid' }, session);
      await write({ ...deed, detail: { ...deed.detail, after: { ...deed.detail.after, ...(isPaid && { state: 'paid' }) } } });
      return { accepted: true };
    });
  };
}

interface Mending extends OnWork {
  /** What has to be mended, and by which day. */
  readonly what: string;
  readonly until: string;
  readonly seen: number;
}

export type ToMend = { readonly toBeMended: true } | { readonly refused: 'noWork' | 'notFinished' | 'noReason' | 'until' | 'changed' };

/** Refuses a finished work: something has to be mended by a day. Rejects with `not-allowed` (`checkRight`). */
export function mendWork(world: World): (mending: Mending) => Promise<ToMend> {
  return async ({ what: written, until, seen, ...on }) => {
    const found = await workFor(on, 'mendWork');
    if (!found) return { refused: 'noWork' };
    const { work, acting, community } = found;
    if (work.state !== 'finished') return { refused: 'notFinished' };
    if (work.revision !== seen) return { refused: 'changed' };
    const what = cleanText(written);
    if (what === '' || [...what].length > LONGEST_MEND) return { refused: 'noReason' };
    const today = await todayIn(world, community);
    if (!isDay(until) || until < today) return { refused: 'until' };
    return withLog(world)(community, async (session, write): Promise<ToMend> => {
      const step = { state: 'to-be-mended' as const, day: today, by: on.actor.name, at: world.now(), reason: what };
      if (!(await takeStep(work, step, session, undefined, { mend: { until, what } }))) return { refused: 'changed' };
      const deed = stepDeed(acting, work, step);
      await write({ ...deed, subject: workSubject(work._id), detail: { ...deed.detail, after: { ...deed.detail.after, until } } });
      return { toBeMended: true };
    });
  };
}
