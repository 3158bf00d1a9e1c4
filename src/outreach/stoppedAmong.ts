import { Address } from '../fund/records/addressBook.ts';
import { native } from '../store/native.ts';

/** Those of the phones and chats, by their `addressHmac`, that want nothing of what we start. */
export async function stoppedAmong(asked: readonly string[]): Promise<Set<string>> {
  if (asked.length === 0) return new Set();
  const stopped = await native(Address)
    .find({ _id: { $in: [...asked] }, stoppedAt: { $exists: true } }, { projection: { _id: 1 } })
    .toArray();
  return new Set(stopped.map(({ _id }) => _id));
}
