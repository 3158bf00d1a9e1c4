import mongoose from 'mongoose';

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
