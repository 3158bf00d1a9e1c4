import mongoose from 'mongoose';
import { APP_NAME } from './connect.ts';
import { isForbidden } from './databaseErrors.ts';

/** A transaction that waits so long for its process is looked at, in milliseconds: its connection was there before it was listed. */
const WAITS_MS = 500;

interface Operation {
  readonly type: string;
  readonly appName?: string;
  readonly connectionId?: number;
  readonly lsid?: { readonly id: mongoose.mongo.UUID };
  readonly transaction?: { readonly timeInactiveMicros: number | mongoose.mongo.Long };
}

/**
 * Ends the transactions of processes that have died: the server would keep them open for a minute, and until then nobody can change what they had
 * changed. Such a transaction waits for its process, and the connection over which that came is closed. A living process whose connection was closed
 * meanwhile takes its transaction again.
 *
 * Any user may list and end their own, also one who may only read and write one database; of a server that refuses even that nothing is ended.
 */
export async function endAbandoned(): Promise<void> {
  const admin = mongoose.connection.getClient().db('admin');
  try {
    const listed = await admin
      .aggregate<Operation>([
        { $currentOp: { allUsers: false, idleConnections: true, idleSessions: true } },
        { $match: { appName: APP_NAME } },
        { $project: { type: 1, connectionId: 1, lsid: 1, transaction: 1 } },
      ])
      .toArray();
    const connected = new Set(listed.flatMap(({ type, connectionId }) => (type === 'op' ? (connectionId ?? []) : [])));
    const abandoned = listed.flatMap(({ type, connectionId, lsid, transaction }) => {
      const waits = type === 'idleSession' && Number(transaction?.timeInactiveMicros ?? 0) >= WAITS_MS * 1_000;
      return waits && lsid && connectionId !== undefined && !connected.has(connectionId) ? [{ id: lsid.id }] : [];
    });
    if (abandoned.length > 0) await admin.command({ killSessions: abandoned });
  } catch (error) {
    if (!isForbidden(error)) throw error;
  }
}
