import { Address } from '../fund/records/addressBook.ts';
import { addressId } from '../fund/roster/addressId.ts';
import { groupCommit } from '../store/groupCommit.ts';
import { native } from '../store/native.ts';
import type { World } from '../store/world.ts';
import type { MessageRecord } from './message.ts';

const KEPT = 50;
const MAX_WORDS = 200;

/** Somebody who was written to for the first time. */
interface First {
  readonly message: Pick<MessageRecord, 'community' | 'channel' | 'address'>;
  readonly words: string;
}

/** Keeps as proof that a phone or chat was told who writes and how to stop, when, on which channel and in which words; those that wait together by one command. */
export function recordFirst(world: World): (first: First) => Promise<void> {
  return groupCommit(async (firsts) => {
    const at = world.now();
    await native(Address).bulkWrite(
      firsts.map(({ message, words }) => {
        const proof = { what: 'first' as const, at, words: [...words].slice(0, MAX_WORDS).join(''), channel: message.channel };
        return {
          updateOne: { filter: { _id: addressId(message) }, update: { $push: { log: { $each: [proof], $slice: -KEPT } } }, upsert: true },
        };
      }),
      { ordered: false },
    );
    return firsts.map(() => undefined);
  });
}
