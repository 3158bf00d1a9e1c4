import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import mongoose, { type mongo } from 'mongoose';

/** The whole database of a version, with the secret that opens it. */
export interface KeptVersion {
  readonly version: string;
  /** The moment at which it was kept, by its own clock. */
  readonly at: string;
  /** In base64. */
  readonly secret: string;
  /** Those who vote in hupan. */
  readonly phones: readonly string[];
  readonly collections: readonly {
    readonly name: string;
    readonly indexes: readonly mongo.IndexDescriptionInfo[];
    readonly documents: readonly mongo.Document[];
  }[];
}

export function readKept(file: string): KeptVersion {
  return mongoose.mongo.BSON.EJSON.parse(gunzipSync(readFileSync(file)).toString(), { relaxed: false });
}

/** Puts everything into the database that the default connection leads to, with the indexes of that version. */
export async function putBack({ collections }: KeptVersion): Promise<void> {
  for (const { name, indexes, documents } of collections) {
    const collection = await mongoose.connection.createCollection(name);
    const own = indexes.filter(({ name }) => name !== '_id_').map(({ v: _, ...index }) => index);
    if (own.length > 0) await collection.createIndexes(own);
    if (documents.length > 0) await collection.insertMany([...documents]);
  }
}
