import { stopServers } from './database.ts';

/** Stops what the run started of `mongod`. A handle that a test forgot keeps the process alive: it is named, and the run fails. */
export async function mochaGlobalTeardown(): Promise<void> {
  await stopServers();
  setTimeout(() => {
    console.error(`Something was not closed after the tests: ${process.getActiveResourcesInfo().join(', ')}`);
    process.exit(1);
  }, 10_000).unref();
}
