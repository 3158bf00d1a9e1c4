import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { withLog } from '../log/index.ts';
import { type Actor, checkRight } from '../people/index.ts';
import { Account, accountSubject, leftOf, totalOf } from './account.ts';

export type AccountClosed = { readonly left: number } | { readonly refused: 'noAccount' | 'already' | 'owed' | 'changed' };

/**
 * Closes a cycle's account with what is left. Everything contracted has to be paid first; a correction takes off the contract what will not be
 * paid. `seen`: how many entries the account had when it was looked at. Rejects with `not-allowed` (`checkRight`).
 */
export function closeAccount(world: World): (closing: { cycle: string; seen: number; actor: Actor }) => Promise<AccountClosed> {
  return async ({ cycle, seen, actor }) => {
    const found = await collection(Account).findOne({ _id: cycle });
    if (!found) return { refused: 'noAccount' };
    const { community } = found;
    const acting = checkRight(actor, 'closeAccount', community);
    return withLog(world)(community, async (session, write): Promise<AccountClosed> => {
      const account = (await collection(Account).findOne({ _id: cycle }, { session })) ?? found;
      if (account.closed) return { refused: 'already' };
      if (account.entries !== seen) return { refused: 'changed' };
      const total = totalOf(account.works);
      if (total.contracted !== total.paid) return { refused: 'owed' };
      const left = leftOf(total);
      await collection(Account).updateOne({ _id: cycle }, { $set: { closed: { left, by: actor.name, at: world.now() } } }, { session });
      await write({ ...acting, subject: accountSubject(cycle), detail: { after: { ...total, left } } });
      return { left };
    });
  };
}
