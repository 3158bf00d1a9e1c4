import mongoose from 'mongoose';
import type { KeysRecord } from '../src/store/keys.ts';
import { serviceState } from '../src/store/serviceState.ts';
import { vault } from '../src/store/vault.ts';

/** The secret of the processes that are measured, the same in all of them: as it is written, and its bytes. */
export const SECRET = Buffer.from('bench secret that is long enough for anyone').toString('base64');
export const SECRET_BYTES = Buffer.from(SECRET, 'base64');
export const benchVault = vault(SECRET_BYTES);

/** A database made as by an earlier version, whose keys are those of SECRET itself: what the bench fills in is encrypted under them. */
export async function giveKeys(uri: string): Promise<void> {
  const client = await new mongoose.mongo.MongoClient(uri).connect();
  const check = benchVault.hmac('secretCheck');
  await serviceState<KeysRecord>(client.db()).updateOne({ _id: 'secret' }, { $setOnInsert: { check } }, { upsert: true });
  await client.close();
}
