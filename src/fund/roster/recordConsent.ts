import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import type { Act } from '../act.ts';
import { cleanText } from '../cleanText.ts';
import { Address } from '../records/addressBook.ts';

const KEPT = 50;
const MAX_WORDS = 200;

/** Writes a stop or a start, with its proof, to each phone and chat (`tieOf`); once for each act. */
export async function recordConsent({ vault }: World, act: Act, ties: readonly string[], what: 'stop' | 'start', words: string): Promise<void> {
  const { at, channel, community } = act;
  const key = vault.hmac('act', act.key, 'recordConsent');
  const proof = { what, at, words: [...cleanText(words)].slice(0, MAX_WORDS).join(''), channel, key };
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
            update: what === 'stop' ? { ...log, $set: { stoppedAt: at } } : { ...log, $unset: { stoppedAt: 1 } },
          },
        },
      ];
    }),
  );
}
