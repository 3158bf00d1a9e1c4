import { parentPort, workerData } from 'node:worker_threads';
import type { Printed } from '../printed.ts';
import { pdfOf } from './pdfOf.ts';

/** Runs in a thread (`../printPdf.ts`): writes a document as PDF. */
const { printed, allTheSame }: { printed: Printed; allTheSame: boolean } = workerData;
parentPort?.postMessage(await pdfOf(printed, allTheSame));
