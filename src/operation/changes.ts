import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { link, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import mongoose, { type mongo } from 'mongoose';
import { z } from 'zod';
import { CodedError } from '../store/codedError.ts';
import { EXACT, keyFor, NONCE, roundSize, TAG } from './backup.ts';

/** What was written behind a backup, piece by piece, each a file of its own in the backup's folder. A transaction is in one piece. */
export interface Piece {
  /** Everything that was acknowledged until then, by the database's clock, is in this piece or in one before. */
  readonly reached: Date;
  /** Where the change stream goes on behind it. */
  readonly token: mongo.ResumeToken;
  /** Events of the change stream as MongoDB gave them, in their order; every value has the type that it has in the database. */
  readonly events: readonly mongo.BSON.Document[];
}

/** The pieces of one backup, of which the last `count` are known by the tag of the newest: none is changed, left out or put elsewhere unnoticed. */
export interface Place {
  readonly folder: string;
  readonly key: Uint8Array;
  readonly count: number;
  /** The hex tag of the newest; empty before the first. */
  readonly tag: string;
}

/** Where the pieces of a backup lie, before the first. `salt` is the backup's. */
export function beginning(backup: string, backupKey: Uint8Array, salt: string): Place {
  return { folder: join(backup, 'changes'), key: keyFor('changes', backupKey, salt), count: 0, tag: '' };
}

/** Appends a piece; gives the place behind it. Rejects with `followed-already` if another process has written it meanwhile. */
export async function appendPiece(place: Place, { reached, token, events }: Piece): Promise<Place> {
  const number = place.count + 1;
  const packed = await promisify(gzip)(BSON.serialize({ reached, token, events: [...events] }), { level: 1 });
  const plain = Buffer.alloc(roundSize(4 + packed.length, LEAST));
  plain.writeUInt32LE(packed.length);
  packed.copy(plain, 4);
  const nonce = randomBytes(NONCE);
  const cipher = createCipheriv('aes-256-gcm', place.key, nonce).setAAD(boundTo(number, place.tag));
  const body = Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  await mkdir(place.folder, { recursive: true, mode: 0o700 });
  const [draft, file] = [join(place.folder, `.${process.pid}.part`), join(place.folder, fileOf(number))];
  try {
    await writeFile(draft, body, { mode: 0o600, flush: true });
    await link(draft, file).catch((cause: unknown) => {
      const exists = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
      throw exists
        ? new CodedError('followed-already', `Another process follows in ${place.folder}: one is enough. End one of them.`, { cause })
        : cause;
    });
  } finally {
    await rm(draft, { force: true });
  }
  return { ...place, count: number, tag: cipher.getAuthTag().toString('hex') };
}

/** Reads the pieces behind a place, each with the place behind it. Throws `broken-backup` at one that was changed, or does not follow the one before. */
export async function* piecesBehind(from: Place): AsyncGenerator<{ readonly piece: Piece; readonly place: Place }, void> {
  let place = from;
  for (const name of await namesIn(place.folder)) {
    const number = place.count + 1;
    if (name !== fileOf(number)) throw broken(join(place.folder, fileOf(number)), 'is missing');
    const body = await readFile(join(place.folder, name));
    const tag = body.subarray(-TAG);
    const piece = await opened(place, number, body).catch((cause: unknown) => {
      throw broken(join(place.folder, name), 'was changed, or does not follow the one before', cause);
    });
    place = { ...place, count: number, tag: tag.toString('hex') };
    yield { piece, place };
  }
}

async function opened(place: Place, number: number, body: Buffer): Promise<Piece> {
  const decipher = createDecipheriv('aes-256-gcm', place.key, body.subarray(0, NONCE), { authTagLength: TAG })
    .setAAD(boundTo(number, place.tag))
    .setAuthTag(body.subarray(-TAG));
  const plain = Buffer.concat([decipher.update(body.subarray(NONCE, -TAG)), decipher.final()]);
  return shape.parse(BSON.deserialize(await promisify(gunzip)(plain.subarray(4, 4 + plain.readUInt32LE())), EXACT));
}

const { BSON } = mongoose.mongo;
/** A document of the database, as it is. */
export const document = z.custom<mongo.BSON.Document>((value) => typeof value === 'object' && value !== null);
const shape: z.ZodType<Piece> = z.object({ reached: z.date(), token: document, events: z.array(document) });

/** A piece of a quiet time; above it sizes go in steps, as of a backup's files. */
const LEAST = 8 * 1024;

function boundTo(number: number, tagBefore: string): Buffer {
  return Buffer.from(`changes ${number} ${tagBefore}`);
}

function fileOf(number: number): string {
  return `${String(number).padStart(8, '0')}.enc`;
}

async function namesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  return names.filter((name) => /^\d{8}\.enc$/.test(name)).toSorted();
}

function broken(file: string, how: string, cause?: unknown): CodedError {
  return new CodedError(
    'broken-backup',
    `${file} ${how}: what follows cannot be brought back. Restore to a moment before it (--at), or use another backup.`,
    { cause },
  );
}
