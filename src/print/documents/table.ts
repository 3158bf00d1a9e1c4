import { voteOf } from '../../fund/cycles/index.ts';
import { entriesIn } from '../../store/names.ts';
import type { PageKeyIn } from '../../store/textKeys.ts';
import { type Block, type Printed, TICK } from '../printed.ts';
import { type About, headOf, unbroken } from './about.ts';

/** The steps of each role. */
const ROUTINES = {
  cadre: [
    ...['cadre.step1', 'cadre.step2', 'cadre.step3', 'cadre.step4', 'cadre.step5', 'cadre.step6', 'cadre.step7', 'cadre.step8'],
    ...['cadre.step9', 'cadre.step10'],
  ],
  witness: ['witness.step1', 'witness.step2', 'witness.step3', 'witness.step4', 'witness.step5', 'witness.step6', 'witness.step7'],
  keyer: ['keyer.step1', 'keyer.step2', 'keyer.step3', 'keyer.step4', 'keyer.step5', 'keyer.step6', 'keyer.step7', 'keyer.step8'],
  supervisor: [
    ...['supervisor.step1', 'supervisor.step2', 'supervisor.step3', 'supervisor.step4', 'supervisor.step5', 'supervisor.step6', 'supervisor.step7'],
  ],
} as const;

/** What everybody at the table has to know, in a minute. */
const QUICK = [1, 2, 3, 4, 5] as const;

/** What a table needs on its day: the sheets for its opening and closing, a page from which a helper learns it in a minute, and one of routine for each role. */
export function tableSheets(about: About): Printed {
  const { text, now, cycle } = about;
  const { say, time } = text;
  const vote = voteOf(cycle, now);
  const write = { rowHeight: 11, size: 11.5, columns: [{ share: 3 }, { share: 2 }] } as const;
  const blank = (keys: readonly PageKeyIn<'print', 'table'>[]) => keys.map((key) => [say(`table.${key}`), '']);
  const signs: Block[] = [{ space: 4 }, { lines: [say('table.signOne'), say('table.signTwo')] }];
  const opening: Block[] = [
    ...headOf(about, say('table.opening')),
    { text: say('table.openingAbout'), size: 11.5 },
    { space: 2 },
    { table: { ...write, rows: blank(['place', 'number', 'openedAt', 'received', 'seal']) } },
    { space: 3 },
    {
      table: {
        columns: [
          { share: 1, size: 14 },
          { share: 14, size: 11.5 },
        ],
        rows: (['box', 'lists', 'pages'] as const).map((key) => [TICK, say(`table.check.${key}`)]),
        open: true,
      },
    },
    ...signs,
  ];
  const closing: Block[] = [
    ...headOf(about, say('table.closing')),
    { text: say('table.closingAbout'), size: 11.5 },
    ...(vote ? [{ text: say('table.closes', { to: unbroken(time(vote.to, 'until')) }), size: 11.5, bold: true as const }] : []),
    { space: 2 },
    { table: { ...write, rows: blank(['place', 'number', 'closedAt', 'a', 'b', 'c', 'd', 'sum', 'e']) } },
    { space: 2 },
    {
      table: {
        columns: [
          { share: 1, size: 14 },
          { share: 14, size: 11.5 },
        ],
        rows: (['slips', 'marks'] as const).map((key) => [TICK, say(`table.check.${key}`)]),
        open: true,
      },
    },
    { text: say('table.difference'), size: 11.5 },
    { table: { columns: [{ share: 1 }], rows: [['']], rowHeight: 18 } },
    ...signs,
    { space: 4 },
    { text: say('table.supervisor'), size: 11.5, bold: true },
    {
      table: {
        columns: [
          { share: 1, size: 14 },
          { share: 14, size: 11.5 },
        ],
        rows: (['right', 'incident'] as const).map((key) => [TICK, say(`table.check.${key}`)]),
        open: true,
      },
    },
    { lines: [say('table.sign'), say('table.day')] },
  ];
  const routines = entriesIn(ROUTINES).flatMap(([role, steps]): Block[] => [
    { newPage: true },
    ...headOf(about, say(`routine.${role}.title`)),
    { text: say(`routine.${role}.about`), size: 15 },
    { space: 3 },
    ...steps.flatMap((step, index): Block[] => [
      {
        beside: [
          { share: 1, blocks: [{ text: String(index + 1), size: 24, bold: true }] },
          { share: 14, blocks: [{ text: say(`routine.${step}`), size: 15.5 }] },
        ],
        middle: true,
      },
      { space: 3 },
    ]),
  ]);
  const quick: Block[] = [
    { newPage: true },
    ...headOf(about, say('routine.quick.title')),
    { text: say('routine.quick.about'), size: 18 },
    { space: 6 },
    ...QUICK.flatMap((step): Block[] => [
      {
        beside: [
          { share: 1, blocks: [{ text: String(step), size: 44, bold: true }] },
          { share: 8, blocks: [{ text: say(`routine.quick.step${step}`), size: 24, bold: true }] },
        ],
        middle: true,
      },
      { space: 7 },
    ]),
  ];
  return {
    ...{ title: say('table.title'), language: text.language, at: now, paper: 'A4' },
    blocks: [...opening, { newPage: true }, ...closing, ...quick, ...routines],
  };
}
