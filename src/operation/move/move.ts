import { setTimeout as sleep } from 'node:timers/promises';
import mongoose, { type mongo } from 'mongoose';
import { checkLedger } from '../../fund/ballots/index.ts';
import { type CommunityRecord, type DepartureRecord, putSignpost } from '../../fund/communities/index.ts';
import { leaveCell, settleInCell } from '../../fund/files/index.ts';
import { checkLogOf } from '../../fund/log/index.ts';
import type { Actor } from '../../fund/people/index.ts';
import { CodedError } from '../../store/codedError.ts';
import { embedded } from '../../store/embedded/embedded.ts';
import { type KeysRecord, keptFor, openedBy } from '../../store/keys.ts';
import { openStore, type StoreSettings, secretOf } from '../../store/openStore.ts';
import { serviceState } from '../../store/serviceState.ts';
import { type Keys, vault } from '../../store/vault.ts';
import type { World } from '../../store/world.ts';
import { type Cell, carry, clear, metThere, recordsOf } from './carry.ts';
import { departureFence, takeOver } from './fence.ts';

interface Moving {
  readonly slug: string;
  /** The other cell's database, and the SECRET that opens it or, if it is new, is to open it. */
  readonly to: { readonly mongodbUri: string; readonly secret?: Uint8Array };
  /** The addresses of this cell's pages and of the other's, without a slash at the end. */
  readonly fromUrl: string;
  readonly toUrl: string;
  readonly actor: Actor;
  /** How long a turn may still run here after the community has left. Milliseconds. */
  readonly settleMs?: number;
  /** Called with what is going on, in words. */
  readonly onStep?: (said: string) => void;
}

/** What was moved; `documents` is undefined if it had arrived before. */
export interface Moved {
  readonly documents?: number;
  readonly log: { readonly seq: number; readonly hash: string };
  readonly ledgers: readonly { readonly cycle: string; readonly seq: number; readonly hash: string }[];
}

/** A process learns within two seconds that the community has left; a turn takes eight at most, and its last write four. */
const SETTLE_MS = 15_000;

/**
 * Moves a community from this cell to another one. It is closed here (`leaveCell`), copied, checked there from the first entry of each chain to
 * the last, opened there (`settleInCell`), and removed here except for the signpost. At every moment at most one cell serves it. Each step follows
 * from what the two databases hold: if the command is killed, start it again. A new database gets this one's keys: cells that exchange communities
 * look people up under the same key, each with a SECRET of its own. Import all models before.
 *
 * Rejects with `no-database`, `no-community`,
 * `voting`, `other-keys`, `wrong-secret`, `rotating`, `slug-taken`, `number-taken`, `record-taken`, `same-database`, `not-a-cell`, `other-target`,
 * `not-the-same`, `taken-back`, `overtaken`.
 */
export function move(settings: StoreSettings, moving: Moving): Promise<Moved> {
  const { slug, toUrl, fromUrl, actor, settleMs = SETTLE_MS, onStep = () => {} } = moving;
  return betweenCells(settings, moving, async ({ here, there, source, target, clients, left: before, keepKeys }) => {
    const to = placeOf(there.mongodbUri);
    const isThere = before !== undefined && (await hasArrived(target.db, before));
    if (!before?.arrivedAt && !isThere) await refuseIfInTheWay(source.db, target.db, slug, before);
    const left = before ?? (await inStore(here, (world) => leaveCell(world, slug, { to, url: toUrl }, actor)));
    await keepKeys(); // not before: a move that is refused leaves nothing behind
    const records = recordsOf(slug, left.cycles);
    const ledgers = await ledgerHeadsOf(isThere || left.arrivedAt ? target.db : source.db, left.cycles);
    let documents: number | undefined;
    if (!left.arrivedAt && !isThere) {
      onStep('left');
      await sleep(settleMs);
      const fence = await takeOver(clients.target, left, 'move');
      documents = await carry(source, target, fence.fenced, records, onStep);
      onStep('checked');
      await inStore(there, async (world) => {
        await check(world, left, ledgers);
        await settleInCell(world, left.community, fromUrl, actor, (session) => fence.end(serviceState(), session));
      });
    }
    if (!left.arrivedAt) {
      onStep('arrived');
      await inStore(here, (world) => putSignpost(slug, world.now()));
    }
    onStep('cleared');
    await clear(source, departureFence(clients.source, left), records);
    return { ...(documents !== undefined && { documents }), log: left.head, ledgers };
  });
}

