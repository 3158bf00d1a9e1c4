import mongoose from 'mongoose';
import { config } from '../../src/app/config.ts';
import { logger } from '../../src/app/logger.ts';
import { startServer } from '../../src/app/server.ts';

/**
 * The service in a process of its own, watched with a short limit. It prints `watched`; a line on its standard input afterwards
 * has its connection to the database settle no command any more, though the database is well.
 */
const service = await startServer(config(), logger('silent'));
service.watch(
  (error) => {
    console.error(error.message);
    process.exit(1);
  },
  { every: 200, limit: 8_000 },
);
console.log('watched');
process.stdin.once('data', () => {
  const { db } = mongoose.connection;
  if (db) db.command = () => new Promise(() => {});
});
