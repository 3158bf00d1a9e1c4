import { z } from 'zod';
import { correctedEntry, ENTRY_REFUSALS, findEntry, LONGEST_PAPER, onAccount } from '../accounts/index.ts';
import { act, amount, day, key, line, number, refuse } from '../act/index.ts';
import { DAILY_WORK } from '../people/index.ts';
import { documentTitle } from './documents.ts';
import { enterMoney } from './enterMoney.ts';
import { papersIn } from './grants.ts';
import { payoutRefusal } from './payWork.ts';
import { findWork } from './work.ts';

const MOST_CORRECTIONS = 100;

/**
 * Corrects an entry by another one, with a reason; the wrong one stays. A supervisor confirms it. A work that is no longer paid off by it is `accepted` again.
 * `was`: what the entry says now, earlier corrections included; `amount`: what it should say.
 */
export const correctEntry = act({
  name: 'account.correct',
  may: DAILY_WORK,
  approval: { by: 'supervisor' },
  on: onAccount,
  input: z.strictObject({
    ...{ entry: number(), was: amount(), amount: amount(), day: day(), paper: line(LONGEST_PAPER).optional(), document: line(24).optional() },
    ...{ reason: line(300), key: key() },
  }),
  refusals: {
    ...ENTRY_REFUSALS,
    ...{ noEntry: 'entry', isCorrection: 'entry', changed: 'was', same: 'amount', noDocument: 'document' },
    ...{ isStaff: null, notAccepted: null, noPapers: null },
  },
  async run({ world, session, on, input: { entry: number, was, amount: to, day, paper, document, reason, key }, acting }) {
    const { _id: cycle, community } = on;
    const entry = await findEntry(cycle, number);
    if (!entry) return refuse('noEntry');
    const { work, kind } = entry;
    if (entry.corrects !== undefined) return refuse('isCorrection');
    const title =
      document === undefined || work === undefined ? undefined : await documentTitle({ _id: { cycle, number: work }, community }, document);
    if (document !== undefined && title === undefined) return refuse('noDocument');
    return enterMoney({ world, session, acting, cycle, work, key }, async () => {
      const { now = entry.amount, corrections = 0 } = (await correctedEntry(cycle, number, session)) ?? {};
      if (now !== was) return refuse('changed');
      if (to === now) return refuse('same');
      if ((to < 0 && kind !== 'granted') || corrections >= MOST_CORRECTIONS) return refuse('amount');
      const paid = kind === 'paid' && to > now && work !== undefined ? await findWork(cycle, work, session) : null;
      const why = paid && (await payoutRefusal(world, paid, to - now, session));
      if (why) return refuse(why);
      const before = { entry: number, kind, ...(work !== undefined && { work }), amount: now, ...(entry.paper && { paper: entry.paper }) };
      const after = { ...(work !== undefined && { work }), amount: to, day, ...papersIn({ paper, document: title }) };
      return {
        entry: { kind, amount: to - now, day, reason, ...papersIn({ paper, document }), corrects: number },
        shown: { before, after, reason },
        about: `${cycle}/${number}`,
      };
    });
  },
});
