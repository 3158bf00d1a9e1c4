import mongoose, { type mongo } from 'mongoose';
import { shardKeys } from '../../src/operation/shards.ts';
import { databaseForReaders } from '../../src/store/connect.ts';

/** A question or change of one collection, as a command brought it. */
export interface Asked {
  readonly collection: string;
  readonly filter: mongo.Document;
  /** One document is changed: a cluster wants its key, and asks no other shard. */
  readonly isOfOne: boolean;
}

/** Watches the commands of turns and of readers; they have to be connected with `monitorCommands=true`. Gives the function that ends it, with those that name no shard key. */
export function watchShardKeys(): () => { readonly commands: number; readonly without: readonly Asked[] } {
  const keys = new Map(shardKeys().map(({ collection, key }) => [collection, Object.keys(key)]));
  const clients = [mongoose.connection.getClient(), databaseForReaders().client];
  const without: Asked[] = [];
  let commands = 0;
  const watch = ({ commandName, command }: mongo.CommandStartedEvent) => {
    for (const asked of askedBy(commandName, command)) {
      const [key, ...more] = keys.get(asked.collection) ?? [];
      if (!key) continue;
      commands += 1;
      if (more.length === 0 && !names(key, asked.filter)) without.push(asked);
    }
  };
  for (const client of clients) client.on('commandStarted', watch);
  return () => {
    for (const client of clients) client.off('commandStarted', watch);
    return { commands, without };
  };
}

const DUE = 'what is due, of whatever community: a tick';
const OVER = 'what is over, of whatever community: an hourly tick';
const CARRIER = 'a report that names the id of the carrier alone';
const RECORDING = 'a recording by its id alone';

/** What is asked of all shards: by collection, and the fields of the filter. Never a change of one document. */
const OF_ALL: Readonly<Record<string, string>> = {
  'conversations: $or, recent': DUE,
  'conversations: at, open': OVER,
  'conversations: at, erased, recent': OVER,
  'conversations: strangerUntil': OVER,
  'misses: day, kind': OVER,
  'addresses: _id, newsOf': DUE,
  'addresses: _id, needsCardIn': 'which phones of a community need their card: a list of few',
  'residents: community, detailsStay': OVER,
  'residents: community, erasedAddresses': OVER,
  'residents: erasureRequest': OVER,
  'outbox: changedAt, kind, state': OVER,
  'outbox: changedAt, kind, reminds, state, unlessVoted': OVER,
  'outbox: channel, next, state': DUE,
  'outbox: channel, lane, state': DUE,
  'outbox: channel, dueAt, state': DUE,
  'outbox: channel, state': 'how many messages are under way: a scrape',
  'outbox: carrierId': CARRIER,
  'proposals: spoken.recording': RECORDING,
  'inquiries: spoken.recording': RECORDING,
};

/** Whether a question may be asked of all shards. */
export function ofAllShards({ collection, filter, isOfOne }: Asked): boolean {
  return !isOfOne && `${collection}: ${Object.keys(filter).toSorted().join(', ')}` in OF_ALL;
}

function askedBy(name: string, command: mongo.Document): Asked[] {
  const of = (filter: mongo.Document = {}, isOfOne = false): Asked => ({ collection: command[name], filter, isOfOne });
  switch (name) {
    case 'find':
      return [of(command.filter)];
    case 'count':
    case 'distinct':
      return [of(command.query)];
    case 'findAndModify':
      return [of(command.query, true)];
    case 'update':
      return command.updates.map(({ q, multi = false }: mongo.Document) => of(q, !multi));
    case 'delete':
      return command.deletes.map(({ q, limit }: mongo.Document) => of(q, limit === 1));
    case 'aggregate':
      return typeof command.aggregate === 'string' ? ofPipeline(command.aggregate, command.pipeline) : [];
    default:
      return [];
  }
}

function ofPipeline(collection: string, pipeline: readonly mongo.Document[]): Asked[] {
  const [first = {}] = pipeline;
  const unions = pipeline.flatMap(({ $unionWith }) => ($unionWith ? ofPipeline($unionWith.coll, $unionWith.pipeline) : []));
  return [{ collection, filter: first.$match ?? {}, isOfOne: false }, ...unions];
}

/** Whether a filter says which values a key has, as a cluster's router understands it: `{a: {b: 1}}` names `a.b`; a range of `a` does not. */
export function names(key: string, filter: mongo.Document): boolean {
  if (isValue(filter[key])) return true;
  const [parent = '', child] = key.split('.');
  if (child !== undefined && isDocument(filter[parent]) && isValue(filter[parent][child])) return true;
  if (filter.$and?.some((one: mongo.Document) => names(key, one))) return true;
  return filter.$or !== undefined && filter.$or.every((one: mongo.Document) => names(key, one));
}

function isValue(value: unknown): boolean {
  if (value === undefined) return false;
  if (!isDocument(value)) return true;
  const operators = Object.keys(value).filter((name) => name.startsWith('$'));
  return operators.length === 0 || '$in' in value || '$eq' in value;
}

function isDocument(value: unknown): value is mongo.Document {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
