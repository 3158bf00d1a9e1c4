import { CodedError } from '../../store/codedError.ts';
import type { PdfMade, Printed } from '../printed.ts';
import { drawPages } from './drawPages.ts';
import { lacking, withMarks } from './lacking.ts';
import { pen, typeface } from './pen.ts';

/** A document as PDF, or why it cannot be one; `allTheSame`: characters that the typeface lacks become 〓. It takes the thread for a while. */
export async function pdfOf(printed: Printed, allTheSame: boolean): Promise<PdfMade> {
  const { has } = typeface();
  const missing = lacking(printed, has);
  if (missing.length > 0 && !allTheSame) return { lacking: missing };
  const writer = pen(printed, (text) => (missing.length > 0 ? withMarks(text, has) : text));
  const chunks: Buffer[] = [];
  writer.doc.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise((resolve) => writer.doc.once('end', resolve));
  try {
    drawPages(printed, writer);
  } catch (error) {
    if (error instanceof CodedError && error.code === 'does-not-fit') return { tooLong: error.message };
    throw error;
  }
  writer.doc.end();
  await ended;
  return { bytes: Buffer.concat(chunks) };
}
