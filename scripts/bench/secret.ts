import { vault } from '../../src/store/vault.ts';

/** The secret of what is measured, the same in all its processes: as it is written, and its bytes. */
export const SECRET = Buffer.from('bench secret that is long enough for anyone').toString('base64');
export const SECRET_BYTES = Buffer.from(SECRET, 'base64');
export const benchVault = vault(SECRET_BYTES);
