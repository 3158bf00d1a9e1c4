import { type CycleRecord, voteOf } from '../../fund/cycles/index.ts';
import type { ReadSlipAudit } from '../../fund/paper/index.ts';
import { type Block, type Printed, TICK } from '../printed.ts';
import { type About, footerOf, headOf, unbroken } from './about.ts';

/** With more projects no places stand on a slip. */
const MANY_PROJECTS = 24;
/** Type of a slip: nothing on it is smaller. */
const SIZE = 11;
/** As wide as its strip. */
const CODE = 30;

/**
 * Slips to vote on, two on a page (A4), one if there are many projects, on A3 if their titles are long, too; costs are left out if not even that has room.
 * Each is folded before it is handed in: the ticks lie inside, and its serial, also as a code as often as there is room, so that dirt on one hides it not, stays outside on a strip. It bears no name. `printed`: a
 * serial as people read it.
 */
export function slipSheets(serials: readonly string[], printed: (serial: string) => string, about: About): Printed {
  const { text, now, cycle, community, projects } = about;
  const { say, money, time } = text;
  const vote = voteOf(cycle, now);
  const isMany = projects.length > MANY_PROJECTS;
  const columns = [
    { share: 8.5, size: 13 },
    { share: 10.5, size: 14, bold: true as const },
    { share: 56, size: SIZE, note: SIZE },
  ];
  const withCosts = projects.map(({ number, title, place, cost }) => {
    const costs = unbroken(money(cost, cycle.currency));
    return [TICK, String(number), isMany ? `${title}\u3000${costs}` : { text: title, note: place ? `${place} · ${costs}` : costs }];
  });
  const inside = [withCosts, projects.map(({ number, title }) => [TICK, String(number), title])].map((rows): Block[] => [
    { text: `${community.name} · ${cycle.title}`, size: SIZE },
    { text: say('slip.title'), size: 18, bold: true },
    { text: howMany(cycle, text), size: 12, bold: true },
    { text: say('slip.spoiled'), size: SIZE },
    { space: 1 },
    { table: { columns, rows, open: true, room: 0.6 } },
  ]);
  const rules = [say('slip.fold'), vote ? say('slip.hand', { until: unbroken(time(vote.to, 'until')) }) : say('slip.handIn'), say('slip.again')];
  const strips = serials.map((serial): Block[] => [
    { qr: serial, side: CODE, align: 'center' },
    { text: say('slip.serial'), size: SIZE, align: 'center' },
    { text: unbroken(printed(serial)), size: 14, bold: true, align: 'center' },
    ...rules.flatMap((rule): Block[] => [{ space: 2 }, { text: rule, size: SIZE, ...(rule === rules[0] && { bold: true as const }) }]),
  ]);
  return {
    ...{ title: say('slip.title'), language: text.language, at: now, paper: 'A4', leading: 1.3 },
    blocks: [{ inside, strips, more: serials.map((serial): Block[] => [{ qr: serial, side: CODE, align: 'center' }]), strip: 33 }],
  };
}

/** How many projects may be ticked. */
export function howMany({ choices: { min, max } }: Pick<CycleRecord, 'choices'>, { say }: About['text']): string {
  if (min === max) return say('choose.exactly', { max });
  return min <= 1 ? say('choose.upTo', { max }) : say('choose.between', { min, max });
}

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
      { items: ([1, 2, 3] as const).map((step) => say(`compare.step${step}`)), numbered: true, size: 12 },
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
