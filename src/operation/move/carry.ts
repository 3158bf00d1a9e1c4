import { createHash } from 'node:crypto';
import mongoose, { type mongo, type Schema } from 'mongoose';
import { CodedError } from '../../store/codedError.ts';
import { isDuplicate } from '../../store/databaseErrors.ts';
import { type EncryptedField, encryptedFields, valuesAt } from '../../store/encryptedFields.ts';
import { GRID_BUCKETS, gridFiles } from '../../store/gridFiles.ts';
import type { Vault } from '../../store/vault.ts';
import type { Fence } from './fence.ts';

/** A cell's database, and what reads and writes what is encrypted in it. */
export interface Cell {
  readonly db: mongo.Db;
  readonly vault: Vault;
}

/** So many documents are written at once. */
const BATCH = 100;
/** Every value keeps the type that it has in the database: a number of 32 bits stays one. */
const EXACT = { promoteValues: false, promoteBuffers: false, promoteLongs: false, noCursorTimeout: false, batchSize: BATCH };
/** What changes while it is copied is copied again, so often. */
const MOST_TRIES = 20;

/**
 * Copies records from one cell to another, encrypted anew under the other's key, until both cells have the same. Records that an earlier try
 * copied stay if they are the same. Rejects with `not-the-same` if the two cells still differ in the end.
 */
export async function carry(from: Cell, to: Cell, fenced: Fence, all: readonly Records[], onStep: (said: string) => void): Promise<number> {
  let documents = 0;
  for (const records of all) {
    onStep(records.name);
    documents += await carryRecords(from, to, fenced, records);
  }
  for (const bucket of GRID_BUCKETS) {
    onStep(bucket);
    const [source, target] = [gridFiles(from.vault, bucket, () => from.db), gridFiles(to.vault, bucket, () => to.db)];
    for (const id of await fileIds(from.db, bucket, all)) {
      const bytes = await source.read(id);
      if (bytes) await fenced(() => target.keep(id, bytes));
    }
  }
  return documents;
}

/** A value of a unique field that a record here shares with one there, as `collection.field`; undefined if there is none. To be asked before anything is copied. */
export async function metThere(from: mongo.Db, to: mongo.Db, all: readonly Records[]): Promise<string | undefined> {
  for (const { name, filter, unique } of all)
    for (const field of unique) {
      const found = await from
        .collection(name)
        .find({ $and: [filter, { [field]: { $exists: true } }] }, { projection: { [field]: 1 } })
        .toArray();
      for (let at = 0; at < found.length; at += MANY) {
        const values = found.slice(at, at + MANY).map((document) => document[field]);
        if (await to.collection(name).findOne({ [field]: { $in: values } }, { projection: { _id: 1 } })) return `${name}.${field}`;
      }
    }
  return undefined;
}

/** So many values are looked up at once. */
const MANY = 1_000;

/** Removes the same records from a cell, the files first, because they are found by them. */
export async function clear({ db, vault }: Cell, fenced: Fence, all: readonly Records[]): Promise<void> {
  for (const bucket of GRID_BUCKETS)
    for (const id of await fileIds(db, bucket, all)) await fenced(() => gridFiles(vault, bucket, () => db).remove(id));
  for (const records of all) await remove(db, fenced, records);
}

async function remove(db: mongo.Db, fenced: Fence, { name, filter }: Records): Promise<void> {
  const found = await db
    .collection(name)
    .find(filter, { projection: { _id: 1 } })
    .toArray();
  for (let from = 0; from < found.length; from += BATCH) {
    const ids = found.slice(from, from + BATCH).map(({ _id }) => _id);
    await fenced((session) => db.collection(name).deleteMany({ _id: { $in: ids } }, { session }));
  }
}

async function carryRecords(from: Cell, to: Cell, fenced: Fence, records: Records): Promise<number> {
  for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
    await copy(from, to, fenced, records).catch((error: unknown) => {
      throw isDuplicate(error) ? notTheSame(records, error) : error;
    });
    const [here, there] = await Promise.all([digest(from, records), digest(to, records)]);
    if (here.documents === there.documents && here.hash === there.hash) return here.documents;
    await remove(to.db, fenced, records);
  }
  throw notTheSame(records);
}

function notTheSame({ name }: Records, cause?: unknown): CodedError {
  return new CodedError(
    'not-the-same',
    `${name} did not come to be the same in both cells: something still changes it, or another community there has a record of the same name. Nothing is lost: see that no command works on the community, and start again.`,
    { cause },
  );
}

async function copy(from: Cell, to: Cell, fenced: Fence, { name, filter, fields }: Records): Promise<void> {
  const target = to.db.collection(name);
  let batch: mongo.Document[] = [];
  const flush = async () => {
    const some = batch;
    batch = [];
    if (some.length === 0) return;
    await fenced(async (session) => {
      const ids = some.map(({ _id }) => _id);
      const there = await target.find({ _id: { $in: ids } }, { projection: { _id: 1 }, session, ...EXACT }).toArray();
      const known = new Set(there.map(({ _id }) => nameOf(_id)));
      const missing = some.filter(({ _id }) => !known.has(nameOf(_id)));
      if (missing.length > 0) await target.insertMany(missing, { session });
    });
  };
  for await (const document of from.db.collection(name).find(filter, EXACT)) {
    for (const field of fields)
      for (const { path, at, bytes } of valuesAt(document, field.path)) {
        const record = field.nameOf(document, at);
        const plain = from.vault.decryptBytes(field.purpose, record, bytes);
        put(document, path, new mongoose.mongo.Binary(to.vault.encrypt(field.purpose, record, plain)));
      }
    batch.push(document);
    if (batch.length === BATCH) await flush();
  }
  await flush();
}

