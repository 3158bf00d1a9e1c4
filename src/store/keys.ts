import { randomBytes } from 'node:crypto';
import { mongo } from 'mongoose';
import { CodedError } from './codedError.ts';
import { serviceState } from './serviceState.ts';
import { type Keys, vault } from './vault.ts';

/**
 * How a database keeps its keys. SECRET opens a key of its own, and that one the keys themselves: so two secrets can open them while SECRET is
 * rotated. `check` alone: an earlier version made the database; its SECRET itself is the key of everything, until it is rotated for the first time.
 */
export interface KeysRecord {
  _id: 'secret';
  check?: string;
  /** Who opens it, the newest last: what the SECRET is known by, and the opening key encrypted under it. */
  opens?: { check: string; key: mongo.Binary }[];
  /** `Keys` as JSON, encrypted under the opening key. */
  keys?: mongo.Binary;
  /** Grows with every change of the keys. */
  generation?: number;
  /** A rotation that is under way. */
  rotation?: Rotation;
}

/** `read`: the new key is known, not used yet. `write`: it is used, and what is there is rewritten. `rewritten`: the old key is gone; the old SECRET still opens the keys. */
export interface Rotation {
  step: 'read' | 'write' | 'rewritten';
  /** Since when every process encrypts under the new key. */
  switchedAt?: Date;
  /** When the pass under way over all records began, how far it is, and what it has rewritten. */
  passBegan?: Date;
  at?: { collection: string; after?: mongo.Document };
  rewritten?: number;
}

/** The keys, opened, and what has to be known to change them. */
export interface OpenKeys {
  readonly keys: Keys;
  readonly generation: number;
  /** Undefined: SECRET itself is the key. */
  readonly openingKey?: Uint8Array;
}

export function keysRecords(): mongo.Collection<KeysRecord> {
  return serviceState<KeysRecord>();
}

/** By what a SECRET is known again. */
export function checkOf(secret: Uint8Array): string {
  return vault(secret).hmac('secretCheck');
}

/** Whether the database was made with this secret; undefined if it was made with none yet. Nothing is changed. */
export async function isItsSecret(secret: Uint8Array): Promise<boolean | undefined> {
  const kept = await keysRecords().findOne({ _id: 'secret' });
  return kept ? opensIt(kept, checkOf(secret)) : undefined;
}

/** How far a rotation of SECRET is; undefined if none is under way. */
export async function rotationUnderWay(): Promise<Rotation['step'] | undefined> {
  return (await keysRecords().findOne({ _id: 'secret' }))?.rotation?.step;
}

function opensIt({ check: first, opens = [] }: KeysRecord, check: string): boolean {
  return first === check || opens.some((each) => each.check === check);
}

/** The keys of the database; a new database gets its own. Rejects with `wrong-secret` if this secret does not open them. */
export async function openKeys(secret: Uint8Array): Promise<OpenKeys> {
  const kept =
    (await keysRecords().findOne({ _id: 'secret' })) ??
    (await keysRecords().findOneAndUpdate({ _id: 'secret' }, { $setOnInsert: newKeys(secret) }, { upsert: true, returnDocument: 'after' }));
  const opened = kept && openedBy(kept, secret);
  if (opened) return opened;
  throw new CodedError(
    'wrong-secret',
    'SECRET is not the one that this database was made with, or it was replaced since. Put that one back (in SECRET, or in the file secret in DATA_DIR): nothing in the database can be read with another.',
  );
}

/** The keys, if this secret opens them. */
export function openedBy({ check: first, opens = [], keys, generation = 0 }: KeysRecord, secret: Uint8Array): OpenKeys | undefined {
  const check = checkOf(secret);
  if (first === check) return { keys: { lookUp: secret, writing: secret, reading: [] }, generation };
  const own = opens.find((each) => each.check === check);
  if (!own || !keys) return undefined;
  const openingKey = vault(secret).decryptBytes('databaseKeys', 'secret', own.key);
  const plain: Written = JSON.parse(vault(openingKey).decrypt('databaseKeys', 'keys', keys));
  const bytes = (text: string) => Buffer.from(text, 'base64');
  return {
    keys: { lookUp: bytes(plain.lookUp), writing: bytes(plain.writing), reading: plain.reading.map(bytes) },
    generation,
    openingKey,
  };
}

interface Written {
  readonly lookUp: string;
  readonly writing: string;
  readonly reading: readonly string[];
}

function newKeys(secret: Uint8Array): ReturnType<typeof keptFor> {
  return keptFor(secret, { lookUp: randomBytes(32), writing: randomBytes(32), reading: [] });
}

/** Keys as a new database keeps them, which this secret opens. */
export function keptFor(secret: Uint8Array, keys: Keys): Pick<KeysRecord, 'opens' | 'keys' | 'generation'> {
  const openingKey = randomBytes(32);
  return { opens: [opening(secret, openingKey)], keys: closed(keys, openingKey), generation: 1 };
}

/** What lets a secret open the keys. */
export function opening(secret: Uint8Array, openingKey: Uint8Array): { check: string; key: mongo.Binary } {
  return { check: checkOf(secret), key: new mongo.Binary(vault(secret).encrypt('databaseKeys', 'secret', openingKey)) };
}

/** Keys as the database keeps them. */
export function closed({ lookUp, writing, reading }: Keys, openingKey: Uint8Array): mongo.Binary {
  const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');
  const written: Written = { lookUp: text(lookUp), writing: text(writing), reading: reading.map(text) };
  return new mongo.Binary(vault(openingKey).encrypt('databaseKeys', 'keys', JSON.stringify(written)));
}
