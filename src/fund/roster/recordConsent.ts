import { native } from '../../store/native.ts';
import type { Vault } from '../../store/vault.ts';
import type { World } from '../../store/world.ts';
import type { Act } from '../act.ts';
import { cleanText } from '../cleanText.ts';
import { Address } from '../records/addressBook.ts';
import type { Reach } from '../tell.ts';
import { consentWords } from './consentWords.ts';
import { wholeDay } from './wholeDay.ts';

const KEPT = 50;

/** Writes a stop, a start, or that somebody asked for news, with its proof, to each phone and chat (`addressHmac`); once for each act. A stop ends the news, too. */
export async function recordConsent(
  { vault }: World,
  act: Act,
  ids: readonly string[],
  what: 'stop' | 'start' | 'news',
  words: string,
): Promise<void> {
  const { channel, community } = act;
  const at = wholeDay(act.at);
  const key = vault.hmac('act', act.key, 'recordConsent');
  const changes = {
    stop: () => ({ $set: { stoppedAt: at }, $unset: { newsOf: 1 as const, newsTo: 1 as const } }),
    start: () => ({ $unset: { stoppedAt: 1 as const } }),
    news: (_id: string) => ({ $set: { newsOf: community, newsTo: newsTo(vault, _id, act) }, $unset: { stoppedAt: 1 as const } }),
  };
  act.beginWrite();
  await native(Address).bulkWrite(
    ids.flatMap((_id) => {
      const proof = { what, at, words: consentWords(vault, _id, cleanText(words)), channel, key };
      const log = { $push: { log: { $each: [proof], $slice: -KEPT } } };
      return [
        { updateOne: { filter: { _id }, update: { $setOnInsert: { log: [] } }, upsert: true } },
        {
          updateOne: {
            filter: { _id, 'log.key': { $ne: key } },
            update: { ...log, ...changes[what](_id) },
          },
        },
      ];
    }),
  );
}

function newsTo(vault: Vault, id: string, { channel, address }: Act): Buffer {
  const reach: Reach = { channel: channel === 'wechat' ? channel : 'sms', address };
  return vault.encrypt('newsAddress', id, JSON.stringify(reach));
}
