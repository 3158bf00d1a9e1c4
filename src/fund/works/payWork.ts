import type { mongo } from 'mongoose';
import { z } from 'zod';
import type { World } from '../../store/world.ts';
import { ENTRY_REFUSALS, enteredAlone, LONGEST_PAPER, paidOn, sumsOf } from '../accounts/index.ts';
import { act, amount, day, key, line, refuse } from '../act/index.ts';
import { moneySettings } from '../communities/index.ts';
import { DAILY_WORK } from '../people/index.ts';
import { documentTitle } from './documents.ts';
import { enterMoney } from './enterMoney.ts';
import { decidesHere } from './implementers.ts';
import { LAST_PAPERS, lacksPapers } from './papers.ts';
import { onWork, type WorkRecord, type WorkState } from './work.ts';

/** Whether a work is paid in this state. */
export function isPayable(state: WorkState): boolean {
  return PAYABLE.includes(state);
}

const PAYABLE: readonly WorkState[] = ['signed', 'under-way', 'finished', 'to-be-mended', 'accepted'];

/**
 * Pays a part of a contract, or all of it, on an invoice (`paper`: its number; `reason`: why it is paid on a second time). It never pays more than is
 * contracted, even if two people pay at once. A supervisor confirms it if more than the community's `twoPersonsAbove` was paid of the work since the last
 * confirmation, this payment included, and if its number was paid on before. If an accepted work is paid off by this, it becomes `paid`.
 */
export const payWork = act({
  name: 'work.pay',
  may: DAILY_WORK,
  approval: { by: 'supervisor' },
  on: onWork,
  input: z.strictObject({
    ...{ amount: amount(), day: day(), paper: line(LONGEST_PAPER), document: line(24).optional() },
    ...{ reason: line(300).optional(), key: key() },
  }),
  refusals: {
    ...ENTRY_REFUSALS,
    ...{ notPayable: null, noPaper: 'paper', paperUsed: 'reason', isStaff: null, notAccepted: null, noPapers: null, noDocument: 'document' },
  },
  async run({ world, session, on, input: { amount, day, paper, reason = '', document, key }, acting }) {
    const { cycle, number } = on._id;
    const title = document === undefined ? undefined : await documentTitle(on, document);
    if (document !== undefined && title === undefined) return refuse('noDocument');
    return enterMoney({ world, session, acting, cycle, work: number, key }, async () => {
      const looked = await lookAtPayment(world, on, { amount, paper, reason }, session);
      if ('refused' in looked) return looked;
      const { paid } = await sumsOf(cycle, number, session);
      const shown = {
        before: { paid, ...(looked.again !== undefined && { paidOn: looked.again }) },
        after: { kind: 'paid', work: number, amount, day, paper, ...(title !== undefined && { document: title }), paid: paid + amount },
        ...(reason && { reason }),
      };
      const entry = { kind: 'paid' as const, amount, day, paper, ...(reason && { reason }), ...(document !== undefined && { document }) };
      return { entry, takesTwo: looked.isMuch, shown, about: `${cycle}/${number}/${key}` };
    });
  },
});

/**
 * Why a payment is not made. `isStaff`: nobody pays themselves. `notAccepted`, `noPapers`: of the last payment of a community that requires papers.
 * `paperUsed`: its number was paid on before, and no reason says why.
 */
export type PaymentRefusal = 'notPayable' | 'noPaper' | 'amount' | 'paperUsed' | PayoutRefusal;

/**
 * Looks at a payment in its transaction: whether it may be made, and whether that is more than one person pays alone; `again`: the entry that was paid on
 * its number before. What the account says of it (`planEntry`) is looked at besides.
 */
export async function lookAtPayment(
  world: World,
  work: WorkRecord,
  { amount, paper, reason }: { readonly amount: number; readonly paper: string; readonly reason: string },
  session: mongo.ClientSession,
): Promise<{ readonly isMuch: boolean; readonly again: number | undefined } | { readonly refused: PaymentRefusal }> {
  if (!isPayable(work.state)) return { refused: 'notPayable' };
  if (paper === '') return { refused: 'noPaper' };
  if (!(amount > 0)) return { refused: 'amount' };
  const refused = await payoutRefusal(world, work, amount, session);
  if (refused) return { refused };
  const again = await paidOn(work._id.cycle, paper, session);
  if (again !== undefined && reason === '') return { refused: 'paperUsed' };
  return { isMuch: again !== undefined || (await isMuchAlone(world, work, 'paid', amount, session)), again };
}

export type PayoutRefusal = 'isStaff' | 'notAccepted' | 'noPapers';

/** Why more money does not go to who does a work; it is the last of it if everything contracted is paid then. */
export async function payoutRefusal(
  world: World,
  work: WorkRecord,
  amount: number,
  session: mongo.ClientSession,
): Promise<PayoutRefusal | undefined> {
  if (work.chosen && (await decidesHere(world, work.community, work.chosen.implementer))) return 'isStaff';
  const { contracted, paid } = await sumsOf(work._id.cycle, work._id.number, session);
  if (paid + amount !== contracted) return undefined;
  const isBefore = work.state !== 'accepted' && (await moneySettings(world, work.community, session)).papers !== 'warned';
  if (isBefore) return 'notAccepted';
  return (await lacksPapers(world, work, LAST_PAPERS, session)) ? 'noPapers' : undefined;
}

/** Whether what one person would enter of a work is above the community's `twoPersonsAbove`, with what was entered since the last confirmation. */
export async function isMuchAlone(
  world: Pick<World, 'vault'>,
  { _id: { cycle, number }, community }: Pick<WorkRecord, '_id' | 'community'>,
  kind: 'paid' | 'own',
  amount: number,
  session: mongo.ClientSession,
): Promise<boolean> {
  const { twoPersonsAbove = 0 } = await moneySettings(world, community, session);
  return (await enteredAlone(cycle, number, kind, session)) + amount > twoPersonsAbove;
}
