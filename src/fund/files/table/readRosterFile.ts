import { parentPort, workerData } from 'node:worker_threads';
import { readTable } from './readTable.ts';
import { rosterRows } from './rosterRows.ts';

/** Runs in a thread (`../importResidents.ts`): reads what somebody uploaded. */
const { bytes, mostRows }: { bytes: Uint8Array; mostRows: number } = workerData;
const table = await readTable(bytes, mostRows);
parentPort?.postMessage('rows' in table ? rosterRows(table.rows) : table);
