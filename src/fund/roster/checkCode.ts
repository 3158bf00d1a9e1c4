import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import type { Act } from '../act.ts';
import { Address } from '../records/addressBook.ts';
import { PhoneCode } from '../records/phoneCode.ts';
import { Resident } from '../records/resident.ts';
import { addressHmac } from './addressHmac.ts';
import { addressId } from './addressId.ts';
import { codeHmac } from './codeHmac.ts';
import { tieTo } from './tieTo.ts';

export type CodeChecked =
  /** Whose phone it is. Not `tied` where another chat is theirs: `moveChat` does that. */
  | { readonly resident: string; readonly name?: string; readonly tied: boolean }
  | { readonly refused: 'wrong'; readonly triesLeft: number }
  /** It cannot be tried any more. */
  | { readonly refused: 'over' | 'late' }
  /** The card has to say whose the chat is: the phone is several residents', or `不是我` was sent from it. */
  | { readonly refused: 'shared' | 'needsCard' };

const TRIES = 3;
const LASTS_MS = 10 * 60 * 1000;

/** Six digits are repeated in the chat that asked for them: from then on it is the chat of who holds the phone. Only the last ones sent count. */
export function checkCode({ vault }: World): (input: { phone: string; digits: string }, act: Act) => Promise<CodeChecked> {
  return async ({ phone, digits }, act) => {
    const { community, at } = act;
    const key = vault.hmac('act', act.key, 'checkCode');
    const to = { community, channel: 'sms', address: phone } as const;
    const sent = { community, chat: addressHmac(vault, act), phone: addressHmac(vault, to) };
    const [code] = await native(PhoneCode).find(sent).sort({ at: -1 }).limit(1).toArray();
    if (!code || at.getTime() - code.at.getTime() > LASTS_MS) return { refused: 'late' };
    const isRight = code.digits === codeHmac(vault, { ...to, digits });
    const { _id, wrong } = code;
    if (!wrong.includes(key) && (wrong.length >= TRIES || (code.used && code.used !== key))) return { refused: 'over' };
    if (!isRight) {
      act.beginWrite();
      await native(PhoneCode).updateOne({ _id, key: code.key, wrong: { $ne: key } }, { $push: { wrong: key } });
      const triesLeft = TRIES - wrong.length - (wrong.includes(key) ? 0 : 1);
      return triesLeft > 0 ? { refused: 'wrong', triesLeft } : { refused: 'over' };
    }
    const [holder, another] = await native(Resident)
      .find({ community, phone, leftAt: { $exists: false } }, { projection: { name: 1 } })
      .limit(2)
      .toArray();
    if (!holder) return { refused: 'late' }; // the number has left the roster since
    act.beginWrite();
    await native(PhoneCode).updateOne({ _id, key: code.key }, { $set: { used: key } });
    if (await native(Address).findOne({ _id: addressId(to), needsCard: { $exists: true } }, { projection: { _id: 1 } }))
      return { refused: 'needsCard' };
    if (another) return { refused: 'shared' };
    const tied = await tieTo(holder._id, act);
    return { resident: holder._id, ...(holder.name && { name: holder.name }), tied };
  };
}
