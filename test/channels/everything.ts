import mongoose from 'mongoose';

/**
 * How many documents each collection holds, and how many turns all conversations have had. Whatever is recorded changes one of these numbers; that a
 * job of the service ran for the first time (`runs`) is nothing that was sent, and what an earlier message missed is written up to a second later (`misses`).
 */
export async function everything(): Promise<Record<string, number>> {
  const { db } = mongoose.connection;
  if (!db) throw new Error('the database is not connected');
  const recorded: Record<string, number> = {};
  for (const { name } of await db.listCollections().toArray())
    if (!BESIDE.includes(name)) recorded[name] = await db.collection(name).countDocuments();
  const [turns] = await db
    .collection('conversations')
    .aggregate([{ $group: { _id: null, sum: { $sum: '$revision' } } }])
    .toArray();
  return { ...recorded, turns: turns?.sum ?? 0 };
}

const BESIDE: readonly string[] = ['runs', 'misses'];
