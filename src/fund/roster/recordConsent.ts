import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import type { Act } from '../act.ts';
import { cleanText } from '../cleanText.ts';
import { Address } from '../records/addressBook.ts';

const KEPT = 50;
const MAX_WORDS = 200;

/** Writes a stop, a start, or that somebody asked for news, with its proof, to each phone and chat (`tieOf`); once for each act. A stop ends the news, too. */
export async function recordConsent(
  { vault }: World,
  act: Act,
  ties: readonly string[],
  what: 'stop' | 'start' | 'news',
  words: string,
): Promise<void> {
  const { at, channel, community } = act;
  const key = vault.hmac('act', act.key, 'recordConsent');
  const proof = { what, at, words: [...cleanText(words)].slice(0, MAX_WORDS).join(''), channel, key };
  const changes = {
    stop: { $set: { stoppedAt: at }, $unset: { newsOf: 1 } },
    start: { $unset: { stoppedAt: 1 } },
    news: { $set: { newsOf: community }, $unset: { stoppedAt: 1 } },
  } as const;
  act.beginWrite();
  await native(Address).bulkWrite(
    ties.flatMap((tie) => {
      const _id = `${community}|${tie}`;
      const log = { $push: { log: { $each: [proof], $slice: -KEPT } } };
      return [
        { updateOne: { filter: { _id }, update: { $setOnInsert: { log: [] } }, upsert: true } },
        {
          updateOne: {
            filter: { _id, 'log.key': { $ne: key } },
            update: { ...log, ...changes[what] },
          },
        },
      ];
    }),
  );
}