/** Takes back a move that has not arrived: what was copied is removed there, and the community is served here as before. Rejects with `arrived`, `not-under-way`. */
export function moveBack(settings: StoreSettings, moving: Moving): Promise<void> {
  const { slug, fromUrl, actor } = moving;
  return betweenCells(settings, moving, async ({ here, target, clients, left, keepKeys }) => {
    if (!left) throw new CodedError('not-under-way', `${slug} is not on its way from here.`);
    if (left.arrivedAt || (await hasArrived(target.db, left)))
      throw new CodedError('arrived', `${slug} has arrived: start the move again to put up the signpost, or move it back from there.`);
    await keepKeys();
    const { fenced } = await takeOver(clients.target, left, 'undo');
    await clear(target, fenced, recordsOf(slug, left.cycles));
    await inStore(here, (world) => settleInCell(world, left.community, fromUrl, actor));
  });
}

interface BothCells {
  readonly here: StoreSettings;
  readonly there: StoreSettings & { readonly mongodbUri: string };
  readonly source: Cell;
  readonly target: Cell;
  readonly clients: { readonly source: mongo.MongoClient; readonly target: mongo.MongoClient };
  readonly left: DepartureRecord | undefined;
  /** Gives a new database its keys. */
  readonly keepKeys: () => Promise<void>;
}

/** Opens both cells side by side. The keys of the target are this one's, or are given to it if it is new. */
async function betweenCells<Result>(settings: StoreSettings, { slug, to }: Moving, work: (cells: BothCells) => Promise<Result>): Promise<Result> {
  const secret = await secretOf(settings);
  const held = settings.mongodbUri ? undefined : await embedded(settings.dataDir, settings.mongodBinary);
  const here = { ...settings, mongodbUri: settings.mongodbUri ?? held?.uri ?? '', secret };
  const there = { ...settings, mongodbUri: to.mongodbUri, secret: to.secret ?? secret };
  const client = ({ mongodbUri }: { mongodbUri: string }) =>
    new mongoose.mongo.MongoClient(mongodbUri, { serverSelectionTimeoutMS: 5_000, writeConcern: { w: 'majority', journal: true } });
  const clients = { source: client(here), target: client(there) };
  try {
    await clients.source.connect().catch(unreachable('MONGODB_URI'));
    await clients.target.connect().catch(unreachable('TO_MONGODB_URI'));
    const [sourceDb, targetDb] = [clients.source.db(), clients.target.db()];
    const keys = await keysOf(sourceDb, secret, 'SECRET');
    if (!keys) throw new CodedError('no-community', 'There is nothing in this database yet.');
    const left = (await sourceDb.collection<DepartureRecord>('departures').findOne({ _id: slug })) ?? undefined;
    if (left && left.to !== placeOf(there.mongodbUri))
      throw new CodedError(
        'other-target',
        `${slug} is on its way to ${left.to}, or has arrived there: name that database, or take the move back first (--undo).`,
      );
    if (left && (await targetDb.collection<DepartureRecord>('departures').findOne({ _id: slug, at: left.at })))
      throw new CodedError('same-database', 'The database to move to is this one.');
    const known = await keysThere(targetDb, there.secret, keys);
    const target = { db: targetDb, vault: vault(always(known ?? keys)) };
    const keepKeys = async () => {
      if (!known) await serviceState<KeysRecord>(targetDb).insertOne({ _id: 'secret', ...keptFor(there.secret, { ...keys, reading: [] }) });
    };
    return await work({ here, there, source: { db: sourceDb, vault: vault(always(keys)) }, target, clients, left, keepKeys });
  } finally {
    for (const each of Object.values(clients)) await each.close();
    await held?.release();
  }
}

const always = (keys: Keys) => () => keys;

function unreachable(which: string): (cause: unknown) => never {
  return (cause) => {
    throw new CodedError('no-database', `The database of ${which} cannot be reached. Only both together tell where a community is served.`, {
      cause,
    });
  };
}

async function keysOf(db: mongo.Db, secret: Uint8Array, name: string): Promise<Keys | undefined> {
  const record = await serviceState<KeysRecord>(db).findOne({ _id: 'secret' });
  if (!record) return undefined;
  const open = openedBy(record, secret);
  if (!open) throw new CodedError('wrong-secret', `${name} does not open its database. Set the one that its service has.`);
  if (record.rotation)
    throw new CodedError('rotating', 'SECRET is being replaced in one of the two cells: end that first (npm run secret -- rotate).');
  return open.keys;
}

