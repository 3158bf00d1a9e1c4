import type { mongo } from 'mongoose';
import { native } from '../../store/native.ts';
import { Address } from '../records/addressBook.ts';
import { Resident } from '../records/resident.ts';
import { addressId } from '../roster/addressId.ts';
import type { ResidentChanges } from './residentChanges.ts';

/** Who wanted nothing of what we start on a phone of their own wants nothing on the one that the roster now has for them, unless others hold it too. */
export async function moveStops(community: string, { changed }: Pick<ResidentChanges, 'changed'>, session: mongo.ClientSession): Promise<void> {
  const idOf = (phone: string) => addressId({ community, channel: 'sms', address: phone });
  const phones = new Map(changed.flatMap(({ set, phoneBefore }) => (set.phone && phoneBefore ? [[idOf(phoneBefore), set.phone] as const] : [])));
  if (phones.size === 0) return;
  const stopped = await native(Address)
    .find({ _id: { $in: [...phones.keys()] }, stoppedAt: { $exists: true } }, { session, projection: { stoppedAt: 1 } })
    .toArray();
  for (const { _id: before, stoppedAt: at } of stopped) {
    const phone = phones.get(before);
    if (phone === undefined || !at || (await native(Resident).countDocuments({ community, phone }, { session })) > 1) continue;
    const _id = idOf(phone);
    await native(Address).updateOne({ _id }, { $setOnInsert: { log: [] } }, { upsert: true, session });
    await native(Address).updateOne(
      { _id, stoppedAt: { $exists: false } },
      { $set: { stoppedAt: at }, $push: { log: { what: 'stop', at, words: 'roster', channel: 'sms' } } },
      { session },
    );
  }
}
