import { setTimeout as sleep } from 'node:timers/promises';

/** As long as a machine that does much else may take, and shorter than what mocha waits for a test. Milliseconds. */
const PATIENCE_MS = 50_000;

/** The first result of `look` that there is: waits for it, in place of so long. Fails with what never came. */
export async function until<Found>(what: string, look: () => Found | Promise<Found>): Promise<NonNullable<Found>> {
  for (const end = performance.now() + PATIENCE_MS; performance.now() < end; await sleep(20)) {
    const found = await look();
    if (found) return found;
  }
  throw new Error(`${what} never came`);
}
