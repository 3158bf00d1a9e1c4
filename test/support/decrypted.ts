import mongoose, { mongo } from 'mongoose';
import { encryptedFields, valuesAt } from '../../src/store/encryptedFields.ts';
import { ENCRYPTION_PURPOSES, type Vault } from '../../src/store/vault.ts';

/** Every document of the database, by collection; in place of encrypted bytes, the text that SECRET decrypts. */
export async function decrypted(vault: Vault): Promise<Map<string, mongo.Document[]>> {
  const { db } = mongoose.connection;
  const names = (await db?.listCollections().toArray()) ?? [];
  const found = await Promise.all(names.map(async ({ name }) => [name, (await db?.collection(name).find({}).toArray()) ?? []] as const));
  return new Map(
    found.map(([name, documents]) => [
      name,
      documents.map((document) => opened(vault, document, [...namesOf(document), ...namesIn(name, document)])),
    ]),
  );
}

/** The names with which parts of a document, and of each linked contact in it, may be encrypted. */
function namesOf({ _id, filename, linkedContacts = [] }: mongo.Document): string[] {
  const id = typeof _id === 'object' ? Object.values(_id).join('|') : String(_id);
  return [id, filename, ...linkedContacts.map((contact: { id: string }) => `${id}|${contact.id}`)].filter((name) => typeof name === 'string');
}

/** The names under which its schema says that its fields are encrypted. */
function namesIn(collection: string, document: mongo.Document): string[] {
  const model = Object.values(mongoose.models).find((one) => one.collection.name === collection);
  return encryptedFields(model?.schema ?? new mongoose.Schema()).flatMap(({ path, nameOf }) =>
    valuesAt(document, path).map(({ at }) => nameOf(document, at)),
  );
}

function opened(vault: Vault, value: mongo.Document, names: readonly string[]): mongo.Document {
  return Object.fromEntries(Object.entries(value).map(([field, inside]) => [field, one(vault, inside, names)]));
}

function one(vault: Vault, value: unknown, names: readonly string[]): unknown {
  if (value instanceof mongo.Binary || Buffer.isBuffer(value)) return text(vault, value instanceof mongo.Binary ? value.buffer : value, names);
  if (Array.isArray(value)) return value.map((each) => one(vault, each, names));
  if (value instanceof Date || value instanceof mongo.ObjectId || value === null || typeof value !== 'object') return value;
  return opened(vault, value, names);
}

function text(vault: Vault, bytes: Uint8Array, names: readonly string[]): string {
  for (const purpose of ENCRYPTION_PURPOSES)
    for (const name of names)
      try {
        return vault.decrypt(purpose, name, bytes);
      } catch {
        // encrypted for something else
      }
  return `(${bytes.length} bytes)`;
}
