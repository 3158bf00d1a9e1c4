import { Address } from '../fund/records/addressBook.ts';
import { native } from '../store/native.ts';
import type { World } from '../store/world.ts';
import type { MessageRecord } from './message.ts';

/** The carrier says that this address has stopped us there: no more of what we start. Harmless to repeat. */
export async function stopAddress(
  world: World,
  { community, channel, address }: Pick<MessageRecord, 'community' | 'channel' | 'address'>,
): Promise<void> {
  const at = world.now();
  const _id = [community, channel, address].join('|');
  await native(Address).updateOne({ _id }, { $setOnInsert: { log: [] } }, { upsert: true });
  await native(Address).updateOne(
    { _id, stoppedAt: { $exists: false } },
    { $set: { stoppedAt: at }, $push: { log: { what: 'stop', at, words: 'carrier' } } },
  );
}
