import { config } from '../../src/app/config.ts';
import { readRunFile } from '../../src/app/runFile.ts';
import { worldBeside } from '../../src/demo/clock.ts';
import { openStore, type Store } from '../../src/store/openStore.ts';

/** Runs on the database of the settings, beside a running service or alone, and closes it. Beside a demo it uses the demo's clock. */
export async function withStore<Result>(run: (store: Store) => Promise<Result>): Promise<Result> {
  const settings = config();
  const store = await openStore(settings);
  try {
    return await run({ ...store, world: await worldBeside(store.world, readRunFile(settings.dataDir)) });
  } finally {
    await store.close();
  }
}
