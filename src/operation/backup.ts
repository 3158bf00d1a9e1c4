import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto';
import { createWriteStream, existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import mongoose, { type mongo } from 'mongoose';
import { z } from 'zod';
import { ledgerHeads } from '../fund/ballots/index.ts';
import { cyclesWithKey } from '../fund/cycles/index.ts';
import { logHeads } from '../fund/log/index.ts';
import { noteBackup } from '../store/backupState.ts';
import { CodedError } from '../store/codedError.ts';
import { writeWhole } from '../store/files.ts';
import type { World } from '../store/world.ts';

/** A backup that was made. */
interface Backup {
  readonly collections: number;
  readonly ledgers: Manifest['ledgers'];
  readonly logs: Manifest['logs'];
}

interface Making {
  /** The folder to be made; there must be none of that name. */
  readonly out: string;
  /** BACKUP_KEY, 32 bytes. */
  readonly key: Uint8Array;
  /** By what the SECRET is known that opens the database (`checkOf`). */
  readonly secretCheck: string;
  /** Called for each collection when it is written. */
  readonly onCollection?: (name: string) => void;
}

/**
 * Copies everything in the database as it was at one moment, while the service goes on: all collections are read in one snapshot, from a secondary
 * if there is one. Each collection is one file, BSON, gzipped, filled up to a size that tells nothing of a few records more or less, and encrypted with
 * AES-256-GCM under a key made of BACKUP_KEY: nonce, ciphertext, tag. The folder gets its name when it is whole. SECRET is not in it: without SECRET a
 * restored database cannot be read.
 *
 * Rejects with `out-exists`; with `snapshot-too-old` if reading took longer than the database keeps old versions.
 */
export async function backup({ now }: Pick<World, 'now'>, { out, key, secretCheck, onCollection }: Making): Promise<Backup> {
  const draft = join(dirname(resolve(out)), `.${resolve(out).split('/').at(-1)}.part`);
  await makeFolder(resolve(out), draft);
  const client = mongoose.connection.getClient();
  const releaseVersions = await keepVersions(client.db('admin'));
  const session = client.startSession({ snapshot: true });
  try {
    const salt = randomBytes(16).toString('hex');
    const fileKey = keyFor('files', key, salt);
    const upTo = now();
    const ledgers = await ledgerHeads(session); // the first read fixes the moment
    const logs = await logHeads(session);
    const keys = await cyclesWithKey(session);
    const collections: Manifest['collections'] = [];
    for (const name of await collectionNames()) {
      const copied = await copy(name, join(draft, fileOf(name)), fileKey, session);
      collections.push({ name, ...copied });
      onCollection?.(name);
    }
    const madeAt = upTo.toISOString();
    const manifest: Manifest = { madeAt, secretCheck, collections, ledgers, logs, point: pointOf(session), keys };
    await writeWhole(join(draft, MANIFEST), written(manifest, key, salt));
    await rename(draft, resolve(out));
    await noteBackup(upTo);
    return { collections: collections.length, ledgers, logs };
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    throw isTooOld(error) ? tooOld(error) : error;
  } finally {
    await session.endSession();
    await releaseVersions();
  }
}

/** The moment that a session's snapshot shows. The driver keeps it to itself. */
function pointOf(session: mongo.ClientSession): Manifest['point'] {
  const time: unknown = Reflect.get(session, 'snapshotTime');
  if (!(time instanceof mongoose.mongo.Timestamp)) throw new Error('the driver gave no moment of the snapshot');
  return { t: time.t, i: time.i };
}

/** Longer than a backup takes, in seconds. */
const LONGEST_S = 7_200;

/**
 * A database of one server, such as the embedded one, keeps old versions for as long as the backup may take. The members of a set are set by the person who runs
 * them (docs/operators.md: In production). Gives what puts it back.
 */
async function keepVersions(admin: mongo.Db): Promise<() => Promise<void>> {
  const { hosts = [] } = await admin.command({ hello: 1 });
  const kept = hosts.length === 1 ? await admin.command({ getParameter: 1, [WINDOW]: 1 }).catch(() => undefined) : undefined; // the user may not ask
  if (!kept || kept[WINDOW] >= LONGEST_S) return async () => {};
  const keep = async (seconds: number) => void (await admin.command({ setParameter: 1, [WINDOW]: seconds }).catch(() => undefined)); // or not change it
  await keep(LONGEST_S);
  return () => keep(kept[WINDOW]);
}

const WINDOW = 'minSnapshotHistoryWindowInSeconds';

async function makeFolder(out: string, draft: string): Promise<void> {
  await mkdir(dirname(out), { recursive: true, mode: 0o700 });
  await mkdir(out, { mode: 0o700 }).catch((cause: unknown) => {
    const exists = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
    throw exists ? new CodedError('out-exists', `${out} exists already: each backup is a folder of its own.`, { cause }) : cause;
  });
  await rm(out, { recursive: true });
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
}

async function collectionNames(): Promise<string[]> {
  const found = (await mongoose.connection.db?.listCollections({}, { nameOnly: true }).toArray()) ?? [];
  return found.map(({ name }) => name).filter((name) => !name.startsWith('system.'));
}

/** Writes one collection. Memory stays the same, however long it is. */
async function copy(
  name: string,
  file: string,
  key: Uint8Array,
  session: mongo.ClientSession,
): Promise<Omit<Manifest['collections'][number], 'name'>> {
  let documents = 0;
  let bytes = 0;
  const found = mongoose.connection
    .collection(name)
    .find({}, { raw: true, session, batchSize: BATCH, readPreference: 'secondaryPreferred', noCursorTimeout: false });
  const pieces = async function* () {
    let waiting: Uint8Array[] = [];
    let size = 0;
    for await (const document of found) {
      if (!(document instanceof Uint8Array)) throw new Error('the driver gave no bytes for a raw document');
      documents += 1;
      waiting.push(document);
      size += document.length;
      if (size < PIECE) continue;
      yield Buffer.concat(waiting);
      waiting = [];
      size = 0;
    }
    yield Buffer.concat(waiting);
  };
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(name));
  const hash = createHash('sha256').update(nonce);
  const sealed = new Transform({
    construct(done) {
      this.push(nonce);
      done();
    },
    transform(encrypted: Buffer, _, done) {
      hash.update(encrypted);
      done(null, encrypted);
    },
    flush(done) {
      const tag = cipher.getAuthTag();
      hash.update(tag);
      done(null, tag);
    },
  });
  const target = createWriteStream(file, { mode: 0o600, flush: true });
  await pipeline(
    Readable.from(pieces(), { objectMode: false }),
    createGzip({ level: 1 }),
    filledUp((length) => (bytes = length)),
    cipher,
    sealed,
    target,
  );
  return { documents, bytes, sha256: hash.digest('hex') };
}

