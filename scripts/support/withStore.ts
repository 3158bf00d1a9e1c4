import { config } from '../../src/app/config.ts';
import { readRunFile } from '../../src/app/runFile.ts';
import { worldBeside } from '../../src/demo/clock.ts';
import { openStore, type Store } from '../../src/store/openStore.ts';
import { VERSION } from '../../src/store/version.ts';

/** Runs on the database of the settings, beside a running service or alone, and closes it. Beside a demo it uses the demo's clock. */
export async function withStore<Result>(run: (store: Store) => Promise<Result>): Promise<Result> {
  const settings = config();
  const service = readRunFile(settings.dataDir);
  const store = await openStore(settings, { hasIndexes: service?.version === VERSION });
  try {
    return await run({ ...store, world: await worldBeside(store.world, service) });
  } finally {
    await store.close();
  }
}
