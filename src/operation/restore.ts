import { createDecipheriv, createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import mongoose, { type mongo } from 'mongoose';
import { checkLedger, ledgerHeads } from '../fund/ballots/index.ts';
import { hold } from '../fund/heads/index.ts';
import { checkLogOf, logHeads } from '../fund/log/index.ts';
import { setAsideRestored } from '../outreach/outbox/forgetMessages.ts';
import { CodedError } from '../store/codedError.ts';
import { checkOf } from '../store/keys.ts';
import { forgetProcesses } from '../store/liveKeys.ts';
import { openDatabase, openStore, type StoreSettings, secretOf } from '../store/openStore.ts';
import type { World } from '../store/world.ts';
import { EXACT, fileOf, isBackup, keyFor, type Manifest, readManifest } from './backup.ts';
import { beginning } from './changes.ts';
import { backupsIn } from './follow.ts';
import { replay } from './replay.ts';

/** What came of one chain: the entry that it ends with, or what is wrong. */
interface Checked {
  readonly of: string;
  readonly wrong?: string;
}

export interface Restored {
  /** Everything is as it was then. */
  readonly asAt: Date;
  readonly ledgers: readonly Checked[];
  readonly logs: readonly Checked[];
  /** Messages that were under way when the backup was made: nobody knows whether they went out, and they are not sent again. */
  readonly setAside: number;
}

interface Restoring {
  /** The folder that `backup` made, or one in which backups were followed: then the newest in it before `at`. */
  readonly from: string;
  /** Up to when; absent: everything that there is. */
  readonly at?: Date | undefined;
  /** BACKUP_KEY, 32 bytes. */
  readonly key: Uint8Array;
  /** Called for each collection when it is back. */
  readonly onCollection?: (name: string) => void;
}

/**
 * Brings a backup back into an empty database, and what was written behind it, all or until a moment; then checks each ledger and each log from its first entry to the head that the backup noted. Every
 * file is compared with the manifest before anything is written.
 *
 * Rejects with `no-backup`, `wrong-backup-key`, `broken-backup`, `wrong-secret`, `not-empty`, `too-early`, `too-late`.
 */
export async function restore(settings: StoreSettings, { from: given, at, key, onCollection }: Restoring): Promise<Restored> {
  const from = await chosen(given, at);
  const { manifest, salt } = await readManifest(from, key);
  if (at && at < new Date(manifest.madeAt))
    throw new CodedError('too-early', `This backup was made at ${manifest.madeAt}, after the moment that is asked for: use an earlier one.`);
  if (manifest.secretCheck !== checkOf(await secretOf(settings)))
    throw new CodedError(
      'wrong-secret',
      'SECRET is not the one of the service that this backup is of. Set that one (in SECRET, or in the file secret in DATA_DIR): nothing in it can be read with another.',
    );
  for (const { name, sha256 } of manifest.collections) await checkFile(join(from, fileOf(name)), sha256);
  let reached: Date | undefined;
  const database = await openDatabase(settings);
  try {
    await refuseUnlessEmpty();
    for (const { name, documents, bytes } of manifest.collections) {
      await bringBack({ name, documents, bytes, file: join(from, fileOf(name)), key: keyFor('files', key, salt) });
      onCollection?.(name);
    }
    reached = await replay(beginning(from, key, salt), at);
    await forgetProcesses();
  } finally {
    await database.close();
  }
  const store = await openStore(settings);
  try {
    return await checked(store.world, manifest, reached);
  } finally {
    await store.close();
  }
}

/** Of a folder in which backups were followed the newest, or the newest before a moment. */
async function chosen(given: string, at: Date | undefined): Promise<string> {
  if (isBackup(given)) return given;
  const names = await backupsIn(given);
  const name = names.find((each) => !at || each <= at.toISOString().replaceAll(':', '').replace(/\.\d+/, ''));
  return name === undefined ? given : join(given, name);
}

/** `reached`: up to when it was followed; then chains may be longer than the backup noted, and there may be more of them. */
async function checked(world: World, manifest: Manifest, reached: Date | undefined): Promise<Restored> {
  await hold(world, 'restored');
  const setAside = await setAsideRestored(world);
  const ledgers: Checked[] = [];
  for (const head of reached ? await withMore(manifest.ledgers, ({ cycle }) => cycle, ledgerHeads) : manifest.ledgers)
    ledgers.push(await locked(head.cycle, head, reached !== undefined, () => checkLedger(world, head.cycle)));
  const logs: Checked[] = [];
  for (const head of reached ? await withMore(manifest.logs, ({ community }) => community, logHeads) : manifest.logs)
    logs.push(await locked(head.community, head, reached !== undefined, () => checkLogOf(world, head.community)));
  return { asAt: reached ?? new Date(manifest.madeAt), ledgers, logs, setAside };
}

/** The heads that a backup noted, and those of chains that have begun since. */
async function withMore<Head>(
  noted: readonly Head[],
  nameOf: (head: Head) => string,
  heads: (session: mongo.ClientSession) => Promise<Head[]>,
): Promise<Head[]> {
  const known = new Set(noted.map(nameOf));
  const now = await mongoose.connection.withSession(heads);
  return [...noted, ...now.filter((head) => !known.has(nameOf(head)))];
}

/** Compares a chain's last entry with the one that the backup noted, which may be followed by others if it was followed. */
async function locked(
  of: string,
  noted: { seq: number; hash: string },
  isFollowed: boolean,
  check: () => Promise<{ seq: number; hash: string }>,
): Promise<Checked> {
  try {
    const { seq, hash } = await check();
    return (seq === noted.seq && hash === noted.hash) || (isFollowed && seq > noted.seq)
      ? { of }
      : { of, wrong: 'does not end with the entry that the backup noted' };
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return { of, wrong: error.message };
  }
}

async function checkFile(file: string, noted: string): Promise<void> {
  const hash = createHash('sha256');
  try {
    for await (const piece of createReadStream(file)) hash.update(piece);
  } catch (cause) {
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ENOENT')) throw cause;
    throw new CodedError('broken-backup', `${file} is missing: this backup is not whole. Use another one.`, { cause });
  }
  if (hash.digest('hex') !== noted)
    throw new CodedError('broken-backup', `${file} is not the file that the backup wrote: it was changed or cut. Use another backup.`);
}

async function refuseUnlessEmpty(): Promise<void> {
  const names = (await mongoose.connection.db?.listCollections({}, { nameOnly: true }).toArray()) ?? [];
  for (const { name } of names) {
    if ((await mongoose.connection.collection(name).findOne({}, { projection: { _id: 1 } })) === null) continue;
    throw new CodedError(
      'not-empty',
      'There is something in the database already. Restore into an empty one: another name in MONGODB_URI, or another DATA_DIR.',
    );
  }
}

interface Bringing {
  readonly name: string;
  readonly documents: number;
  /** So long is what is packed in the file; zeros fill it up. */
  readonly bytes: number;
  readonly file: string;
  readonly key: Uint8Array;
}

async function bringBack({ name, documents, bytes, file, key }: Bringing): Promise<void> {
  const { size } = await stat(file);
  const handle = await open(file);
  const [nonce, tag] = [Buffer.alloc(12), Buffer.alloc(16)];
  try {
    await handle.read(nonce, 0, 12, 0);
    await handle.read(tag, 0, 16, size - 16);
  } finally {
    await handle.close();
  }
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: 16 }).setAAD(Buffer.from(name)).setAuthTag(tag);
  let brought = 0;
  const encrypted = size > 28 ? createReadStream(file, { start: 12, end: size - 17 }) : Readable.from([]);
  await pipeline(encrypted, decipher, firstOf(bytes), createGunzip(), async (plain: AsyncIterable<Buffer>) => {
    for await (const batch of batches(plain)) {
      await mongoose.connection.collection(name).insertMany(batch, { ordered: false });
      brought += batch.length;
    }
  });
  if (brought !== documents) throw new CodedError('broken-backup', `${file} holds another number of documents than was noted. Use another backup.`);
}

/** Passes on so many bytes; the rest is read, and dropped. */
function firstOf(bytes: number): Transform {
  let left = bytes;
  return new Transform({
    transform(piece: Buffer, _, done) {
      const first = piece.subarray(0, left);
      left -= first.length;
      done(null, first);
    },
  });
}

/** So many documents are written at once. */
const BATCH = 1_000;

async function* batches(plain: AsyncIterable<Buffer>): AsyncGenerator<mongoose.mongo.BSON.Document[]> {
  let rest: Buffer = Buffer.alloc(0);
  let batch: mongoose.mongo.BSON.Document[] = [];
  for await (const piece of plain) {
    rest = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    let at = 0;
    while (rest.length - at >= 4) {
      const length = rest.readInt32LE(at);
      if (rest.length - at < length) break;
      batch.push(mongoose.mongo.BSON.deserialize(rest.subarray(at, at + length), EXACT));
      at += length;
      if (batch.length < BATCH) continue;
      yield batch;
      batch = [];
    }
    rest = rest.subarray(at);
  }
  if (batch.length > 0) yield batch;
}
