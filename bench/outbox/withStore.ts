import { tmpdir } from 'node:os';
import mongoose from 'mongoose';
import { openStore, type Store } from '../../src/store/openStore.ts';
import { SECRET_BYTES } from '../secret.ts';

/** Runs with the store of a database, opened as the bench's processes do. */
export async function withStore<Result>(uri: string, run: (store: Store) => Promise<Result>): Promise<Result> {
  const store = await openStore({ mongodbUri: uri, dataDir: tmpdir(), secret: SECRET_BYTES });
  try {
    return await run(store);
  } finally {
    await store.close();
    if (mongoose.connection.readyState !== mongoose.ConnectionStates.disconnected) await mongoose.disconnect();
  }
}
