import type { mongo } from 'mongoose';
import { Address, writeStop } from '../../contacts/addressBook.ts';
import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { Resident } from './resident.ts';

/**
 * Moves a stop to the new phone (`phones`: the `addressHmac` of the old one, and of the new one): a resident who stopped our messages on a phone of
 * their own gets none on the phone that the roster now has for them, unless others hold it, too.
 */
export async function moveStops(
  { vault }: Pick<World, 'vault'>,
  community: string,
  phones: ReadonlyMap<string, string>,
  session: mongo.ClientSession,
): Promise<void> {
  if (phones.size === 0) return;
  const stopped = await collection(Address)
    .find({ _id: { $in: [...phones.keys()] }, stoppedAt: { $exists: true } }, { session, projection: { stoppedAt: 1 } })
    .toArray();
  for (const { _id: before, stoppedAt: at } of stopped) {
    const _id = phones.get(before);
    if (_id === undefined || !at || (await collection(Resident).countDocuments({ phoneId: _id }, { session })) > 1) continue;
    await writeStop(vault, { _id, community, at, channel: 'sms', by: 'roster' }, session);
  }
}
