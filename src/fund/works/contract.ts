import { cleanText } from '../../store/text.ts';
import { isDay } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import { addEntry, detailOf, type EntryRefusal, entryOf } from '../accounts/index.ts';
import { todayIn } from '../communities/index.ts';
import { withLog } from '../log/index.ts';
import { hasDocument } from './documents.ts';
import { isStepDay, stepDeed, takeStep } from './takeStep.ts';
import { findWork, type OnWork, workFor } from './work.ts';

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
    const key = `${number}/${work.revision}`;
    const given = entryOf(world, acting, cycle, { work: number, kind: 'contracted', amount, day, paper, ...shown, key });
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