const BATCH = 1_000;
const PIECE = 256 * 1024;

/** Adds zeros, and says behind how many bytes: a file's size would tell how many ballots there are. */
function filledUp(behind: (bytes: number) => void): Transform {
  let bytes = 0;
  return new Transform({
    transform(piece: Buffer, _, done) {
      bytes += piece.length;
      done(null, piece);
    },
    flush(done) {
      behind(bytes);
      done(null, Buffer.alloc(roundSize(bytes) - bytes));
    },
  });
}

/** The next size of a few: 64 KiB (or `least`), above it eight between a power of two and the next. */
export function roundSize(bytes: number, least = LEAST): number {
  const step = Math.max(least, 2 ** Math.floor(Math.log2(Math.max(bytes, 1))) / 8);
  return Math.ceil(bytes / step) * step;
}

const LEAST = 64 * 1024;

/** MongoDB's SnapshotTooOld. */
const TOO_OLD = 239;

function isTooOld(error: unknown): boolean {
  return error instanceof mongoose.mongo.MongoServerError && error.code === TOO_OLD;
}

function tooOld(cause: unknown): CodedError {
  return new CodedError(
    'snapshot-too-old',
    'Reading everything took longer than the database keeps old versions (five minutes, unless set otherwise). Raise minSnapshotHistoryWindowInSeconds on all members, and begin again.',
    { cause },
  );
}

