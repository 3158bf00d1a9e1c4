import { stopServer } from './database.ts';

/** Stops the run's `mongod`. A handle that a test forgot keeps the process alive: it is named, and the run fails. */
export async function mochaGlobalTeardown(): Promise<void> {
  await stopServer();
  setTimeout(() => {
    console.error(`Something was not closed after the tests: ${process.getActiveResourcesInfo().join(', ')}`);
    process.exit(1);
  }, 10_000).unref();
}
