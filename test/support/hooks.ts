import { stopServer } from './database.ts';

export const mochaGlobalTeardown = stopServer;
