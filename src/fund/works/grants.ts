import { cleanText } from '../../store/text.ts';
import type { World } from '../../store/world.ts';
import { accountSubject, communityOfAccount, type EntryRefusal, sumsOf } from '../accounts/index.ts';
import { type Actor, checkRight } from '../people/index.ts';
import type { Waiting } from '../second/index.ts';
import { documentTitle } from './documents.ts';
import { enterMoney, type Planned } from './enterMoney.ts';
import { isMuchAlone } from './payWork.ts';

/** `same`: nothing would change. `noReason`, `noPaper`: it takes one. `noDocument`: the work has no such document. `changed`: it was another sum. */
type Refused = { readonly refused: EntryRefusal | 'noReason' | 'noPaper' | 'noDocument' | 'same' | 'changed' };

type Made = { readonly entry: number } | Waiting | Refused;

interface Given {
  readonly cycle: string;
  readonly day: string;
  /** The number of its paper. */
  readonly paper?: string;
  /** Names the form: what is sent twice counts once. */
  readonly key: string;
  readonly actor: Actor;
}

interface OfWork extends Given {
  readonly work: number;
  /** A document of the work that shows the paper. */
  readonly document?: string;
}

/**
 * Changes what is granted to a work to another sum, with a reason; a supervisor confirms it. No more is granted than the budget and what came beyond it. `seen`:
 * what was granted when it was looked at. Rejects with `not-allowed` (`checkRight`).
 */
export function changeGrant(
  world: World,
): (given: OfWork & { readonly to: number; readonly seen?: number | undefined; readonly reason: string }) => Promise<Made> {
  return async ({ cycle, work, to, seen, reason: written, day, key, actor, ...given }) => {
    const papers = papersIn(given);
    const community = await communityOfAccount(cycle);
    if (community === undefined) return { refused: 'noAccount' };
    checkRight(actor, 'changeGrant', community);
    const reason = cleanText(written);
    if (reason === '') return { refused: 'noReason' };
    const told = await toldOf({ _id: { cycle, number: work }, community }, papers);
    if ('refused' in told) return told;
    const on = { act: 'changeGrant' as const, cycle, community, work, actor, subject: accountSubject(cycle), key };
    return enterMoney(world)(on, async (session): Promise<Planned | Refused> => {
      const { granted } = await sumsOf(cycle, work, session);
      if (seen !== undefined && granted !== seen) return { refused: 'changed' };
      if (granted === to) return { refused: 'same' };
      const detail = { before: { granted }, after: { work, granted: to, day, ...told }, reason };
      const payload = { cycle, work, to, seen: granted, day, reason, ...papers, key };
      const entry = { kind: 'granted' as const, amount: to - granted, day, reason, ...papers };
      return { entry, asking: { act: 'changeGrant', detail, payload, about: `${cycle}/${work}` } };
    });
  };
}

/**
 * Adds what residents bring themselves to a work. A supervisor confirms it if, with what was added since the last confirmation, it is above the community's
 * `twoPersonsAbove`: so much more may be contracted. Rejects with `not-allowed` (`checkRight`).
 */
export function addOwn(world: World): (given: OfWork & { readonly amount: number }) => Promise<Made> {
  return async ({ cycle, work, amount, day, key, actor, ...given }) => {
    const papers = papersIn(given);
    const community = await communityOfAccount(cycle);
    if (community === undefined) return { refused: 'noAccount' };
    checkRight(actor, 'addOwn', community);
    if (!(amount > 0)) return { refused: 'amount' };
    const of = { _id: { cycle, number: work }, community };
    const told = await toldOf(of, papers);
    if ('refused' in told) return told;
    const on = { act: 'addOwn' as const, cycle, community, work, actor, subject: accountSubject(cycle), key };
    return enterMoney(world)(on, async (session) => {
      const { own } = await sumsOf(cycle, work, session);
      const detail = { before: { own }, after: { work, amount, day, ...told, own: own + amount } };
      const asking = { act: 'addOwn' as const, detail, payload: { cycle, work, amount, day, ...papers, key }, about: `${cycle}/${work}/${key}` };
      return { entry: { kind: 'own' as const, amount, day, ...papers }, isMuch: await isMuchAlone(of, 'own', amount, session), asking };
    });
  };
}

/**
 * Adds what came to the fund beyond its budget, with the number of the paper that says so and whence it is; a supervisor confirms it. Rejects with
 * `not-allowed` (`checkRight`).
 */
export function addExtra(world: World): (given: Given & { readonly amount: number; readonly reason: string }) => Promise<Made> {
  return async ({ cycle, amount, day, paper: written = '', reason: why, key, actor }) => {
    const community = await communityOfAccount(cycle);
    if (community === undefined) return { refused: 'noAccount' };
    checkRight(actor, 'addExtra', community);
    const [paper, reason] = [cleanText(written), cleanText(why)];
    if (!(amount > 0)) return { refused: 'amount' };
    if (paper === '') return { refused: 'noPaper' };
    if (reason === '') return { refused: 'noReason' };
    const on = { act: 'addExtra' as const, cycle, community, work: undefined, actor, subject: accountSubject(cycle), key };
    return enterMoney(world)(on, async () => {
      const about = { amount, day, paper };
      const asking = {
        act: 'addExtra' as const,
        detail: { after: { kind: 'extra', ...about }, reason },
        payload: { cycle, ...about, reason, key },
        about: `${cycle}/${key}`,
      };
      return { entry: { kind: 'extra' as const, ...about, reason }, asking };
    });
  };
}

function papersIn({ paper, document }: Pick<OfWork, 'paper' | 'document'>): Pick<OfWork, 'paper' | 'document'> {
  return { ...(paper !== undefined && { paper }), ...(document !== undefined && { document }) };
}

/** What is told of a paper: its number, and what its document is called. */
async function toldOf(
  work: Parameters<typeof documentTitle>[0],
  { paper, document }: Pick<OfWork, 'paper' | 'document'>,
): Promise<{ readonly paper?: string; readonly document?: string } | { readonly refused: 'noDocument' }> {
  const title = document === undefined ? undefined : await documentTitle(work, document);
  if (document !== undefined && title === undefined) return { refused: 'noDocument' };
  return { ...(paper !== undefined && { paper }), ...(title !== undefined && { document: title }) };
}
