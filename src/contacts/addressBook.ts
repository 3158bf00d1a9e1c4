import type { mongo } from 'mongoose';
import { collection } from '../store/collection.ts';
import { groupCommit } from '../store/groupCommit.ts';
import { encrypted, index, oneOf, optional, type RecordOf, records } from '../store/records.ts';
import { cleanText } from '../store/text.ts';
import { textIfOurs } from '../store/unlessForged.ts';
import type { Vault } from '../store/vault.ts';
import { DAY_MS } from '../store/wallTime.ts';
import type { World } from '../store/world.ts';
import type { Act } from './act.ts';
import { CHANNEL_NAMES, type Channel } from './channel.ts';
import { type ContactPoint, contactText, parseContact } from './contact.ts';

/** What a community knows of one phone or chat, whoever holds it: whether it needs the card, stop and consent. */
export const Address = records(
  'addresses',
  {
    /** `addressHmac(…)`. */
    _id: String,
    /** Whose roster or number it has to do with; absent if it was written by an earlier version. */
    community: optional(String),
    /** Set by `不是我`: every ballot from here needs the card, until `residents unlock`. */
    needsCard: optional(true),
    /** The community in which it was set. */
    needsCardIn: optional(String),
    /** The day (`wholeDay`) on which somebody stopped the messages that we start; replies go on. */
    stoppedAt: optional(Date),
    /** 订阅: the community whose news this phone or chat asked for, a line on the day of each step, until a stop. */
    newsOf: optional(String),
    /** Where the news goes (`contactText`), encrypted. */
    newsTo: optional(encrypted('newsAddress')),
    /** Proof of consent and stop: what, on which day (`wholeDay`), in which words (`consentWords`), on which channel; also who unlocked it. The last fifty. */
    log: [
      {
        what: oneOf(['first', 'stop', 'start', 'news', 'unlock']),
        at: Date,
        words: encrypted('consentWords'),
        channel: optional(oneOf(CHANNEL_NAMES)),
        key: optional(String),
      },
    ],
  },
  [
    index({ community: 1 }),
    index({ newsOf: 1, _id: 1 }, { partialFilterExpression: { newsOf: { $exists: true } } }),
    index({ needsCardIn: 1, _id: 1 }, { partialFilterExpression: { needsCardIn: { $exists: true } } }),
  ],
);
export type AddressRecord = RecordOf<typeof Address>;

const KEPT = 50;

