import { Address } from '../fund/records/addressBook.ts';
import { addressId } from '../fund/roster/addressId.ts';
import { native } from '../store/native.ts';
import type { World } from '../store/world.ts';
import type { MessageRecord } from './message.ts';

const KEPT = 50;
const MAX_WORDS = 200;

/** Keeps as proof that this phone or chat was told who writes and how to stop, when, on which channel and in which words. */
export async function recordFirst(world: World, message: Pick<MessageRecord, 'community' | 'channel' | 'address'>, words: string): Promise<void> {
  const proof = { what: 'first' as const, at: world.now(), words: [...words].slice(0, MAX_WORDS).join(''), channel: message.channel };
  await native(Address).updateOne({ _id: addressId(message) }, { $push: { log: { $each: [proof], $slice: -KEPT } } }, { upsert: true });
}
