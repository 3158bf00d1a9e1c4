import type { ReadSlipAudit } from '../../fund/paper/index.ts';
import { type Printed, TICK } from '../printed.ts';
import { type About, footerOf, headOf } from './about.ts';

/** The sheet with which slips that were drawn are compared with the box: where each lies, and room for what the paper says. What was keyed does not stand on it. */
export function compareSheet(about: About, { drawn, slips }: ReadSlipAudit, printedSerial: (serial: string) => string): Printed {
  const { now, text } = about;
  const { say } = text;
  const place = (number: number | null) => (number === null ? '–' : String(number));
  return {
    ...{ title: say('compare.title'), language: text.language, at: now, paper: 'A4', footer: footerOf(about, say('compare.title')) },
    blocks: [
      ...headOf(about, say('compare.title')),
      { text: say('compare.about', { drawn: drawn.length, slips }), size: 12 },
      { items: [1, 2, 3].map((step) => say(`compare.step${step}`)), numbered: true, size: 12 },
      { space: 3 },
      {
        table: {
          columns: [
            { head: say('compare.table'), share: 1 },
            { head: say('compare.batch'), share: 1 },
            { head: say('compare.serial'), share: 2.2, bold: true },
            { head: say('compare.says'), share: 5 },
            { head: say('compare.entered'), share: 1, align: 'center' },
          ],
          rows: drawn.map(({ serial, table, batch }) => [place(table), place(batch), printedSerial(serial), '', TICK]),
          size: 11.5,
          rowHeight: 9,
        },
      },
      { space: 8 },
      { lines: [say('compare.signOne'), say('compare.signTwo')] },
    ],
  };
}
