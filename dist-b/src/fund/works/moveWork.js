import { cleanText } from '../../store/text.js';
import { isDay, sumsOf } from '../accounts/index.js';
import { todayIn } from '../communities/index.js';
import { withLog } from '../log/index.js';
import { checkRight } from '../people/index.js';
import { askSecond, needsSecond } from '../second/index.js';
import { decidesHere } from './implementers.js';
import { stepBy } from './steps.js';
import { changeWork, findWork, workFor, workSubject } from './work.js';
/**
 * Takes a step that needs nothing but its day. A step back needs a reason, and removes what belonged to the step that is undone. Rejects with
 * `not-allowed` (`checkRight`).
 */
export function moveWork(world) {
    return async ({ cycle, number, to, day: given, reason: written = '', seen, actor }) => {
        const work = await findWork(cycle, number);
        if (!work)
            return { refused: 'noWork' };
        const acting = checkRight(actor, 'moveWork', work.community);
        if (seen !== undefined && seen !== work.state)
            return { refused: 'changed' };
        const by = stepBy(work.state, to);
        if (!by || !BY_SAYING.includes(by))
            return { refused: 'noStep' };
        const reason = cleanText(written);
        if (by === 'back' && reason === '')
            return { refused: 'noReason' };
        const today = await todayIn(world, work.community);
        const day = given ?? today;
        if (!isStepDay(work, day, today))
            return { refused: 'day' };
        return withLog(world)(work.community, async (session, write) => {
            const sums = await sumsOf(cycle, number, session);
            if (by === 'settle' && (sums.contracted === 0 || sums.paid !== sums.contracted))
                return { refused: 'unpaid' };
            if (work.state === 'signed' && to === 'chosen' && sums.contracted > 0)
                return { refused: 'isContracted' };
            const step = { state: to, day, by: actor.name, at: world.now(), ...(reason && { reason }), ...(by === 'back' && { isBack: true }) };
            if (!(await takeStep(work, step, session, by === 'back' || work.state === 'to-be-mended' ? UNDOES[work.state] : undefined)))
                return { refused: 'changed' };
            await write(stepDeed(acting, work, step));
            return { moved: to };
        });
    };
}
const BY_SAYING = ['move', 'back', 'settle'];
/** What is removed from the record when a step is undone, or when a repair is done; the log keeps it. */
const UNDOES = {
    chosen: { chosen: 1 },
    signed: { contract: 1 },
    'to-be-mended': { mend: 1 },
};
/** Writes a step, unless somebody else has changed the work since it was read; gives whether it did. */
export function takeStep(work, step, session, unset, set = {}) {
    return changeWork(work, { $set: { ...set, state: step.state }, $push: { steps: step }, ...(unset && { $unset: unset }) }, session);
}
/** What the log says of a step. */
export function stepDeed(acting, { _id, state: before }, { state, day, reason }) {
    return {
        ...acting,
        subject: workSubject(_id),
        detail: { before: { state: before }, after: { state, day }, ...(reason !== undefined && { reason }) },
    };
}
/** Whether a step may have this day: it is not in the future, and not before the day of the last step. */
export function isStepDay({ steps }, day, today) {
    return isDay(day) && day <= today && day >= (steps.at(-1)?.day ?? day);
}
/** In characters. */
const LONGEST_MEND = 300;
/**
 * Accepts a finished work. A supervisor, who is another person, confirms it. If everything contracted is paid already, the work is `paid` at once.
 * `seen`: the revision that was looked at. Rejects with `not-allowed` (`checkRight`).
 */
export function acceptWork(world) {
    return async ({ day, seen, ...on }) => {
        const { cycle, number, actor } = on;
        const found = await workFor(on, 'acceptWork');
        if (!found)
            return { refused: 'noWork' };
        const { work, acting, community } = found;
        if (work.state !== 'finished')
            return { refused: 'notFinished' };
        if (work.revision !== seen)
            return { refused: 'changed' };
        if (!isStepDay(work, day, await todayIn(world, community)))
            return { refused: 'day' };
        if (work.chosen && (await decidesHere(world, community, work.chosen.implementer)))
            return { refused: 'isStaff' };
        const step = { state: 'accepted', day, by: actor.name, at: world.now() };
        const deed = stepDeed(acting, work, step);
        if (needsSecond(actor, 'acceptWork', undefined)) {
            const payload = { cycle, number, day, seen };
            return askSecond(world)({ act: 'acceptWork', community, actor, subject: deed.subject, detail: deed.detail, payload });
        }
        return withLog(world)(community, async (session, write) => {
            if (!(await takeStep(work, step, session)))
                return { refused: 'changed' };
            const { contracted, paid } = await sumsOf(cycle, number, session);
            const isPaid = contracted > 0 && paid === contracted;
            if (isPaid)
                await takeStep({ ...work, revision: work.revision + 1 }, { ...step, state: 'paid' }, session);
            await write({ ...deed, detail: { ...deed.detail, after: { ...deed.detail.after, ...(isPaid && { state: 'paid' }) } } });
            return { accepted: true };
        });
    };
}
/** Refuses a finished work: something has to be mended by a day. Rejects with `not-allowed` (`checkRight`). */
export function mendWork(world) {
    return async ({ what: written, until, seen, ...on }) => {
        const found = await workFor(on, 'mendWork');
        if (!found)
            return { refused: 'noWork' };
        const { work, acting, community } = found;
        if (work.state !== 'finished')
            return { refused: 'notFinished' };
        if (work.revision !== seen)
            return { refused: 'changed' };
        const what = cleanText(written);
        if (what === '' || [...what].length > LONGEST_MEND)
            return { refused: 'noReason' };
        const today = await todayIn(world, community);
        if (!isDay(until) || until < today)
            return { refused: 'until' };
        return withLog(world)(community, async (session, write) => {
            const step = { state: 'to-be-mended', day: today, by: on.actor.name, at: world.now(), reason: what };
            if (!(await takeStep(work, step, session, undefined, { mend: { until, what } })))
                return { refused: 'changed' };
            const deed = stepDeed(acting, work, step);
            await write({ ...deed, subject: workSubject(work._id), detail: { ...deed.detail, after: { ...deed.detail.after, until } } });
            return { toBeMended: true };
        });
    };
}
