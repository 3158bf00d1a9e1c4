import { channel } from 'node:diagnostics_channel';

/** How many entries each command wrote into the ledgers, for whoever measures it. */
export const ledgerBatches = channel('yisheng.ledger.batch');
