import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import type { Channel } from '../act.ts';
import { Address } from '../records/addressBook.ts';
import { addressId } from './addressId.ts';

/** Ends the locks of a phone or chat: of card entry, and that every ballot from it needs the card. False where it had none. */
export async function unlockAddress({ now }: World, from: { community: string; channel: Channel; address: string }, by: string): Promise<boolean> {
  const { matchedCount } = await native(Address).updateOne(
    { _id: addressId(from), $or: [{ needsCard: { $exists: true } }, { cardLockedUntil: { $gt: now() } }] },
    {
      $unset: { needsCard: 1, cardLockedUntil: 1, wrongCards: 1 },
      $push: { log: { $each: [{ what: 'unlock' as const, at: now(), words: by }], $slice: -50 } },
    },
  );
  return matchedCount === 1;
}