/** The keys of the other cell; undefined if its database is new. Both have to look up under the same key, or no card, no address and no ballot would be known again there. */
async function keysThere(db: mongo.Db, secret: Uint8Array, keys: Keys): Promise<Keys | undefined> {
  const known = await keysOf(db, secret, 'TO_SECRET');
  if (known && !Buffer.from(known.lookUp).equals(Buffer.from(keys.lookUp)))
    throw new CodedError(
      'other-keys',
      'The other cell was begun with keys of its own: cards and ballots are kept under a key that cannot be changed, so nothing of this cell would be known again there. A cell that takes communities of this one begins with an empty database, to which the first of them is moved.',
    );
  if (known) return known;
  if ((await db.listCollections({}, { nameOnly: true }).toArray()).length > 0)
    throw new CodedError('not-a-cell', 'There is something in that database, and it is no cell: name an empty one.');
  return undefined;
}

/** Hosts and name of a database, without user and password. */
function placeOf(uri: string): string {
  return uri.replace(/^[^:]+:\/\/([^@/]*@)?/, '').replace(/\?.*$/, '');
}

/** Whether the community is served there: its log has the entry with which it left. */
async function hasArrived(target: mongo.Db, { _id: slug, head }: DepartureRecord): Promise<boolean> {
  if (!(await target.collection<CommunityRecord>('communities').findOne({ _id: slug }))) return false;
  const entry = await target
    .collection<{ _id: { community: string; seq: number }; hash: string }>('log')
    .findOne({ _id: { community: slug, seq: head.seq } });
  return entry?.hash === head.hash;
}

async function refuseIfInTheWay(source: mongo.Db, target: mongo.Db, slug: string, left: DepartureRecord | undefined): Promise<void> {
  const communities = (db: mongo.Db) => db.collection<CommunityRecord>('communities');
  const community = left?.community ?? (await communities(source).findOne({ _id: slug }));
  if (!community) throw new CodedError('no-community', `There is no community ${slug} here.`);
  const { phone, callback, textNumber, carriers } = community;
  if (await communities(target).findOne({ _id: slug })) throw new CodedError('slug-taken', `There is a community ${slug} in that database already.`);
  const numbers = [phone, ...(callback === undefined ? [] : [callback])];
  const same = [
    { phone: { $in: numbers } },
    { callback: { $in: numbers } },
    ...(textNumber === undefined ? [] : [{ 'carriers.sms': carriers?.sms, textNumber }]),
  ];
  const other = await communities(target).findOne({ $or: same });
  if (other) throw new CodedError('number-taken', `${other._id}, in that database, has a number of ${slug}.`);
  const cycles = left?.cycles ?? (await source.collection<{ _id: string; community: string }>('cycles').distinct('_id', { community: slug }));
  const met = left ? undefined : await metThere(source, target, recordsOf(slug, cycles));
  if (met)
    throw new CodedError(
      'record-taken',
      `${met} of ${slug} is in that database already, of another community (a cycle's id, or a slip's serial): move it to another cell.`,
    );
}

async function inStore<Result>(settings: StoreSettings, run: (world: World) => Promise<Result>): Promise<Result> {
  const store = await openStore(settings);
  try {
    return await run(store.world);
  } finally {
    await store.close();
  }
}

/** The last entry of each ledger. */
async function ledgerHeadsOf(db: mongo.Db, cycles: readonly string[]): Promise<Moved['ledgers']> {
  const heads: { cycle: string; seq: number; hash: string }[] = [];
  for (const cycle of cycles) {
    const last = await db
      .collection<{ _id: { cycle: string; seq: number }; hash: string }>('entries')
      .findOne({ _id: { $gte: { cycle, seq: 0 }, $lte: { cycle, seq: Number.MAX_SAFE_INTEGER } } }, { sort: { _id: -1 } });
    if (last) heads.push({ cycle, seq: last._id.seq, hash: last.hash });
  }
  return heads;
}

async function check(world: World, { _id: slug, head }: DepartureRecord, ledgers: Moved['ledgers']): Promise<void> {
  const isSame = (one: { seq: number; hash: string }, other: { seq: number; hash: string }) => one.seq === other.seq && one.hash === other.hash;
  const wrong = isSame(await checkLogOf(world, slug), head) ? [] : ['the log'];
  for (const ledger of ledgers) if (!isSame(await checkLedger(world, ledger.cycle), ledger)) wrong.push(`the ledger of ${ledger.cycle}`);
  if (wrong.length > 0)
    throw new CodedError('not-the-same', `There, ${wrong.join(' and ')} does not end as here. Nothing is opened there; start again.`);
}
