import { wholeDay } from '../../contacts/addressBook.ts';
import { boundedMap } from '../../store/boundedMap.ts';
import { collection } from '../../store/collection.ts';
import { groupCommit, updateEach } from '../../store/groupCommit.ts';
import type { World } from '../../store/world.ts';
import { Miss, type MissRecord, missRecord, withoutNumbers } from './miss.ts';

/** A message that was not understood. `sender` is any name for who wrote: it is counted in memory and never stored. */
export interface NewMiss {
  readonly community: string;
  readonly sender: string;
  readonly at: Date;
  readonly text: string;
}

/** How many texts of one sender, and how many of a community, are kept a day. */
export const MOST_OF_ONE = 5;
export const MOST_A_DAY = 300;
const MOST_SENDERS = 50_000;
/** What waits to be written; more is dropped. */
const MOST_WAITING = 1_000;

/**
 * Keeps what was not understood, beside the turns: it returns at once, many are written together, and what cannot be written is dropped and reported.
 * One sender cannot fill what is kept, and neither can many.
 */
export function keepMisses({ vault }: Pick<World, 'vault'>, report: (error: unknown) => void): (miss: NewMiss) => void {
  const senders = boundedMap<string, number>(MOST_SENDERS);
  const write = groupCommit(writeAll);
  let waiting = 0;
  return ({ community, sender, at, text }) => {
    const day = wholeDay(at);
    const name = `${day.getTime()} ${sender}`;
    const kept = senders.get(name) ?? 0;
    const plain = withoutNumbers(text);
    if (plain === undefined || kept >= MOST_OF_ONE || waiting >= MOST_WAITING) return;
    senders.set(name, kept + 1);
    waiting += 1;
    write(missRecord(vault, community, day, plain))
      .catch(report)
      .finally(() => {
        waiting -= 1;
      });
  };
}

type Kept = Omit<MissRecord, 'count'>;

async function writeAll(misses: readonly Kept[]): Promise<undefined[]> {
  const days = new Map(misses.map(({ community, day }) => [`${community} ${day.getTime()}`, { community, day }]));
  for (const { community, day } of days.values()) {
    const here = misses.filter((miss) => miss.community === community && miss.day.getTime() === day.getTime());
    const room = MOST_A_DAY - (await collection(Miss).countDocuments({ community, day }, { limit: MOST_A_DAY }));
    const statements = here.map(({ _id, text }, place) => ({
      q: { _id },
      u: { $inc: { count: 1 }, $setOnInsert: { community, day, text } },
      ...(place < room && { upsert: true as const }),
    }));
    await updateEach(Miss, statements, { w: 1 }); // it does no harm if one is lost
  }
  return misses.map(() => undefined);
}
