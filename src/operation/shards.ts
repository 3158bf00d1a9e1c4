import mongoose from 'mongoose';
import { CodedError } from '../store/codedError.ts';
import { GRID_BUCKETS } from '../store/gridFiles.ts';

/** The collections that a cluster leaves on one shard, and why (docs/scale.md: One cluster). */
export const UNSHARDED: Readonly<Record<string, string>> = {
  ...because('what leads to a community', 'communities departures cycles'),
  ...because('one for each account of an office or a community', 'carrierAccounts'),
  ...because('one for each office', 'officeTokens'),
  ...because('one for each account, job, channel, community or vote', 'accessTokens runs sendingRates democlock cardguards turnouts votercounts'),
  ...because(
    'grows with what staff do, not with residents',
    'staff staffchats passkeys implementers seconds uploads broadcasts announcementProgress',
  ),
  ...because('grows with what staff do, not with residents', 'accounts accountEntries works workDocuments workNews meetings publications'),
  ...because('grows with what staff do, not with residents', 'tables assists batches slipLists'),
  ...because('one chain of heads for all', 'treeleaves treetiles signedtrees watchers'),
  ...because('some for each list of projects', 'objections'),
  ...because('emptied within days', 'staffsessions signins signinlinks passkeychallenges phonecodes proofdays foreigndays hoursofstaff wrongcards'),
  ...because('emptied within days', 'callBacks recordings sentProgress'),
  ...because('the serial of a slip is unique in all communities, because a slip may come to the table of another one', 'marks slips'),
};

function because(reason: string, names: string): Record<string, string> {
  return Object.fromEntries(names.split(' ').map((name) => [name, reason]));
}

/** Found by the HMAC of a phone or chat, which is the key by itself: of a chat's first message nobody knows the community. */
const BY_ID = ['addresses', 'chats', 'conversations'];
const KEYS = ['_id.community', '_id.cycle', 'community'];

/** By what a cluster spreads a collection: every unique index begins with it, and every command names it. */
export interface ShardKey {
  readonly collection: string;
  readonly key: Readonly<Record<string, 1>>;
}

/** The keys of all collections that grow with residents, by the models that are imported. Throws `whose-records` if a model tells neither community nor cycle. */
export function shardKeys(): ShardKey[] {
  const models = mongoose.modelNames().map((name) => mongoose.model(name));
  const kept = models.filter(({ collection: { name } }) => !(name in UNSHARDED));
  const keys = kept.map(({ collection: { name }, schema }) => {
    const path = BY_ID.includes(name) ? '_id' : KEYS.find((key) => schema.path(key) !== undefined);
    if (!path)
      throw new CodedError('whose-records', `The model of ${name} tells neither community nor cycle: give it one, or a reason in UNSHARDED.`);
    return { collection: name, key: { [path]: 1 as const } };
  });
  const files = GRID_BUCKETS.map((bucket) => ({ collection: `${bucket}.chunks`, key: { files_id: 1 as const, n: 1 as const } }));
  return [...keys, ...files].toSorted((one, other) => (one.collection < other.collection ? -1 : 1));
}
