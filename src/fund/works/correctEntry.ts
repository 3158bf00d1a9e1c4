import type { mongo } from 'mongoose';
import { cleanText } from '../../store/text.ts';
import type { World } from '../../store/world.ts';
import { accountSubject, communityOfAccount, correctedEntry, type EntryRefusal, findEntry } from '../accounts/index.ts';
import { type Actor, checkRight } from '../people/index.ts';
import type { Waiting } from '../second/index.ts';
import { documentTitle } from './documents.ts';
import { enterMoney, type Planned } from './enterMoney.ts';
import { type PayoutRefusal, payoutRefusal } from './payWork.ts';
import { findWork } from './work.ts';

interface Correction {
  readonly cycle: string;
  readonly entry: number;
  /** What it should have said. */
  readonly to: number;
  /** What it said when that was looked at, earlier corrections included. */
  readonly seen: number;
  readonly day: string;
  readonly reason: string;
  readonly paper?: string;
  /** A document of the work that shows the paper. */
  readonly document?: string;
  /** Names the form: what is sent twice counts once. */
  readonly key: string;
  readonly actor: Actor;
}

/** `same`: nothing would change. `isCorrection`: the entry is one itself. `changed`: it says something else by now. */
type Refused = { readonly refused: EntryRefusal | PayoutRefusal | 'noEntry' | 'noReason' | 'noDocument' | 'same' | 'changed' | 'isCorrection' };

const MOST_CORRECTIONS = 100;

/**
 * Corrects an entry by another one, with a reason; the wrong one stays. A supervisor confirms it. A work that is no longer paid off by it is `accepted` again.
 * Rejects with `not-allowed` (`checkRight`).
 */
export function correctEntry(world: World): (correction: Correction) => Promise<{ readonly entry: number } | Waiting | Refused> {
  return async ({ cycle, entry: number, to, seen, day, reason: written, paper, document, key, actor }) => {
    const community = await communityOfAccount(cycle);
    if (community === undefined) return { refused: 'noAccount' };
    checkRight(actor, 'correctEntry', community);
    const reason = cleanText(written);
    if (reason === '') return { refused: 'noReason' };
    const entry = await findEntry(cycle, number);
    if (!entry) return { refused: 'noEntry' };
    const { work, kind } = entry;
    if (entry.corrects !== undefined) return { refused: 'isCorrection' };
    const papers = { ...(paper !== undefined && { paper }), ...(document !== undefined && { document }) };
    const title =
      document === undefined || work === undefined ? undefined : await documentTitle({ _id: { cycle, number: work }, community }, document);
    if (document !== undefined && title === undefined) return { refused: 'noDocument' };
    const on = { act: 'correctEntry' as const, cycle, community, work, actor, subject: accountSubject(cycle), key };
    return enterMoney(world)(on, async (session): Promise<Planned | Refused> => {
      const { now = entry.amount, corrections = 0 } = (await correctedEntry(cycle, number, session)) ?? {};
      if (now !== seen) return { refused: 'changed' };
      if (to === now) return { refused: 'same' };
      if ((to < 0 && kind !== 'granted') || corrections >= MOST_CORRECTIONS) return { refused: 'amount' };
      const refused = kind === 'paid' && to > now ? await morePaid(to - now, session) : undefined;
      if (refused) return { refused };
      const named = { ...(paper !== undefined && { paper }), ...(title !== undefined && { document: title }) };
      const was = { entry: number, kind, ...(work !== undefined && { work }), amount: now, ...(entry.paper && { paper: entry.paper }) };
      const detail = { before: was, after: { ...(work !== undefined && { work }), amount: to, day, ...named }, reason };
      const payload = { cycle, entry: number, to, seen, day, reason, ...papers, key };
      return {
        entry: { kind, amount: to - now, day, reason, ...papers, corrects: number },
        asking: { act: 'correctEntry', detail, payload, about: `${cycle}/${number}` },
      };
    });

    async function morePaid(amount: number, session: mongo.ClientSession): Promise<PayoutRefusal | undefined> {
      const paid = work === undefined ? null : await findWork(cycle, work, session);
      return paid ? payoutRefusal(world, paid, amount, session) : undefined;
    }
  };
}
