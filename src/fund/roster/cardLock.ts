import { native } from '../../store/native.ts';
import type { Act } from '../act.ts';
import { Address } from '../records/addressBook.ts';
import { CardGuard } from '../records/cardGuard.ts';
import { addressId } from './addressId.ts';

/** Which lock of card entry an act meets: `here` for a day, or `strangers`, of who is not on the roster in the whole community, for an hour. */
export async function cardLock(
  act: Pick<Act, 'at' | 'community' | 'channel' | 'address'>,
  isKnown: boolean,
): Promise<'here' | 'strangers' | undefined> {
  const [here, strangers] = await Promise.all([
    native(Address).findOne({ _id: addressId(act), cardLockedUntil: { $gt: act.at } }, { projection: { _id: 1 } }),
    isKnown ? null : native(CardGuard).findOne({ _id: act.community, lockedUntil: { $gt: act.at } }, { projection: { _id: 1 } }),
  ]);
  if (here) return 'here';
  return strangers ? 'strangers' : undefined;
}
