import { config } from '../../src/config.ts';
import { openStore, type Store } from '../../src/store/openStore.ts';

/** Runs on the database of the settings, beside a running service or alone, and closes it. */
export async function withStore<Result>(run: (store: Store) => Promise<Result>): Promise<Result> {
  const store = await openStore(config());
  try {
    return await run(store);
  } finally {
    await store.close();
  }
}
