import { parentPort, workerData } from 'node:worker_threads';
import { readTable } from './readTable.ts';

/** Runs in a thread (`../importAccount.ts`): reads the rows of what somebody uploaded. */
const { bytes, mostRows }: { bytes: Uint8Array; mostRows: number } = workerData;
parentPort?.postMessage(await readTable(bytes, mostRows));
