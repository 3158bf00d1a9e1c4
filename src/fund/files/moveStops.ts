import type { mongo } from 'mongoose';
import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import { Address } from '../records/addressBook.ts';
import { Resident } from '../records/resident.ts';
import { writeStop } from '../roster/writeStop.ts';
import type { ResidentChanges } from './residentChanges.ts';

/** Who wanted nothing of what we start on a phone of their own wants nothing on the one that the roster now has for them, unless others hold it too. */
export async function moveStops({ vault }: World, { changed }: Pick<ResidentChanges, 'changed'>, session: mongo.ClientSession): Promise<void> {
  const phones = new Map(changed.flatMap(({ set, phoneBefore }) => (set.phoneId && phoneBefore ? [[phoneBefore, set.phoneId] as const] : [])));
  if (phones.size === 0) return;
  const stopped = await native(Address)
    .find({ _id: { $in: [...phones.keys()] }, stoppedAt: { $exists: true } }, { session, projection: { stoppedAt: 1 } })
    .toArray();
  for (const { _id: before, stoppedAt: at } of stopped) {
    const _id = phones.get(before);
    if (_id === undefined || !at || (await native(Resident).countDocuments({ phoneId: _id }, { session })) > 1) continue;
    await writeStop(vault, { _id, at, channel: 'sms', by: 'roster' }, session);
  }
}
