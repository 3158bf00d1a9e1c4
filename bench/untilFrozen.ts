import { setTimeout as sleep } from 'node:timers/promises';
import mongoose from 'mongoose';

/** Waits until the service has frozen the ballot of every cycle that has a vote. It does that once, as a vote opens. */
export async function untilFrozen(uri: string): Promise<void> {
  const client = await new mongoose.mongo.MongoClient(uri).connect();
  try {
    while (
      await client
        .db()
        .collection('cycles')
        .findOne({ frozen: { $exists: false }, 'stages.stage': 'vote' })
    )
      await sleep(200);
  } finally {
    await client.close();
  }
}
