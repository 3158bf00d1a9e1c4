import mongoose from 'mongoose';

/**
 * Called inside a `describe` whose tests kill processes: the server itself ends the transactions that they leave open, after a second instead of a
 * minute. Gives a function that waits until none is open.
 */
export function useShortTransactions(): () => Promise<void> {
  const admin = () => mongoose.connection.getClient().db('admin');
  const endAfter = (seconds: number) => admin().command({ setParameter: 1, transactionLifetimeLimitSeconds: seconds });
  beforeEach(() => endAfter(1));
  afterEach(() => endAfter(60));
  return async () => {
    const open = [{ $currentOp: { idleSessions: true } }, { $match: { transaction: { $exists: true } } }, { $limit: 1 }];
    while ((await admin().aggregate(open).toArray()).length > 0);
  };
}

/** Kills this process at some moment of the next milliseconds, in whatever it is doing then. */
export function killSoon(): void {
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), Math.random() * 20);
}