function nameOf(_id: unknown): string {
  return Buffer.from(mongoose.mongo.BSON.serialize({ _id })).toString('base64');
}

/** The number of documents, and a hash of their contents that does not depend on their key or order. */
async function digest({ db, vault }: Cell, { name, filter, fields }: Records): Promise<{ documents: number; hash: string }> {
  const sum = Buffer.alloc(32);
  let documents = 0;
  for await (const document of db.collection(name).find(filter, EXACT)) {
    for (const field of fields)
      for (const { path, at, bytes } of valuesAt(document, field.path))
        put(
          document,
          path,
          createHash('sha256')
            .update(vault.decryptBytes(field.purpose, field.nameOf(document, at), bytes))
            .digest('hex'),
        );
    const hash = createHash('sha256').update(mongoose.mongo.BSON.serialize(document)).digest();
    for (const [index, byte] of hash.entries()) sum[index] = (sum[index] ?? 0) ^ byte;
    documents += 1;
  }
  return { documents, hash: sum.toString('hex') };
}

function put(document: mongo.Document, path: string, value: unknown): void {
  const parts = path.split('.');
  const last = parts.pop() ?? '';
  Reflect.set(
    parts.reduce<object>((within, part) => Reflect.get(within, part), document),
    last,
    value,
  );
}

/** Which records have a file of the same id. */
const WITH_FILES = { recordingFiles: 'recordings', documentFiles: 'workDocuments' } as const;

async function fileIds(db: mongo.Db, bucket: keyof typeof WITH_FILES, all: readonly Records[]): Promise<string[]> {
  const records = all.find(({ name }) => name === WITH_FILES[bucket]);
  if (!records) throw new CodedError('whose-records', `No model of ${WITH_FILES[bucket]} is imported.`);
  const found = await db
    .collection(records.name)
    .find(records.filter, { projection: { _id: 1 } })
    .toArray();
  return found.map(({ _id }) => String(_id));
}

/** What a collection holds of one community. */
interface Records {
  readonly name: string;
  readonly filter: mongo.Document;
  /** What is encrypted in them. */
  readonly fields: readonly EncryptedField[];
  /** The fields of which no two records of a cell have the same value. */
  readonly unique: readonly string[];
}

/** Whose `_id` is the community's slug, or the cycle's id. */
const BY_ID: Readonly<Record<string, 'slug' | 'cycle'>> = { cardguards: 'slug', turnouts: 'cycle', votercounts: 'cycle' };

/** What belongs to a cell, to a person in whatever community, or to an hour: it stays where it is. */
const STAYS: ReadonlySet<string> = new Set([
  ...['communities', 'departures'], // the move itself writes them
  ...['accessTokens', 'democlock', 'runs', 'sendingRates'],
  ...['passkeychallenges', 'passkeys', 'signinlinks', 'signins', 'staffsessions'], // who works there signs in anew, under the new address
  ...['signedtrees', 'treeleaves', 'treetiles', 'watchers'], // the log of heads is the cell's own: what it said stays said
  ...['carrierAccounts', 'officeTokens', 'foreigndays', 'proofdays', 'hoursofstaff', 'wrongcards'],
]);

/**
 * What each collection holds of a community and its cycles, by the models that are imported: give it after all of them are. The log comes first, because
 * its last entry closes a community that is on its way; the cycles come last, because the rest is found by them. Throws `whose-records` if a model does
 * not tell whose its records are.
 */
export function recordsOf(slug: string, cycles: readonly string[]): Records[] {
  const all = mongoose
    .modelNames()
    .map((name) => mongoose.model(name))
    .filter(({ collection }) => !STAYS.has(collection.name))
    .map(({ collection: { name }, schema }) => ({
      name,
      filter: filterOf(name, (path) => schema.path(path) !== undefined, slug, cycles),
      fields: encryptedFields(schema),
      unique: uniqueIn(schema),
    }));
  const place = ({ name }: Records) => (name === 'log' ? 0 : name === 'cycles' ? 2 : 1);
  return all.toSorted((one, other) => place(one) - place(other) || (one.name < other.name ? -1 : 1));
}

function uniqueIn(schema: Pick<Schema, 'indexes'>): string[] {
  const indexes = schema.indexes().filter(([fields, { unique }]) => unique && Object.keys(fields).length === 1);
  return ['_id', ...indexes.flatMap(([fields]) => Object.keys(fields))];
}

function filterOf(name: string, has: (path: string) => boolean, slug: string, cycles: readonly string[]): mongo.Document {
  const by = BY_ID[name];
  if (by) return { _id: { $in: by === 'slug' ? [slug] : [...cycles] } };
  if (has('community')) return { community: slug };
  if (has('_id.community')) return { '_id.community': slug };
  if (has('cycle')) return { cycle: { $in: [...cycles] } };
  if (has('_id.cycle'))
    return cycles.length === 0 ? { _id: { $in: [] } } : { $or: cycles.map((cycle) => ({ _id: { $gte: { cycle }, $lt: { cycle: `${cycle}\0` } } })) };
  throw new CodedError(
    'whose-records',
    `The model of ${name} does not tell whose its records are: give them a community, or say in carry.ts that they stay.`,
  );
}
