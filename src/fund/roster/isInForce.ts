import { native } from '../../store/native.ts';
import { Resident } from '../records/resident.ts';

/** Whether a card, given as its HMAC, is still the one of its holder, who is still on the roster. */
export async function isInForce({ resident, card }: { readonly resident: string; readonly card: string }): Promise<boolean> {
  return (await native(Resident).findOne({ _id: resident, card, leftAt: { $exists: false } }, { projection: { _id: 1 } })) !== null;
}
