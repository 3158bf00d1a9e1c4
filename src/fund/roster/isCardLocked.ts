import { native } from '../../store/native.ts';
import type { Act } from '../act.ts';
import { Address } from '../records/addressBook.ts';
import { CardGuard } from '../records/cardGuard.ts';
import { addressId } from './addressId.ts';

/** Whether card entry is locked for an act: here, or in the whole community for who is not on its roster. */
export async function isCardLocked(act: Pick<Act, 'at' | 'community' | 'channel' | 'address'>, isKnown: boolean): Promise<boolean> {
  const [here, everywhere] = await Promise.all([
    native(Address).findOne({ _id: addressId(act), cardLockedUntil: { $gt: act.at } }, { projection: { _id: 1 } }),
    isKnown ? null : native(CardGuard).findOne({ _id: act.community, lockedUntil: { $gt: act.at } }, { projection: { _id: 1 } }),
  ]);
  return here !== null || everywhere !== null;
}
