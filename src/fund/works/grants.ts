import { z } from 'zod';
import { ENTRY_REFUSALS, LONGEST_PAPER, onAccount, sumsOf } from '../accounts/index.ts';
import { act, amount, day, given, key, line, number, refuse } from '../act/index.ts';
import { DAILY_WORK } from '../people/index.ts';
import { documentTitle } from './documents.ts';
import { enterMoney } from './enterMoney.ts';
import { isMuchAlone } from './payWork.ts';

const LONGEST_REASON = 300;
/** What is entered of a work: what it is, and its paper, if there is one. */
const OF_WORK = { work: number(), amount: amount(), day: day(), paper: line(LONGEST_PAPER).optional(), document: line(24).optional() };

/**
 * Changes what is granted to a work to another sum (`amount`), with a reason; a supervisor confirms it. No more is granted than the budget and what came beyond
 * it. `seen`: what was granted when it was asked.
 */
export const changeGrant = act({
  name: 'account.grant',
  may: DAILY_WORK,
  approval: { by: 'supervisor' },
  on: onAccount,
  input: z.strictObject({ ...OF_WORK, reason: line(LONGEST_REASON), seen: given(z.int()).optional(), key: key() }),
  refusals: { ...ENTRY_REFUSALS, noWork: 'work', same: 'amount', changed: null, noDocument: 'document' },
  async run({ world, session, on, input: { work, amount: to, seen, day, reason, key, ...papers }, acting }) {
    const { _id: cycle, community } = on;
    const told = await toldOf({ _id: { cycle, number: work }, community }, papers);
    if ('refused' in told) return told;
    return enterMoney({ world, session, acting, cycle, work, key }, async () => {
      const { granted } = await sumsOf(cycle, work, session);
      if (seen !== undefined && granted !== seen) return refuse('changed');
      if (granted === to) return refuse('same');
      const shown = { before: { granted }, after: { work, granted: to, day, ...told }, reason };
      const entry = { kind: 'granted' as const, amount: to - granted, day, reason, ...papersIn(papers) };
      return { entry, shown, about: `${cycle}/${work}`, pinned: { seen: granted } };
    });
  },
});

/**
 * Adds what residents bring themselves to a work. A supervisor confirms it if, with what was added since the last confirmation, it is above the community's
 * `twoPersonsAbove`: so much more may be contracted.
 */
export const addOwn = act({
  name: 'account.own',
  may: DAILY_WORK,
  approval: { by: 'supervisor' },
  on: onAccount,
  input: z.strictObject({ ...OF_WORK, key: key() }),
  refusals: { ...ENTRY_REFUSALS, noWork: 'work', noDocument: 'document' },
  async run({ world, session, on, input: { work, amount, day, key, ...papers }, acting }) {
    const { _id: cycle, community } = on;
    if (amount <= 0) return refuse('amount');
    const of = { _id: { cycle, number: work }, community };
    const told = await toldOf(of, papers);
    if ('refused' in told) return told;
    return enterMoney({ world, session, acting, cycle, work, key }, async () => {
      const { own } = await sumsOf(cycle, work, session);
      const shown = { before: { own }, after: { work, amount, day, ...told, own: own + amount } };
      const takesTwo = await isMuchAlone(world, of, 'own', amount, session);
      return { entry: { kind: 'own' as const, amount, day, ...papersIn(papers) }, takesTwo, shown, about: `${cycle}/${work}/${key}` };
    });
  },
});

/** Adds what came to the fund beyond its budget, with the number of the paper that says so and whence it is; a supervisor confirms it. */
export const addExtra = act({
  name: 'account.extra',
  may: DAILY_WORK,
  approval: { by: 'supervisor' },
  on: onAccount,
  input: z.strictObject({ amount: amount(), day: day(), paper: line(LONGEST_PAPER), reason: line(LONGEST_REASON), key: key() }),
  refusals: ENTRY_REFUSALS,
  async run({ world, session, on: { _id: cycle }, input: { amount, day, paper, reason, key }, acting }) {
    if (amount <= 0) return refuse('amount');
    return enterMoney({ world, session, acting, cycle, work: undefined, key }, async () => {
      const entry = { kind: 'extra' as const, amount, day, paper, reason };
      return { entry, shown: { after: { kind: 'extra', amount, day, paper }, reason }, about: `${cycle}/${key}` };
    });
  },
});

interface Papers {
  readonly paper?: string | undefined;
  /** A document of the work that shows it. */
  readonly document?: string | undefined;
}

/** The papers of an entry, without those that it has not. */
export function papersIn({ paper, document }: Papers): { readonly paper?: string; readonly document?: string } {
  return { ...(paper !== undefined && { paper }), ...(document !== undefined && { document }) };
}

/** What is told of a paper: its number, and what its document is called. */
async function toldOf(work: Parameters<typeof documentTitle>[0], { paper, document }: Papers): Promise<Papers | { readonly refused: 'noDocument' }> {
  const title = document === undefined ? undefined : await documentTitle(work, document);
  if (document !== undefined && title === undefined) return { refused: 'noDocument' };
  return papersIn({ paper, document: title });
}
