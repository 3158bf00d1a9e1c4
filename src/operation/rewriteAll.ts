import { setTimeout as sleep } from 'node:timers/promises';
import mongoose, { type mongo } from 'mongoose';
import { CodedError } from '../store/codedError.ts';
import { type EncryptedField, encryptedFields, valuesAt } from '../store/encryptedFields.ts';
import { GRID_BUCKETS, GRID_FILES, renewGridFiles } from '../store/gridFiles.ts';
import { type KeysRecord, keysRecords } from '../store/keys.ts';
import { type Bytes, type EncryptionPurpose, type Keys, vault } from '../store/vault.ts';

/** The bytes under the key in use now; undefined if they are under it already. Throws if no key decrypts them. */
export type Renew = (purpose: EncryptionPurpose, record: string, bytes: Bytes) => Buffer | undefined;

/**
 * Rewrites what is encrypted under an old key, in passes over all records, until one that began `settleMs` after every process had the new key found nothing.
 * How far it is stands in the database, a thousand records at a time. A record that somebody else changes meanwhile is left to them: they
 * encrypt under the new key. Give it after all models are imported: it knows the encrypted fields of those.
 */
export async function rewriteAll(keys: Keys, settleMs: number, onStep: (said: string) => void): Promise<void> {
  await note([{ $set: { 'rotation.switchedAt': { $ifNull: ['$rotation.switchedAt', '$$NOW'] } } }]);
  const renew = renewal(keys);
  for (;;) {
    const { passBegan, switchedAt, rewritten = 0 } = await onePass(renew, onStep);
    const settled = (passBegan?.getTime() ?? 0) - (switchedAt?.getTime() ?? 0);
    onStep(`one pass is over: ${rewritten} rewritten`);
    if (rewritten === 0 && settled >= settleMs) return;
    await note([{ $unset: ['rotation.passBegan', 'rotation.at', 'rotation.rewritten'] }]);
    if (rewritten === 0) await sleep(settleMs - settled);
  }
}

function renewal(keys: Keys): Renew {
  const any = vault(() => keys);
  const newest = vault(() => ({ ...keys, reading: [] }));
  return (purpose, record, bytes) => {
    const plain = any.decryptBytes(purpose, record, bytes);
    try {
      newest.decryptBytes(purpose, record, bytes);
      return undefined;
    } catch {
      return newest.encrypt(purpose, record, plain);
    }
  };
}

type Rotation = NonNullable<KeysRecord['rotation']>;

/** Goes on with the pass under way, or begins one. */
async function onePass(renew: Renew, onStep: (said: string) => void): Promise<Rotation> {
  const { at } = await note([{ $set: { 'rotation.passBegan': { $ifNull: ['$rotation.passBegan', '$$NOW'] } } }]);
  const collections = encryptedCollections();
  const from = Math.max(
    0,
    collections.findIndex(({ name }) => name === at?.collection),
  );
  for (const { name, fields } of at?.collection === FILES ? [] : collections.slice(from)) {
    onStep(name);
    await rewriteCollection(name, fields, at?.collection === name ? at.after : undefined, renew);
  }
  for (const bucket of GRID_BUCKETS) {
    const replaced = await renewGridFiles(bucket, (id, bytes) => renew(GRID_FILES[bucket], id, bytes));
    await note([{ $set: { 'rotation.at': { collection: FILES }, 'rotation.rewritten': sum(replaced) } }]);
  }
  return note([{ $set: { 'rotation.at': { collection: FILES } } }]);
}

const FILES = 'files';
const sum = (more: number) => ({ $add: [{ $ifNull: ['$rotation.rewritten', 0] }, more] });

function encryptedCollections(): { name: string; fields: EncryptedField[] }[] {
  return mongoose
    .modelNames()
    .map((name) => mongoose.model(name))
    .map(({ collection, schema }) => ({ name: collection.name, fields: encryptedFields(schema) }))
    .filter(({ fields }) => fields.length > 0)
    .toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

const BATCH = 1_000;
/** Of pictures fewer are read at a time. Bytes. */
const MOST_BYTES = 8 * 1024 * 1024;

async function rewriteCollection(name: string, fields: readonly EncryptedField[], after: unknown, renew: Renew): Promise<void> {
  const collection = mongoose.connection.collection<mongo.Document>(name);
  const rest: mongo.Document = after === undefined ? {} : { _id: { $gt: after } };
  const found = collection.find(rest, { sort: { _id: 1 }, batchSize: BATCH });
  let updates: mongo.AnyBulkWriteOperation[] = [];
  let seen = 0;
  let bytes = 0;
  let last: unknown;
  const flush = async () => {
    const written = updates.length === 0 ? 0 : (await collection.bulkWrite(updates, { ordered: false })).modifiedCount;
    await note([{ $set: { 'rotation.at': { collection: { $literal: name }, after: { $literal: last } }, 'rotation.rewritten': sum(written) } }]);
    [updates, seen, bytes] = [[], 0, 0];
  };
  for await (const document of found) {
    for (const field of fields)
      for (const value of valuesAt(document, field.path)) {
        const renewed = renewedOf(renew, name, field, document, value);
        bytes += value.bytes.length();
        if (renewed)
          updates.push({ updateOne: { filter: { _id: document._id, [value.path]: value.bytes }, update: { $set: { [value.path]: renewed } } } });
      }
    last = document._id;
    seen += 1;
    if (seen === BATCH || bytes > MOST_BYTES) await flush();
  }
  if (seen > 0) await flush();
}

function renewedOf(
  renew: Renew,
  collection: string,
  { path, purpose, nameOf }: EncryptedField,
  document: mongo.Document,
  { at, bytes }: { at: readonly number[]; bytes: mongo.Binary },
): Buffer | undefined {
  try {
    return renew(purpose, nameOf(document, at), bytes);
  } catch (cause) {
    throw new CodedError(
      'unreadable',
      `A value of ${path} in ${collection} (${JSON.stringify(document._id)}) cannot be decrypted with any key of this database. It was damaged, or comes from another database. Nothing is lost and the old key stays: put the record right, and start again.`,
      { cause },
    );
  }
}

async function note(update: mongo.Document[]): Promise<Rotation> {
  const kept = await keysRecords().findOneAndUpdate({ _id: 'secret', rotation: { $exists: true } }, update, { returnDocument: 'after' });
  if (!kept?.rotation) throw new CodedError('rotation-over', 'Another command has ended this rotation.');
  return kept.rotation;
}
