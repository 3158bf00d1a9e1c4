import { voteOf } from '../../fund/cycles/index.js';
import { TICK } from '../printed.js';
import { headOf, unbroken } from './about.js';
const ROUTINES = { cadre: 10, witness: 7, keyer: 8, supervisor: 7 };
/** What a table needs on its day: the sheets for its opening and closing, and one page of routine for each role. */
export function tableSheets(about) {
    const { text, now, cycle } = about;
    const { say, time } = text;
    const vote = voteOf(cycle, now);
    const write = { rowHeight: 11, size: 11.5, columns: [{ share: 3 }, { share: 2 }] };
    const blank = (keys) => keys.map((key) => [say(`table.${key}`), '']);
    const signs = [{ space: 4 }, { lines: [say('table.signOne'), say('table.signTwo')] }];
    const opening = [
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
                rows: ['box', 'lists', 'pages'].map((key) => [TICK, say(`table.check.${key}`)]),
                open: true,
            },
        },
        ...signs,
    ];
    const closing = [
        ...headOf(about, say('table.closing')),
        { text: say('table.closingAbout'), size: 11.5 },
        ...(vote ? [{ text: say('table.closes', { to: unbroken(time(vote.to, 'until')) }), size: 11.5, bold: true }] : []),
        { space: 2 },
        { table: { ...write, rows: blank(['place', 'number', 'closedAt', 'a', 'b', 'c', 'd', 'sum', 'e']) } },
        { space: 2 },
        {
            table: {
                columns: [
                    { share: 1, size: 14 },
                    { share: 14, size: 11.5 },
                ],
                rows: ['slips', 'marks'].map((key) => [TICK, say(`table.check.${key}`)]),
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
                rows: ['right', 'incident'].map((key) => [TICK, say(`table.check.${key}`)]),
                open: true,
            },
        },
        { lines: [say('table.sign'), say('table.day')] },
    ];
    const routines = Object.entries(ROUTINES).flatMap(([role, steps]) => [
        { newPage: true },
        ...headOf(about, say(`routine.${role}.title`)),
        { text: say(`routine.${role}.about`), size: 15 },
        { space: 3 },
        ...Array.from({ length: steps }, (_, index) => [
            {
                beside: [
                    { share: 1, blocks: [{ text: String(index + 1), size: 24, bold: true }] },
                    { share: 14, blocks: [{ text: say(`routine.${role}.step${index + 1}`), size: 15.5 }] },
                ],
                middle: true,
            },
            { space: 3 },
        ]).flat(),
    ]);
    return {
        ...{ title: say('table.title'), language: text.language, at: now, paper: 'A4' },
        blocks: [...opening, { newPage: true }, ...closing, ...routines],
    };
}
