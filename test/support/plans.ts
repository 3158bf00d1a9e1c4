import mongoose from 'mongoose';

/** An operation of the database, as text, and the plan by which it was answered. */
export interface Planned {
  readonly asked: string;
  readonly plan: string;
  /** How many documents, or keys of an index if these were more, it looked at. */
  readonly examined: number;
}

/** The operations of the database while `run` runs, with their plans; an operation without a plan of its own is left out. */
export async function plansOf(run: () => Promise<void>): Promise<Planned[]> {
  const { db } = mongoose.connection;
  await db?.command({ profile: 2 });
  await run();
  await db?.command({ profile: 0 });
  const profiled =
    (await db
      ?.collection('system.profile')
      .find({ op: { $in: ['query', 'update', 'remove', 'command'] } })
      .toArray()) ?? [];
  const planned: Planned[] = [];
  for (const { op, ns, command, docsExamined = 0, keysExamined = 0 } of profiled) {
    const plan = await planOf(op, ns, command); // one after the other: all at once may wait longer for a connection than one may
    if (plan !== undefined) planned.push({ asked: JSON.stringify([op, ns, command]), examined: Math.max(docsExamined, keysExamined), plan });
  }
  return planned;
}

/** The plan of a profiled operation by `explain`; undefined if it has none of its own (a bulk write's parts are profiled one by one). */
async function planOf(op: string, ns: string, command: Record<string, unknown>): Promise<string | undefined> {
  const collection = ns.slice(ns.indexOf('.') + 1);
  const asked = explainable(op, collection, command);
  if (!asked) return undefined;
  const explained = await mongoose.connection.db?.command({ explain: asked, verbosity: 'queryPlanner' });
  return JSON.stringify(explained);
}

function explainable(op: string, collection: string, command: Record<string, unknown>): Record<string, unknown> | undefined {
  if (op === 'update')
    return { update: collection, updates: [{ q: command.q, u: command.u, multi: command.multi ?? false, upsert: command.upsert ?? false }] };
  if (op === 'remove') return { delete: collection, deletes: [{ q: command.q, limit: command.limit ?? 0 }] };
  const kind = ['find', 'aggregate', 'count', 'distinct', 'findAndModify'].find((name) => name in command);
  if (!kind) return undefined;
  const { lsid: _, $db: __, $clusterTime: ___, readConcern: ____, writeConcern: _____, txnNumber: ______, ...asked } = command;
  return asked;
}

/** How many operations on a collection the database was asked for, over any connection, while `work` ran. */
export async function profiled(collection: string, work: () => Promise<void>): Promise<number> {
  const { db } = mongoose.connection;
  if (!db) throw new Error('not connected');
  const from = new Date();
  await db.command({ profile: 2 });
  await work();
  await db.command({ profile: 0 });
  return db.collection('system.profile').countDocuments({ ns: `${db.databaseName}.${collection}`, ts: { $gte: from } });
}