/** Writes a stop, a start or a wish for news, with its proof, to each phone and chat (`addressHmac`); once for each act. A stop also ends the news. */
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
    news: (_id: string) => ({
      $set: { newsOf: community, newsTo: vault.encrypt('newsAddress', _id, contactText(act)) },
      $unset: { stoppedAt: 1 as const },
    }),
  };
  act.beginWrite();
  await collection(Address).bulkWrite(
    ids.flatMap((_id) => {
      const proof = { what, at, words: consentWords(vault, _id, cleanText(words)), channel, key };
      const log = { $push: { log: { $each: [proof], $slice: -KEPT } } };
      return [
        { updateOne: { filter: { _id }, update: { $set: { community }, $setOnInsert: { log: [] } }, upsert: true } },
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

interface Stop {
  /** `addressHmac(…)`. */
  readonly _id: string;
  readonly community: string;
  /** The day (`wholeDay`). */
  readonly at: Date;
  readonly channel: Channel;
  /** Who stopped it, if the person did not write it to us. */
  readonly by: 'carrier' | 'roster';
}

/** Writes a stop, with its proof: no message that we start goes to this phone or chat any more. Harmless to repeat. */
export async function writeStop(vault: Vault, { _id, community, at, channel, by }: Stop, session?: mongo.ClientSession): Promise<void> {
  const within = session ? { session } : {};
  await collection(Address).updateOne({ _id }, { $set: { community }, $setOnInsert: { log: [] } }, { upsert: true, ...within });
  await collection(Address).updateOne(
    { _id, stoppedAt: { $exists: false } },
    { $set: { stoppedAt: at }, $push: { log: { what: 'stop', at, words: consentWords(vault, _id, by), channel } } },
    within,
  );
}

/** Which of the phones and chats, given by their `addressHmac`, want no message that we start, and since which day (`wholeDay`). */
export async function stoppedAmong(asked: readonly string[]): Promise<Map<string, Date>> {
  if (asked.length === 0) return new Map();
  const stopped = await collection(Address)
    .find({ _id: { $in: [...asked] }, stoppedAt: { $exists: true } }, { projection: { stoppedAt: 1 } })
    .toArray();
  return new Map(stopped.flatMap(({ _id, stoppedAt }) => (stoppedAt ? [[_id, stoppedAt]] : [])));
}

/** Those of the phones and chats, given by their `addressHmac`, that were told who writes to them and how to stop it. */
export async function introducedAmong(asked: readonly string[]): Promise<string[]> {
  const found = await collection(Address)
    .find({ _id: { $in: [...asked] }, 'log.what': 'first' }, { projection: { _id: 1 } })
    .toArray();
  return found.map(({ _id }) => _id);
}

/** The phones and chats that subscribed to a community's news, after one of them (`addressHmac`) and at most `limit`. */
export async function subscribersTo(
  vault: Vault,
  community: string,
  after: string,
  limit: number,
): Promise<{ readonly id: string; readonly contact: ContactPoint | undefined }[]> {
  const found = await collection(Address)
    .find({ newsOf: community, _id: { $gt: after } }, { projection: { newsTo: 1 }, sort: { _id: 1 }, limit })
    .toArray();
  return found.map(({ _id: id, newsTo }) => ({
    id,
    contact: newsTo && parseContact(textIfOurs(vault, 'newsAddress', id, newsTo) ?? ''),
  }));
}

/** From now on every ballot from a phone or chat (`addressHmac`) of a community needs the card. */
export async function needCard(_id: string, community: string): Promise<void> {
  await collection(Address).updateOne(
    { _id },
    { $set: { community, needsCard: true, needsCardIn: community }, $setOnInsert: { log: [] } },
    { upsert: true },
  );
}

/** The phones and chats (`addressHmac`) of a community whose ballots need the card, after one of them and at most `limit`. */
export async function needingCard(community: string, after: string, limit: number): Promise<string[]> {
  const found = await collection(Address)
    .find({ needsCardIn: community, _id: { $gt: after } }, { projection: { _id: 1 }, sort: { _id: 1 }, limit })
    .toArray();
  return found.map(({ _id }) => _id);
}

/** Ballots from a phone or chat (`addressHmac`) of a community need no card any more; written down with who ended it. False if they needed none; with `isNoted` it is written down even then. */
export async function needNoCard(
  vault: Vault,
  { _id, community, at, by, isNoted }: { _id: string; community: string; at: Date; by: string; isNoted: boolean },
  session: mongo.ClientSession,
): Promise<boolean> {
  const { matchedCount } = await collection(Address).updateOne(
    { _id, ...(!isNoted && { needsCard: { $exists: true } }) },
    {
      $set: { community },
      $unset: { needsCard: 1, needsCardIn: 1 },
      $push: { log: { $each: [{ what: 'unlock' as const, at: wholeDay(at), words: consentWords(vault, _id, by) }], $slice: -50 } },
    },
    { upsert: isNoted, session },
  );
  return matchedCount === 1;
}

/** A phone or chat that we wrote to for the first time. */
interface First {
  /** `to` is an `addressHmac`. */
  readonly message: { readonly community: string; readonly channel: Channel; readonly to: string };
  readonly words: string;
}

/** Keeps as proof that a phone or chat was informed who writes and how to stop: on which day, on which channel and in which words. Proofs that wait together are written by one command. */
export function recordFirst(world: World): (first: First) => Promise<void> {
  return groupCommit(async (firsts) => {
    const at = wholeDay(world.now());
    await collection(Address).bulkWrite(
      firsts.map(({ message, words }) => {
        const { to: _id, community } = message;
        const proof = { what: 'first' as const, at, words: consentWords(world.vault, _id, words), channel: message.channel };
        return {
          updateOne: { filter: { _id }, update: { $set: { community }, $push: { log: { $each: [proof], $slice: -KEPT } } }, upsert: true },
        };
      }),
      { ordered: false },
    );
    return firsts.map(() => undefined);
  });
}

/** Forgets a phone or chat, given by its `addressHmac`. If its ballots need the card, that stays until it is unlocked. Gives whether anything was kept of it. */
export async function forgetAddress(_id: string): Promise<boolean> {
  const known = await collection(Address).deleteOne({ _id, needsCard: { $exists: false } });
  const locked = await collection(Address).updateOne({ _id }, { $unset: { newsOf: 1, newsTo: 1 }, $set: { log: [] } });
  return known.deletedCount + locked.modifiedCount > 0;
}

const MAX_WORDS_CHARS = 200;

/** The words in which somebody agreed or stopped, as an address's proof keeps them: encrypted, the first 200 characters. */
export function consentWords(vault: Vault, address: string, words: string): Buffer {
  return vault.encrypt('consentWords', address, [...words].slice(0, MAX_WORDS_CHARS).join(''));
}

/** The day (UTC) of a moment. What is kept for good has no time of day, because the order in which residents acted would be the order of their ballots. */
export function wholeDay(at: Date): Date {
  return new Date(Math.floor(at.getTime() / DAY_MS) * DAY_MS);
}
