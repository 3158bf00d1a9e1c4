import { vault } from '../../src/store/vault.ts';

/** The secret of the processes that are measured, the same in all of them: as it is written, and its bytes. */
export const SECRET = Buffer.from('bench secret that is long enough for anyone').toString('base64');
export const SECRET_BYTES = Buffer.from(SECRET, 'base64');
export const benchVault = vault(SECRET_BYTES);
