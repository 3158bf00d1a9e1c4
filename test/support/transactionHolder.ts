import mongoose from 'mongoose';
import { connect } from '../../src/store/connect.ts';

/** A process that changes a document, `things` with the `_id` TEST_ID, in a transaction that it ends when it is asked to stop (SIGTERM). Run with TEST_URI. Prints `open` once it has. */
const { TEST_URI = '', TEST_ID = '' } = process.env;
await connect(TEST_URI);
const client = mongoose.connection.getClient();
const session = client.startSession();
session.startTransaction();
await client
  .db()
  .collection<{ _id: string }>('things')
  .updateOne({ _id: TEST_ID }, { $set: { by: 'holder' } }, { session });
process.stdout.write('open\n');
process.once('SIGTERM', async () => {
  await session.abortTransaction();
  await mongoose.disconnect();
  process.exit();
});
setInterval(() => {}, 60_000);
