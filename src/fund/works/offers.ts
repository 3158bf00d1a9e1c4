import { z } from 'zod';
import { isDayWithin, yearsFrom } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import { planEntry } from '../accounts/index.ts';
import { act, amount, day, done, line, number, refuse } from '../act/index.ts';
import { moneySettings, todayIn } from '../communities/index.ts';
import { DAILY_WORK } from '../people/index.ts';
import { hasDocument, seePapers } from './documents.ts';
import { decidesHere, findImplementer } from './implementers.ts';
import { stepDetail, takeStep } from './takeStep.ts';
import { changeWork, onWork, onWorkSeen, type WorkRecord } from './work.ts';

/** So many are asked for one work at most. */
const MOST_ASKED = 30;
/** Offers that are needed where a community says nothing else. */
const LEAST_OFFERS = 3;
/** So many earlier sums of an offer are kept with it; the log has them all. */
const MOST_EARLIER = 20;
const LONGEST_REASON = 300;

/** Notes that an implementer was asked for an offer. `notSeeking`: no implementer is wanted for it now. */
export const askImplementer = act({
  name: 'work.ask',
  may: DAILY_WORK,
  on: onWork,
  input: z.strictObject({ implementer: number() }),
  refusals: { notSeeking: null, already: 'implementer', tooMany: null, noImplementer: 'implementer' },
  async run({ world, session, on, input: { implementer }, actor }) {
    if (on.state !== 'seeking') return refuse('notSeeking');
    if (on.offers.some((offer) => offer.implementer === implementer)) return refuse('already');
    if (on.offers.length >= MOST_ASKED) return refuse('tooMany');
    const record = await findImplementer(on.community, implementer, session);
    if (!record) return refuse('noImplementer');
    await changeWork(world, on, { $push: { offers: { implementer, asked: { by: actor.name, at: world.now() } } } }, session);
    return done({ asked: implementer }, { after: { implementer, organisation: record.organisation } });
  },
});

/** Records the offer of an implementer who was asked; a later offer replaces an earlier one. No offer is taken once an implementer is chosen. */
export const recordOffer = act({
  name: 'work.offer',
  may: DAILY_WORK,
  on: onWork,
  input: z.strictObject({ implementer: number(), amount: amount(), day: day(), document: line(24).optional() }),
  refusals: { notSeeking: null, noImplementer: 'implementer', amount: 'amount', day: 'day', noDocument: 'document' },
  async run({ world, session, on, input: { implementer, amount, day, document } }) {
    if (on.state !== 'seeking') return refuse('notSeeking');
    const before = on.offers.find((offer) => offer.implementer === implementer);
    if (!before) return refuse('noImplementer');
    if (amount <= 0) return refuse('amount');
    if (!isDayWithin(day, yearsFrom(on.steps[0]?.day ?? day, -1), await todayIn(world, on.community))) return refuse('day');
    if (document !== undefined && !(await hasDocument(on, document))) return refuse('noDocument');
    if (before.amount === amount && before.day === day && before.document === document) return done({ offered: implementer });
    const isOther = before.amount !== undefined && before.amount !== amount;
    const earlier = [...(before.earlier ?? []), ...(isOther ? [before.amount ?? 0] : [])].slice(-MOST_EARLIER);
    const shown = { ...(earlier.length > 0 && { earlier }), ...(document !== undefined && { document }) };
    const offer = { implementer, asked: before.asked, amount, day, ...shown };
    await changeWork(world, on, { $set: { offers: on.offers.map((each) => (each === before ? offer : each)) } }, session);
    const was = before.amount === undefined ? {} : { before: { amount: before.amount, day: before.day } };
    return done({ offered: implementer }, { ...was, after: { implementer, amount, day } });
  },
});

/**
 * Chooses who does a work, with a reason; a supervisor confirms it. Above the community's `offersAbove` at least `offers` offers are needed, or a second reason
 * why there are fewer. `isStaff`: the implementer decides here themselves.
 */
export const chooseImplementer = act({
  name: 'work.choose',
  may: DAILY_WORK,
  approval: { by: 'supervisor' },
  on: onWorkSeen,
  input: z.strictObject({ implementer: number(), reason: line(LONGEST_REASON), fewReason: line(LONGEST_REASON).optional() }),
  refusals: { notSeeking: null, noOffer: 'implementer', fewOffers: 'fewReason', isStaff: null, beyondGrant: null, closed: null },
  async run({ world, session, on, input: { implementer, reason, fewReason }, acting }) {
    const { by, confirmed } = acting;
    if (on.state !== 'seeking') return refuse('notSeeking');
    const offer = on.offers.find((each) => each.implementer === implementer);
    if (offer?.amount === undefined) return refuse('noOffer');
    const { amount } = offer;
    const { community, _id } = on;
    if (fewReason === undefined && (await lacksOffers(world, on))) return refuse('fewOffers');
    if (await decidesHere(world, community, implementer)) return refuse('isStaff');
    const at = world.now();
    const day = await todayIn(world, community);
    const planned = await planEntry(_id.cycle, { work: _id.number, kind: 'contracted', amount, day, by, at }, day, session);
    if ('refused' in planned) return refuse(planned.refused === 'closed' ? 'closed' : 'beyondGrant');
    const step = { state: 'chosen' as const, day, by, ...(confirmed && { second: confirmed.by }), at, reason };
    const few = fewReason === undefined ? {} : { fewReason };
    await takeStep(world, on, step, session, undefined, { chosen: { implementer, amount, reason, ...few, by, at } });
    if (confirmed) await seePapers(world, on, session);
    const { organisation } = (await findImplementer(community, implementer, session)) ?? {};
    const { before, after } = stepDetail(on, step);
    return done({ chosen: implementer }, { before, after: { ...after, implementer, organisation, amount, offers: offersOf(on), ...few }, reason });
  },
});

/** How many offered a sum. */
export function offersOf({ offers }: Pick<WorkRecord, 'offers'>): number {
  return offers.filter(({ amount }) => amount !== undefined).length;
}

/** Whether a work has fewer offers than its community wants: what it may cost is its greatest offer. */
export async function lacksOffers(world: Pick<World, 'vault'>, work: Pick<WorkRecord, 'community' | 'offers'>): Promise<boolean> {
  const { offers = LEAST_OFFERS, offersAbove = 0 } = await moneySettings(world, work.community);
  const greatest = Math.max(0, ...work.offers.map(({ amount }) => amount ?? 0));
  return greatest > offersAbove && offersOf(work) < offers;
}
