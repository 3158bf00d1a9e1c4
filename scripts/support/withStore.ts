import { config } from '../../src/config.ts';
import { readServiceNote } from '../../src/serviceNote.ts';
import { demoClock } from '../../src/store/demoClock.ts';
import { openStore, type Store } from '../../src/store/openStore.ts';

/** Runs on the database of the settings, beside a running service or alone, and closes it. Beside a demo it goes by the demo's clock. */
export async function withStore<Result>(run: (store: Store) => Promise<Result>): Promise<Result> {
  const settings = config();
  const store = await openStore(settings);
  try {
    if (!readServiceNote(settings.dataDir)?.demoToken) return await run(store);
    const { now } = await demoClock(store.world.now);
    return await run({ ...store, world: { ...store.world, now } });
  } finally {
    await store.close();
  }
}
