import { openStore, type Store } from '../../src/store/openStore.ts';

/** Runs `work` with the store of a data directory, beside the service that uses it or alone. */
export async function beside<Result>(dataDir: string, work: (store: Store) => Promise<Result>): Promise<Result> {
  const store = await openStore({ dataDir, mongodBinary: process.env.MONGOD_BINARY });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}
