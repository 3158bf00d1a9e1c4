import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { type Detail, withLog } from '../log/index.ts';
import { type Actor, checkRight } from '../people/index.ts';
import { askSecond, needsSecond, type Waiting } from '../second/index.ts';
import { Account, accountSubject, leftOf, totalOf } from './account.ts';

export type AccountClosed = { readonly left: number } | Waiting | { readonly refused: 'noAccount' | 'already' | 'owed' | 'changed' };

/**
 * Closes a cycle's account for good with what is left; a supervisor confirms it. Everything contracted has to be paid first; a correction takes off the contract what will not be
 * paid. `seen`: how many entries the account had when it was looked at. Rejects with `not-allowed` (`checkRight`).
 */
export function closeAccount(world: World): (closing: { cycle: string; seen: number; actor: Actor }) => Promise<AccountClosed> {
  return async ({ cycle, seen, actor }) => {
    const found = await collection(Account).findOne({ _id: cycle });
    if (!found) return { refused: 'noAccount' };
    const { community } = found;
    const acting = checkRight(actor, 'closeAccount', community);
    const subject = accountSubject(cycle);
    const outcome = await withLog(world)(community, async (session, write): Promise<AccountClosed | { readonly asks: Detail }> => {
      const account = (await collection(Account).findOne({ _id: cycle }, { session })) ?? found;
      if (account.closed) return { refused: 'already' };
      if (account.entries !== seen) return { refused: 'changed' };
      const total = totalOf(account.works);
      if (total.contracted !== total.paid) return { refused: 'owed' };
      const left = leftOf(total);
      const detail = { after: { ...total, remaining: left } };
      if (needsSecond(actor, 'closeAccount', undefined)) return { asks: detail };
      await collection(Account).updateOne({ _id: cycle }, { $set: { closed: { left, by: actor.name, at: world.now() } } }, { session });
      await write({ ...acting, subject, detail });
      return { left };
    });
    if (!('asks' in outcome)) return outcome;
    return askSecond(world)({ act: 'closeAccount', community, actor, subject, detail: outcome.asks, payload: { cycle, seen } });
  };
}