const hex = (bytes: number) => z.string().regex(new RegExp(`^[0-9a-f]{${2 * bytes}}$`));
/** What anybody can read of it. */
const outside = z.strictObject({
  format: z.literal(2),
  /** The salt of this backup's keys. */
  salt: hex(16),
  /** The manifest, encrypted with AES-256-GCM: nonce, ciphertext, tag. */
  body: z.base64(),
});
const schema = z.strictObject({
  madeAt: z.iso.datetime(),
  /** By what its SECRET is known again (`checkOf`). */
  secretCheck: z.string(),
  collections: z.array(z.strictObject({ name: z.string().regex(/^[\w.-]+$/), documents: z.int(), bytes: z.int(), sha256: hex(32) })),
  ledgers: z.array(z.strictObject({ cycle: z.string(), seq: z.int(), hash: z.string() })),
  logs: z.array(z.strictObject({ community: z.string(), seq: z.int(), hash: z.string() })),
  point: z.strictObject({ t: z.int(), i: z.int() }),
  keys: z.array(z.string()),
});

/**
 * What is in a backup: each collection with the number of its documents, the length of what is packed in its file and the file's hex SHA-256, and the last entry of each cycle's
 * ledger and each community's log at the moment of the backup. `point` is that moment in MongoDB's oplog, `keys` are the cycles whose keys are in it.
 */
export type Manifest = z.output<typeof schema>;

/** Every value keeps the type that it has in the database: a number of 32 bits stays one. */
export const EXACT = { promoteValues: false, promoteBuffers: false, promoteLongs: false };

const MANIFEST = 'manifest.json';

/** The name of the file that holds a collection. */
export function fileOf(collection: string): string {
  return `${collection}.bson.gz.enc`;
}

/** The key of one backup for one purpose: HKDF-SHA256 of BACKUP_KEY under the backup's own salt. 32 bytes. */
export function keyFor(purpose: 'files' | 'manifest' | 'changes', backupKey: Uint8Array, salt: string): Buffer {
  return Buffer.from(hkdfSync('sha256', backupKey, Buffer.from(salt, 'hex'), `yisheng backup ${purpose}`, 32));
}

/** A manifest as its file. It tells how many ballots there are, so only who has BACKUP_KEY reads it; nobody else can make or change one. */
function written(manifest: Manifest, backupKey: Uint8Array, salt: string): string {
  const json = JSON.stringify(manifest);
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', keyFor('manifest', backupKey, salt), nonce);
  const body = Buffer.concat([
    nonce,
    cipher.update(json.padEnd(1_024 * Math.ceil(json.length / 1_024)), 'utf8'),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
  return `${JSON.stringify({ format: 2, salt, body: body.toString('base64') } satisfies z.output<typeof outside>)}\n`;
}

export const [NONCE, TAG] = [12, 16];

/** Whether a folder is a backup, and not one in which backups lie. */
export function isBackup(folder: string): boolean {
  return existsSync(join(folder, MANIFEST));
}

/** Reads a backup's manifest, and the salt of its keys. Rejects with `no-backup` if there is none, with `wrong-backup-key` if it was made with another BACKUP_KEY or changed. */
export async function readManifest(folder: string, backupKey: Uint8Array): Promise<{ manifest: Manifest; salt: string }> {
  const text = await readFile(join(folder, MANIFEST), 'utf8').catch((cause: unknown) => {
    throw new CodedError('no-backup', `${folder} has no ${MANIFEST}: name the folder that "npm run backup" wrote.`, { cause });
  });
  try {
    const { salt, body } = outside.parse(JSON.parse(text));
    return { manifest: schema.parse(JSON.parse(opened(Buffer.from(body, 'base64'), keyFor('manifest', backupKey, salt)))), salt };
  } catch (cause) {
    throw new CodedError(
      'wrong-backup-key',
      `${join(folder, MANIFEST)} was made with another BACKUP_KEY, or was changed. Set the key that this backup was made with; if it is that one, use another backup.`,
      { cause },
    );
  }
}

/** Throws if it was encrypted with another key, or changed. */
function opened(body: Buffer, key: Uint8Array): string {
  const decipher = createDecipheriv('aes-256-gcm', key, body.subarray(0, NONCE), { authTagLength: TAG }).setAuthTag(body.subarray(-TAG));
  return Buffer.concat([decipher.update(body.subarray(NONCE, -TAG)), decipher.final()]).toString('utf8');
}
