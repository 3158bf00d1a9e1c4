import type { mongo } from 'mongoose';
import { z } from 'zod';
import { sumsOf } from '../accounts/index.ts';
import { act, choice, day, done, line, lines, refuse } from '../act/index.ts';
import { todayIn } from '../communities/index.ts';
import { DAILY_WORK } from '../people/index.ts';
import { seePapers } from './documents.ts';
import { isPaidOff, maySettle } from './followMoney.ts';
import { decidesHere } from './implementers.ts';
import { LAST_PAPERS, lacksPapers } from './papers.ts';
import { isDueDay, isStepDay, stepDetail, takeStep } from './takeStep.ts';
import { onWork, onWorkSeen, type StepBy, stepBy, WORK_STATES, type WorkRecord, type WorkState, type WorkStep } from './work.ts';

/** In characters. */
const LONGEST_REASON = 300;

/**
 * Takes a step that needs nothing but its day, today if it is absent. A step back needs a reason, and removes what belonged to the step that is undone.
 * `from`: the state that was looked at. `noStep`: there is no such step, or another act takes it. `isContracted`: the account has a contract or a payment, which
 * has to be corrected first.
 */
export const moveWork = act({
  name: 'work.move',
  may: DAILY_WORK,
  on: onWork,
  input: z.strictObject({
    ...{ to: choice(WORK_STATES), from: choice(WORK_STATES).optional() },
    ...{ day: day().optional(), reason: line(LONGEST_REASON).optional() },
  }),
  refusals: { changed: null, noStep: null, noReason: 'reason', day: 'day', unpaid: null, noPapers: null, isContracted: null },
  async run({ world, session, on, input: { to, from, reason, ...input }, actor }) {
    if (from !== undefined && from !== on.state) return refuse('changed');
    const by = stepBy(on.state, to);
    if (!by || !BY_SAYING.includes(by)) return refuse('noStep');
    if (by === 'back' && reason === undefined) return refuse('noReason');
    const today = await todayIn(world, on.community);
    const { day = today } = input;
    if (!isStepDay(on, day, today)) return refuse('day');
    const sums = await sumsOf(on._id.cycle, on._id.number, session);
    if (by === 'settle' && !isPaidOff(sums)) return refuse('unpaid');
    if (by === 'settle' && (await lacksPapers(world, on, LAST_PAPERS, session))) return refuse('noPapers');
    if (on.state === 'signed' && to === 'chosen' && sums.contracted > 0) return refuse('isContracted');
    const step: WorkStep = { state: to, day, by: actor.name, at: world.now(), ...(reason && { reason }), ...(by === 'back' && { isBack: true }) };
    await takeStep(world, on, step, session, by === 'back' || on.state === 'to-be-mended' ? UNDOES[on.state] : undefined);
    return done({ moved: to }, stepDetail(on, step));
  },
});

const BY_SAYING: readonly StepBy[] = ['move', 'back', 'settle'];

/** What is removed from the record when a step is undone, or when a repair is done; the log keeps it. */
const UNDOES: Partial<Record<WorkState, mongo.UpdateFilter<WorkRecord>['$unset']>> = {
  chosen: { chosen: 1 },
  signed: { contract: 1 },
  'to-be-mended': { mend: 1 },
};

/**
 * Accepts a finished work, by its sheet of acceptance. A supervisor, who is another person, confirms it. If everything contracted is paid already, the work
 * is `paid` at once.
 */
export const acceptWork = act({
  name: 'work.accept',
  may: DAILY_WORK,
  approval: { by: 'supervisor' },
  on: onWorkSeen,
  input: z.strictObject({ day: day() }),
  refusals: { notFinished: null, day: 'day', isStaff: null, noSheet: null },
  async run({ world, session, on, input: { day }, acting: { by, confirmed } }) {
    if (on.state !== 'finished') return refuse('notFinished');
    const { community, chosen } = on;
    if (!isStepDay(on, day, await todayIn(world, community))) return refuse('day');
    if (chosen && (await decidesHere(world, community, chosen.implementer))) return refuse('isStaff');
    if (await lacksPapers(world, on, ['acceptance'], session)) return refuse('noSheet');
    const step: WorkStep = { state: 'accepted', day, by, ...(confirmed && { second: confirmed.by }), at: world.now() };
    await takeStep(world, on, step, session);
    if (confirmed) await seePapers(world, on, session);
    const isPaid = isPaidOff(await sumsOf(on._id.cycle, on._id.number, session)) && (await maySettle(world, { ...on, state: step.state }, session));
    if (isPaid) await takeStep(world, on, { ...step, state: 'paid' }, session);
    const { before, after } = stepDetail(on, step);
    return done({ accepted: true }, { before, after: { ...after, ...(isPaid && { state: 'paid' }) } });
  },
});

/** Refuses a finished work: something has to be mended by a day. */
export const mendWork = act({
  name: 'work.mend',
  may: [...DAILY_WORK, 'staff supervisor'],
  on: onWorkSeen,
  input: z.strictObject({ what: lines(LONGEST_REASON), until: day() }),
  refusals: { notFinished: null, until: 'until' },
  async run({ world, session, on, input: { what, until }, actor }) {
    if (on.state !== 'finished') return refuse('notFinished');
    const today = await todayIn(world, on.community);
    if (!isDueDay(until, today)) return refuse('until');
    const step: WorkStep = { state: 'to-be-mended', day: today, by: actor.name, at: world.now(), reason: what };
    await takeStep(world, on, step, session, undefined, { mend: { until, what } });
    const { after, ...detail } = stepDetail(on, step);
    return done({ toBeMended: true }, { ...detail, after: { ...after, until } });
  },
});
