import { cleanText } from '../../store/text.ts';
import type { World } from '../../store/world.ts';
import { addEntry, detailOf, type EntryRefusal, entryOf, isDay, planEntry } from '../accounts/index.ts';
import { findCommunity, todayIn } from '../communities/index.ts';
import { withLog } from '../log/index.ts';
import { askSecond, needsSecond, type Waiting } from '../second/index.ts';
import { hasDocument } from './documents.ts';
import { decidesHere } from './implementers.ts';
import { isStepDay, stepDeed, takeStep } from './moveWork.ts';
import { findWork, type OnWork, type WorkState, workFor, workSubject } from './work.ts';

const LONGEST_NUMBER = 60;

interface Signing extends OnWork {
  /** The contract's. */
  readonly paper: string;
  /** In whole units of the cycle's currency. */
  readonly amount: number;
  readonly day: string;
  /** The day by which the work is to be finished. */
  readonly until?: string;
  readonly document?: string;
}

export type Signed =
  | { readonly signed: true }
  /** `beyondOffer`: the sum is more than the chosen offer. */
  | { readonly refused: EntryRefusal | 'noWork' | 'notChosen' | 'noNumber' | 'beyondOffer' | 'until' | 'noDocument' | 'changed' };

/**
 * Records the contract with the implementer that was chosen. Its sum becomes an entry of the account. It may not be more than the chosen offer,
 * nor more than what was granted and brought. Rejects with `not-allowed` (`checkRight`).
 */
export function signContract(world: World): (signing: Signing) => Promise<Signed> {
  return async ({ paper: written, amount, day, until, document, ...on }) => {
    const { cycle, number, actor } = on;
    const found = await workFor(on, 'signContract');
    if (!found) return { refused: 'noWork' };
    const { work, acting, community } = found;
    if (work.state !== 'chosen') return { refused: 'notChosen' };
    const paper = cleanText(written);
    if (paper === '' || [...paper].length > LONGEST_NUMBER) return { refused: 'noNumber' };
    if (amount <= 0) return { refused: 'amount' };
    if (work.chosen && amount > work.chosen.amount) return { refused: 'beyondOffer' };
    const today = await todayIn(world, community);
    if (!isStepDay(work, day, today)) return { refused: 'day' };
    if (until !== undefined && (!isDay(until) || until < day)) return { refused: 'until' };
    if (document !== undefined && !(await hasDocument(work, document))) return { refused: 'noDocument' };
    const shown = document === undefined ? {} : { document };
    const key = `${cycle}/${number}/${work.revision}`;
    const given = entryOf(world, actor, 'signContract', { work: number, kind: 'contracted', amount, day, paper, ...shown, key });
    return withLog(world)(community, async (session, write): Promise<Signed> => {
      if ((await findWork(cycle, number, session))?.revision !== work.revision) return { refused: 'changed' };
      const entry = await addEntry(cycle, given, today, session);
      if ('refused' in entry) return entry;
      const step = { state: 'signed' as const, day, by: actor.name, at: world.now() };
      const contract = { number: paper, amount, day, ...(until !== undefined && { until }), ...shown };
      await takeStep(work, step, session, undefined, { contract });
      const deed = stepDeed(acting, work, step);
      await write({
        ...deed,
        detail: { ...deed.detail, after: { ...deed.detail.after, ...detailOf(entry.entry, given).after, ...(until && { until }) } },
      });
      return { signed: true };
    });
  };
}

/** Whether a work is paid in this state. */
export function isPayable(state: WorkState): boolean {
  return PAYABLE.includes(state);
}

const PAYABLE: readonly WorkState[] = ['signed', 'under-way', 'finished', 'to-be-mended', 'accepted'];

interface Payment extends OnWork {
  readonly amount: number;
  readonly day: string;
  /** The invoice's number. */
  readonly paper: string;
  readonly document?: string;
  /** Names the form: what is sent twice is paid once. */
  readonly key: string;
}

export type Paid =
  /** The entry; `isAll`: with it everything contracted is paid. */
  | { readonly entry: number; readonly isAll: boolean }
  | Waiting
  | { readonly refused: EntryRefusal | 'notPayable' | 'noPaper' | 'noDocument' | 'isStaff' };

/**
 * Pays a part of a contract, or all of it. It never pays more than is contracted, even if two people pay at once. Above the community's
 * `twoPersonsAbove` a supervisor confirms it. If an accepted work is paid off by this, it becomes `paid`. Rejects with `not-allowed`
 * (`checkRight`).
 */
export function payWork(world: World): (payment: Payment) => Promise<Paid> {
  return async ({ amount, day, paper: written, document, key, ...on }) => {
    const { cycle, number, actor } = on;
    const found = await workFor(on, 'payWork');
    if (!found) return { refused: 'noWork' };
    const { work, acting, community } = found;
    if (!isPayable(work.state)) return { refused: 'notPayable' };
    const paper = cleanText(written);
    if (paper === '') return { refused: 'noPaper' };
    if (amount <= 0) return { refused: 'amount' };
    if (document !== undefined && !(await hasDocument(work, document))) return { refused: 'noDocument' };
    if (work.chosen && (await decidesHere(world, community, work.chosen.implementer))) return { refused: 'isStaff' };
    const shown = document === undefined ? {} : { document };
    const given = entryOf(world, actor, 'payWork', { work: number, kind: 'paid', amount, day, paper, ...shown, key });
    const today = await todayIn(world, community);
    const planned = await planEntry(cycle, given, today);
    if ('refused' in planned) return planned;
    if ('same' in planned) return { entry: planned.same, isAll: planned.sums.paid === planned.sums.contracted };
    const { twoPersonsAbove = 0 } = (await findCommunity(community)) ?? {};
    if (needsSecond(actor, 'payWork', amount > twoPersonsAbove ? 'muchMoney' : undefined)) {
      const detail = { after: { kind: 'paid', work: number, amount, day, paper, contracted: planned.after.contracted, paid: planned.after.paid } };
      const payload = { cycle, number, amount, day, paper, ...shown, key };
      return askSecond(world)({
        act: 'payWork',
        community,
        actor,
        subject: workSubject(work._id),
        about: `${cycle}/${number}/${key}`,
        detail,
        payload,
      });
    }
    return withLog(world)(community, async (session, write): Promise<Paid> => {
      const now = await findWork(cycle, number, session);
      if (!now || !isPayable(now.state)) return { refused: 'notPayable' };
      const outcome = await addEntry(cycle, given, today, session);
      if ('refused' in outcome) return outcome;
      const isAll = outcome.sums.paid === outcome.sums.contracted;
      const { after } = detailOf(outcome.entry, given);
      const step = { state: 'paid' as const, day: today, by: actor.name, at: world.now() };
      const isPaid = isAll && now.state === 'accepted' && (await takeStep(now, step, session));
      const once = given.key ?? '';
      await write({ ...acting, subject: workSubject(work._id), once, detail: { after: { ...after, ...(isPaid && { state: 'paid' }) } } });
      return { entry: outcome.entry, isAll };
    });
  };
}
