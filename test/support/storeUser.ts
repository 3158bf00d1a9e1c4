import mongoose from 'mongoose';
import { openStore } from '../../src/store/openStore.ts';

/**
 * A process that uses the store under the data directory given: prints `{"mongod": PID}` once it is open, and closes it
 * when its standard input ends.
 */
const store = await openStore({ dataDir: process.argv[2] ?? '', mongodBinary: process.env.MONGOD_BINARY });
const status = await mongoose.connection.getClient().db('admin').command({ serverStatus: 1 });
console.log(JSON.stringify({ mongod: Number(status.pid) }));
process.stdin.resume().once('end', () => void store.close());
