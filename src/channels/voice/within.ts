import { deadlinePassed } from '../../dialog/deadlinePassed.ts';

/** What comes of it, or a rejection after so many milliseconds: a database that hangs does not reject by itself before a caller has hung up. */
export function within<Value>(ms: number, work: Promise<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(deadlinePassed()), Math.max(0, ms));
    work.finally(() => clearTimeout(late)).then(resolve, reject);
  });
}
