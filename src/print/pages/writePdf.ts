import { answerIsolated } from '../../store/runIsolated.ts';
import type { Printed } from '../printed.ts';
import { pdfOf } from './pdfOf.ts';

/** Runs apart (`../printPdf.ts`): writes a document as PDF. */
answerIsolated(({ printed, allTheSame }: { printed: Printed; allTheSame: boolean }) => pdfOf(printed, allTheSame));
