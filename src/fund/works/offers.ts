import { cleanText } from '../../store/text.ts';
import type { World } from '../../store/world.ts';
import { isDay, planEntry } from '../accounts/index.ts';
import { findCommunity, todayIn } from '../communities/index.ts';
import { withLog } from '../log/index.ts';
import { askSecond, needsSecond, type Waiting } from '../second/index.ts';
import { hasDocument, seePapers } from './documents.ts';
import { decidesHere, findImplementer } from './implementers.ts';
import { stepDeed, takeStep } from './takeStep.ts';
import { changeWork, type OnWork, type WorkRecord, workFor, workSubject } from './work.ts';

/** So many are asked for one work at most. */
const MOST_ASKED = 30;
/** Offers that are needed where a community says nothing else. */
const LEAST_OFFERS = 3;
/** So many earlier sums of an offer are kept with it; the log has them all. */
const MOST_EARLIER = 20;

/** `notSeeking`: no implementer is wanted for it now; once one is chosen, no further offer is taken. */
type Refused<Why extends string = never> = { readonly refused: 'noWork' | 'noImplementer' | 'notSeeking' | 'changed' | Why };

/** Notes that an implementer was asked for an offer. Rejects with `not-allowed` (`checkRight`). */
export function askImplementer(
  world: World,
): (asking: OnWork & { readonly implementer: number }) => Promise<{ readonly asked: number } | Refused<'already' | 'tooMany'>> {
  return async ({ implementer, ...on }) => {
    const found = await workFor(on, 'askImplementer');
    if (!found) return { refused: 'noWork' };
    const { work, acting, community } = found;
    if (work.state !== 'seeking') return { refused: 'notSeeking' };
    if (work.offers.some((offer) => offer.implementer === implementer)) return { refused: 'already' };
    if (work.offers.length >= MOST_ASKED) return { refused: 'tooMany' };
    const record = await findImplementer(community, implementer);
    if (!record) return { refused: 'noImplementer' };
    return withLog(world)(community, async (session, write) => {
      const offer = { implementer, asked: { by: on.actor.name, at: world.now() } };
      if (!(await changeWork(work, { $push: { offers: offer } }, session))) return { refused: 'changed' };
      await write({ ...acting, subject: workSubject(work._id), detail: { after: { implementer, organisation: record.organisation } } });
      return { asked: implementer };
    });
  };
}

interface Offer extends OnWork {
  readonly implementer: number;
  readonly amount: number;
  readonly day: string;
  /** The id of the work's document that shows it. */
  readonly document?: string;
}

/**
 * Records the offer of an implementer who was asked; a later offer replaces an earlier one. No offer is taken once an implementer is chosen.
 * Rejects with `not-allowed` (`checkRight`).
 */
export function recordOffer(world: World): (offer: Offer) => Promise<{ readonly offered: number } | Refused<'amount' | 'day' | 'noDocument'>> {
  return async ({ implementer, amount, day, document, ...on }) => {
    const found = await workFor(on, 'recordOffer');
    if (!found) return { refused: 'noWork' };
    const { work, acting, community } = found;
    if (work.state !== 'seeking') return { refused: 'notSeeking' };
    const before = work.offers.find((offer) => offer.implementer === implementer);
    if (!before) return { refused: 'noImplementer' };
    if (!Number.isSafeInteger(amount) || amount <= 0) return { refused: 'amount' };
    if (!isDay(day) || day > (await todayIn(world, community))) return { refused: 'day' };
    if (document !== undefined && !(await hasDocument(work, document))) return { refused: 'noDocument' };
    if (before.amount === amount && before.day === day && before.document === document) return { offered: implementer };
    const isOther = before.amount !== undefined && before.amount !== amount;
    const earlier = [...(before.earlier ?? []), ...(isOther ? [before.amount ?? 0] : [])].slice(-MOST_EARLIER);
    const shown = { ...(earlier.length > 0 && { earlier }), ...(document !== undefined && { document }) };
    const offer = { implementer, asked: before.asked, amount, day, ...shown };
    const offers = work.offers.map((each) => (each === before ? offer : each));
    return withLog(world)(community, async (session, write) => {
      if (!(await changeWork(work, { $set: { offers } }, session))) return { refused: 'changed' };
      const was = before.amount === undefined ? {} : { before: { amount: before.amount, day: before.day } };
      await write({ ...acting, subject: workSubject(work._id), detail: { ...was, after: { implementer, amount, day } } });
      return { offered: implementer };
    });
  };
}

