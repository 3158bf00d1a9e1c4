import mongoose from 'mongoose';
import { endAbandoned } from '../../src/store/abandoned.ts';

/** Ends the transactions that killed processes have left, and waits until none is open. */
export async function transactionsEnd(): Promise<void> {
  const admin = mongoose.connection.getClient().db('admin');
  const open = [{ $currentOp: { idleSessions: true } }, { $match: { transaction: { $exists: true } } }, { $limit: 1 }];
  while ((await admin.aggregate(open).toArray()).length > 0) await endAbandoned();
}

/** Kills this process at some moment of the next milliseconds, in whatever it is doing then. */
export function killSoon(): void {
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), Math.random() * 20);
}
