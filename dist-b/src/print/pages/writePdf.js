import { answerApart } from '../../store/apart.js';
import { pdfOf } from './pdfOf.js';
/** Runs apart (`../printPdf.ts`): writes a document as PDF. */
answerApart(({ printed, allTheSame }) => pdfOf(printed, allTheSame));