interface Choice extends OnWork {
  readonly implementer: number;
  readonly reason: string;
  /** Why there are fewer offers than the community wants; empty if there are enough. */
  readonly fewReason: string;
  /** The work's revision that was looked at. */
  readonly seen: number;
}

export type Chosen =
  | { readonly chosen: number }
  | Waiting
  /** `noOffer`: they made no offer. `fewOffers`: a reason is needed why there are not more. `isStaff`: the implementer decides here themselves. */
  | Refused<'noOffer' | 'noReason' | 'fewOffers' | 'isStaff' | 'beyondGrant' | 'closed'>;

/**
 * Chooses the implementer of a work, with a reason. A supervisor confirms it. Above the community's `offersAbove` at least `offers` offers are
 * needed, or a reason why there are fewer. Rejects with `not-allowed` (`checkRight`).
 */
export function chooseImplementer(world: World): (choice: Choice) => Promise<Chosen> {
  return async ({ implementer, reason: written, fewReason: few, seen, ...on }) => {
    const { cycle, number, actor } = on;
    const found = await workFor(on, 'chooseImplementer');
    if (!found) return { refused: 'noWork' };
    const { work, acting, community } = found;
    if (work.state !== 'seeking') return { refused: 'notSeeking' };
    if (work.revision !== seen) return { refused: 'changed' };
    const offer = work.offers.find((each) => each.implementer === implementer);
    if (offer?.amount === undefined) return { refused: 'noOffer' };
    const { amount } = offer;
    const [reason, fewReason] = [cleanText(written), cleanText(few)];
    if (reason === '') return { refused: 'noReason' };
    if (fewReason === '' && (await lacksOffers(work))) return { refused: 'fewOffers' };
    if (await decidesHere(world, community, implementer)) return { refused: 'isStaff' };
    const today = await todayIn(world, community);
    const planned = await planEntry(cycle, { work: number, kind: 'contracted', amount, day: today, by: actor.name, at: world.now() }, today);
    if ('refused' in planned) return { refused: planned.refused === 'closed' ? 'closed' : 'beyondGrant' };
    const after = { implementer, organisation: (await findImplementer(community, implementer))?.organisation, amount, offers: offersOf(work) };
    const detail = { after: { ...after, ...(fewReason && { fewReason }) }, reason };
    if (needsSecond(actor, 'chooseImplementer', undefined)) {
      const payload = { cycle, number, implementer, reason, fewReason, seen };
      return askSecond(world)({ act: 'chooseImplementer', community, actor, subject: workSubject(work._id), detail, payload });
    }
    return withLog(world)(community, async (session, write): Promise<Chosen> => {
      const at = world.now();
      const { by, confirmed } = acting;
      const step = { state: 'chosen' as const, day: today, by, ...(confirmed && { second: confirmed.by }), at, reason };
      const chosen = { implementer, amount, reason, ...(fewReason && { fewReason }), by, at };
      if (!(await takeStep(work, step, session, undefined, { chosen }))) return { refused: 'changed' };
      if (confirmed) await seePapers(work, session);
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
export function offersOf({ offers }: Pick<WorkRecord, 'offers'>): number {
  return offers.filter(({ amount }) => amount !== undefined).length;
}

/** Whether a work has fewer offers than its community wants: what it may cost is its greatest offer. */
export async function lacksOffers(work: Pick<WorkRecord, 'community' | 'offers'>): Promise<boolean> {
  const { offers = LEAST_OFFERS, offersAbove = 0 } = (await findCommunity(work.community)) ?? {};
  const greatest = Math.max(0, ...work.offers.map(({ amount }) => amount ?? 0));
  return greatest > offersAbove && offersOf(work) < offers;
}
