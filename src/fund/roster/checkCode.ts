import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import type { Act } from '../act.ts';
import { Address } from '../records/addressBook.ts';
import { Resident } from '../records/resident.ts';
import { addressHmac } from './addressHmac.ts';
import { personOf } from './person.ts';
import { tieTo } from './tieTo.ts';
import { type Tried, tryCode } from './tryCode.ts';

export type CodeChecked =
  /** Whose phone it is. Not `tied` where another chat is theirs: `moveChat` does that. */
  | { readonly resident: string; readonly name?: string; readonly tied: boolean }
  | Exclude<Tried, { right: true }>
  /** The card has to say whose the chat is: the phone is several residents', or `不是我` was sent from it. */
  | { readonly refused: 'shared' | 'needsCard' };

/** Six digits are repeated in the chat that asked for them: from then on it is the chat of the person who holds the phone. */
export function checkCode({ vault }: World): (input: { phone: string; digits: string }, act: Act) => Promise<CodeChecked> {
  return async ({ phone, digits }, act) => {
    const { community } = act;
    const to = { community, channel: 'sms', address: phone } as const;
    const sent = { community, chat: addressHmac(vault, act), phone: addressHmac(vault, to) };
    const tried = await tryCode({ vault }, sent, { phone, digits }, act);
    if (!('right' in tried)) return tried;
    const [holder, another] = await native(Resident)
      .find({ phoneId: sent.phone, leftAt: { $exists: false } }, { projection: { person: 1 } })
      .limit(2)
      .toArray();
    if (!holder) return { refused: 'late' }; // the number has left the roster since
    if (await native(Address).findOne({ _id: sent.phone, needsCard: { $exists: true } }, { projection: { _id: 1 } })) return { refused: 'needsCard' };
    if (another) return { refused: 'shared' };
    const tied = await tieTo(vault, holder._id, act);
    const { name } = personOf(vault, holder);
    return { resident: holder._id, ...(name && { name }), tied };
  };
}
