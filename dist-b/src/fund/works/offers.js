import { cleanText } from '../../store/text.js';
import { isDay, planEntry } from '../accounts/index.js';
import { findCommunity, todayIn } from '../communities/index.js';
import { withLog } from '../log/index.js';
import { askSecond, needsSecond } from '../second/index.js';
import { hasDocument } from './documents.js';
import { decidesHere, findImplementer } from './implementers.js';
import { stepDeed, takeStep } from './moveWork.js';
import { changeWork, workFor, workSubject } from './work.js';
/** So many are asked for one work at most. */
const MOST_ASKED = 30;
/** Offers that are needed where a community says nothing else. */
const LEAST_OFFERS = 3;
/** Notes that an implementer was asked for an offer. Rejects with `not-allowed` (`checkRight`). */
export function askImplementer(world) {
    return async ({ implementer, ...on }) => {
        const found = await workFor(on, 'askImplementer');
        if (!found)
            return { refused: 'noWork' };
        const { work, acting, community } = found;
        if (work.state !== 'seeking')
            return { refused: 'notSeeking' };
        if (work.offers.some((offer) => offer.implementer === implementer))
            return { refused: 'already' };
        if (work.offers.length >= MOST_ASKED)
            return { refused: 'tooMany' };
        const record = await findImplementer(community, implementer);
        if (!record)
            return { refused: 'noImplementer' };
        return withLog(world)(community, async (session, write) => {
            const offer = { implementer, asked: { by: on.actor.name, at: world.now() } };
            if (!(await changeWork(work, { $push: { offers: offer } }, session)))
                return { refused: 'changed' };
            await write({ ...acting, subject: workSubject(work._id), detail: { after: { implementer, organisation: record.organisation } } });
            return { asked: implementer };
        });
    };
}
/**
 * Records the offer of an implementer who was asked; a later offer replaces an earlier one. No offer is taken once an implementer is chosen.
 * Rejects with `not-allowed` (`checkRight`).
 */
export function recordOffer(world) {
    return async ({ implementer, amount, day, document, ...on }) => {
        const found = await workFor(on, 'recordOffer');
        if (!found)
            return { refused: 'noWork' };
        const { work, acting, community } = found;
        if (work.state !== 'seeking')
            return { refused: 'notSeeking' };
        const before = work.offers.find((offer) => offer.implementer === implementer);
        if (!before)
            return { refused: 'noImplementer' };
        if (!Number.isSafeInteger(amount) || amount <= 0)
            return { refused: 'amount' };
        if (!isDay(day) || day > (await todayIn(world, community)))
            return { refused: 'day' };
        if (document !== undefined && !(await hasDocument(work, document)))
            return { refused: 'noDocument' };
        if (before.amount === amount && before.day === day && before.document === document)
            return { offered: implementer };
        const offer = { implementer, asked: before.asked, amount, day, ...(document !== undefined && { document }) };
        const offers = work.offers.map((each) => (each === before ? offer : each));
        return withLog(world)(community, async (session, write) => {
            if (!(await changeWork(work, { $set: { offers } }, session)))
                return { refused: 'changed' };
            const was = before.amount === undefined ? {} : { before: { amount: before.amount, day: before.day } };
            await write({ ...acting, subject: workSubject(work._id), detail: { ...was, after: { implementer, amount, day } } });
            return { offered: implementer };
        });
    };
}
/**
 * Chooses the implementer of a work, with a reason. A supervisor confirms it. Above the community's `offersAbove` at least `offers` offers are
 * needed, or a reason why there are fewer. Rejects with `not-allowed` (`checkRight`).
 */
export function chooseImplementer(world) {
    return async ({ implementer, reason: written, fewReason: few, seen, ...on }) => {
        const { cycle, number, actor } = on;
        const found = await workFor(on, 'chooseImplementer');
        if (!found)
            return { refused: 'noWork' };
        const { work, acting, community } = found;
        if (work.state !== 'seeking')
            return { refused: 'notSeeking' };
        if (work.revision !== seen)
            return { refused: 'changed' };
        const offer = work.offers.find((each) => each.implementer === implementer);
        if (offer?.amount === undefined)
            return { refused: 'noOffer' };
        const { amount } = offer;
        const [reason, fewReason] = [cleanText(written), cleanText(few)];
        if (reason === '')
            return { refused: 'noReason' };
        if (fewReason === '' && (await lacksOffers(work)))
            return { refused: 'fewOffers' };
        if (await decidesHere(world, community, implementer))
            return { refused: 'isStaff' };
        const today = await todayIn(world, community);
        const planned = await planEntry(cycle, { work: number, kind: 'contracted', amount, day: today, by: actor.name, at: world.now() }, today);
        if ('refused' in planned)
            return { refused: planned.refused === 'closed' ? 'closed' : 'beyondGrant' };
        const after = { implementer, organisation: (await findImplementer(community, implementer))?.organisation, amount, offers: offersOf(work) };
        const detail = { after: { ...after, ...(fewReason && { fewReason }) }, reason };
        if (needsSecond(actor, 'chooseImplementer', undefined)) {
            const payload = { cycle, number, implementer, reason, fewReason, seen };
            return askSecond(world)({ act: 'chooseImplementer', community, actor, subject: workSubject(work._id), detail, payload });
        }
        return withLog(world)(community, async (session, write) => {
            const at = world.now();
            const step = { state: 'chosen', day: today, by: actor.name, at, reason };
            const chosen = { implementer, amount, reason, ...(fewReason && { fewReason }), by: actor.name, at };
            if (!(await takeStep(work, step, session, undefined, { chosen })))
                return { refused: 'changed' };
            const { detail: moved } = stepDeed(acting, work, step);
            await write({
                ...acting,
                subject: workSubject(work._id),
                detail: { before: moved.before, after: { ...moved.after, ...detail.after }, reason },
            });
            return { chosen: implementer };
        });
    };
}
/** How many offered a sum. */
export function offersOf({ offers }) {
    return offers.filter(({ amount }) => amount !== undefined).length;
}
/** Whether a work has fewer offers than its community wants: what it may cost is its greatest offer. */
export async function lacksOffers(work) {
    const { offers = LEAST_OFFERS, offersAbove = 0 } = (await findCommunity(work.community)) ?? {};
    const greatest = Math.max(0, ...work.offers.map(({ amount }) => amount ?? 0));
    return greatest > offersAbove && offersOf(work) < offers;
}
