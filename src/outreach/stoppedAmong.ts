import { Address } from '../fund/records/addressBook.ts';
import { addressId } from '../fund/roster/addressId.ts';
import type { Reach } from '../fund/tell.ts';
import { native } from '../store/native.ts';

/** The phones and chats (`addressId`) that want nothing of what we start. */
export async function stoppedAmong(asked: readonly (Reach & { community: string })[]): Promise<Set<string>> {
  if (asked.length === 0) return new Set();
  const stopped = await native(Address)
    .find({ _id: { $in: asked.map(addressId) }, stoppedAt: { $exists: true } }, { projection: { _id: 1 } })
    .toArray();
  return new Set(stopped.map(({ _id }) => _id));
}
