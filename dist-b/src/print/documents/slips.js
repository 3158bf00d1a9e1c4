import { voteOf } from '../../fund/cycles/index.js';
import { TICK } from '../printed.js';
import { footerOf, headOf, unbroken } from './about.js';
/** So many projects stand on half a page. */
const HALF_PAGE = 12;
/**
 * Slips to vote on, two on a page, or one if there are many projects. Each bears its serial, also as a code, and no name; `printed`: a serial as people read
 * it.
 */
export function slipSheets(serials, printed, about) {
    const { text, now, cycle, community, projects } = about;
    const { say, money, time } = text;
    const vote = voteOf(cycle, now);
    const rows = projects.map(({ number, title, place, cost }) => [
        TICK,
        String(number),
        { text: title, note: place },
        unbroken(money(cost, cycle.currency)),
    ]);
    const columns = [
        { share: 1.1, size: 17 },
        { share: 1.4, size: 17, bold: true },
        { share: 9, size: 11 },
        { share: 3, size: 10, align: 'right' },
    ];
    const rules = [vote ? say('slip.hand', { until: unbroken(time(vote.to, 'until')) }) : say('slip.handIn'), say('slip.again'), say('slip.spoiled')];
    const cells = serials.map((serial) => [
        {
            beside: [
                {
                    share: 4,
                    blocks: [
                        { text: `${community.name} · ${cycle.title}`, size: 9.5 },
                        { text: say('slip.title'), size: 20, bold: true },
                        { text: howMany(cycle, text), size: 12, bold: true },
                    ],
                },
                {
                    share: 1.3,
                    blocks: [
                        { qr: serial, side: 23, align: 'right' },
                        { text: `${say('slip.serial')} ${unbroken(printed(serial))}`, size: 9.5, align: 'right' },
                    ],
                },
            ],
        },
    ]);
    const below = [{ space: 1 }, { table: { columns, rows, open: true } }, { space: 1.5 }, { items: rules, size: 9.5 }];
    const isHalf = projects.length <= HALF_PAGE;
    return {
        ...{ title: say('slip.title'), language: text.language, at: now, paper: 'A4', margin: 6 },
        blocks: [{ cells, below, columns: 1, rows: isHalf ? 2 : 1 }],
    };
}
/** How many projects may be ticked. */
export function howMany({ choices: { min, max } }, { say }) {
    if (min === max)
        return say('choose.exactly', { max });
    return min <= 1 ? say('choose.upTo', { max }) : say('choose.between', { min, max });
}
/** The sheet with which slips that were drawn are compared with the box: where each lies, and room for what the paper says. What was keyed does not stand on it. */
export function compareSheet(about, { drawn, slips }, printedSerial) {
    const { now, text } = about;
    const { say } = text;
    const place = (number) => (number === null ? '–' : String(number));
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
