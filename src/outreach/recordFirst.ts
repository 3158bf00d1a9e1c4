import type { Channel } from '../fund/act.ts';
import { Address } from '../fund/records/addressBook.ts';
import { consentWords } from '../fund/roster/consentWords.ts';
import { wholeDay } from '../fund/roster/wholeDay.ts';
import { groupCommit } from '../store/groupCommit.ts';
import { native } from '../store/native.ts';
import type { World } from '../store/world.ts';

const KEPT = 50;

/** Somebody who was written to for the first time. */
interface First {
  /** `to` is an `addressHmac`. */
  readonly message: { readonly channel: Channel; readonly to: string };
  readonly words: string;
}

/** Keeps as proof that a phone or chat was told who writes and how to stop, on which day, on which channel and in which words; those that wait together by one command. */
export function recordFirst(world: World): (first: First) => Promise<void> {
  return groupCommit(async (firsts) => {
    const at = wholeDay(world.now());
    await native(Address).bulkWrite(
      firsts.map(({ message, words }) => {
        const { to: _id } = message;
        const proof = { what: 'first' as const, at, words: consentWords(world.vault, _id, words), channel: message.channel };
        return {
          updateOne: { filter: { _id }, update: { $push: { log: { $each: [proof], $slice: -KEPT } } }, upsert: true },
        };
      }),
      { ordered: false },
    );
    return firsts.map(() => undefined);
  });
}
