import { stopServers } from './database.ts';

/** mocha sends SIGTERM to a worker that does not end in a second. One that is counted writes what it ran as it ends, which takes longer: without this it is lost. */
if (process.env.NODE_V8_COVERAGE) process.on('SIGTERM', () => {});

/** Stops what the run started of `mongod`. A handle that a test forgot keeps the process alive: it is named, and the run fails. */
export async function mochaGlobalTeardown(): Promise<void> {
  await stopServers();
  setTimeout(() => {
    console.error(`Something was not closed after the tests: ${process.getActiveResourcesInfo().join(', ')}`);
    process.exit(1);
  }, 10_000).unref();
}
