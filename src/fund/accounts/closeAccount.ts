import { z } from 'zod';
import { collection } from '../../store/collection.ts';
import { markedOn } from '../../store/recordMark.ts';
import { act, done, refuse } from '../act/index.ts';
import { DAILY_WORK } from '../people/index.ts';
import { Account, leftOf, onAccountSeen, totalOf } from './account.ts';

/**
 * Closes a cycle's account for good with what is left; a supervisor confirms it. Everything contracted has to be paid first; a correction takes off the contract
 * what will not be paid.
 */
export const closeAccount = act({
  name: 'account.close',
  may: DAILY_WORK,
  approval: { by: 'supervisor' },
  on: onAccountSeen,
  input: z.strictObject({}),
  refusals: { already: null, owed: null },
  async run({ world, session, on, actor }) {
    if (on.closed) return refuse('already');
    const total = totalOf(on.works);
    if (total.contracted !== total.paid) return refuse('owed');
    const left = leftOf(total);
    const change = { closed: { left, by: actor.name, at: world.now() } };
    await collection(Account).updateOne({ _id: on._id }, { $set: { ...change, ...markedOn(world.vault, 'accounts', on, change) } }, { session });
    return done({ left }, { after: { ...total, remaining: left } });
  },
});
