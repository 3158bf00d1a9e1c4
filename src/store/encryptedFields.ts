import type { mongo, Schema } from 'mongoose';
import type { EncryptionPurpose } from './vault.ts';

/** A field that is encrypted: by its path in the record, its key's purpose, and the name of the record under which it was encrypted. */
export interface EncryptedField {
  readonly path: string;
  readonly purpose: EncryptionPurpose;
  readonly nameOf: NameOf;
}

/** Gives the name; `at` are the places in the lists on the field's path. */
export type NameOf = (document: mongo.Document, at: readonly number[]) => string;

/** The name of a record for `Vault.encrypt`: its `_id`; the parts of one that has several are joined by `|`. */
export function recordName({ _id }: mongo.Document): string {
  return typeof _id === 'object' ? Object.values(_id).join('|') : String(_id);
}

/** All encrypted fields of a schema and of those in it. */
export function encryptedFields(schema: Pick<Schema, 'paths'>, prefix = ''): EncryptedField[] {
  return Object.values(schema.paths).flatMap((type): EncryptedField[] => {
    const path = prefix + type.path;
    if ('schema' in type && isSchema(type.schema)) return encryptedFields(type.schema, `${path}.`);
    const { encryptedFor } = type.options;
    return encryptedFor ? [{ path, ...encryptedFor }] : [];
  });
}

function isSchema(value: unknown): value is Pick<Schema, 'paths'> {
  return typeof value === 'object' && value !== null && 'paths' in value;
}

/** One encrypted value of a document: its path with the places in lists, and the places alone. */
interface Value {
  readonly path: string;
  readonly at: readonly number[];
  readonly bytes: mongo.Binary;
}

/** The values that a document has at a path; an empty one holds nothing. */
export function valuesAt(document: mongo.Document, path: string): Value[] {
  return within(document, path.split('.'), [], []);
}

function within(value: unknown, [part, ...rest]: readonly string[], gone: readonly string[], at: readonly number[]): Value[] {
  if (value === null || typeof value !== 'object') return [];
  if (part === undefined) return isBinary(value) && value.length() > 0 ? [{ path: gone.join('.'), at, bytes: value }] : [];
  if (Array.isArray(value)) return value.flatMap((each, index) => within(each, [part, ...rest], [...gone, String(index)], [...at, index]));
  return within(Reflect.get(value, part), rest, [...gone, part], at);
}

function isBinary(value: object): value is mongo.Binary {
  return '_bsontype' in value && value._bsontype === 'Binary';
}
