import { setTimeout as sleep } from 'node:timers/promises';
import { deadlinePassed } from '../../dialog/deadlinePassed.ts';

/** What comes of it, or a rejection after so many milliseconds: a database that hangs does not reject by itself before a caller has hung up. */
export async function within<Value>(ms: number, work: Promise<Value>): Promise<Value> {
  const over = new AbortController();
  const late = sleep(Math.max(0, ms), undefined, { signal: over.signal }).then(() => Promise.reject(deadlinePassed()));
  try {
    return await Promise.race([work, late]);
  } finally {
    over.abort();
  }
}
