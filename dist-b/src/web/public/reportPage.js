import { html } from '../html.js';
import { layout } from './layout.js';
/** `/c/SLUG/report`: the year's report as a page, with the same words and numbers as the PDF. */
export function reportPage({ community, printed, own }, frame) {
    const { say, link } = frame.pageText;
    const content = html `<div class="wide content"><section class="report">
${printed.blocks.map(block)}
<p><a class="more" href="${link(own)}">${say('proposals.back')}</a></p>
</section></div>`;
    return layout(frame, `${printed.title} · ${community.name}`, content);
}
/** The blocks of which the report is made; what only paper needs is left out. */
function block(given) {
    if ('heading' in given)
        return given.level === undefined || given.level === 1 ? html `<h1>${given.heading}</h1>\n` : html `<h2>${given.heading}</h2>\n`;
    if ('text' in given)
        return html `<p>${lines(given.text)}</p>\n`;
    if ('table' in given)
        return table(given.table);
    return html ``;
}
/** Of more columns a phone has no room beside each other: each row stands there as a list, with the heads before its cells. */
const MOST_ON_PHONE = 3;
function table({ columns, rows }) {
    const isHeaded = columns.some(({ head }) => head);
    const heads = html `<thead><tr>${columns.map(({ head, align }) => html `<th scope="col"${align === 'right' ? html ` class="amount"` : ''}>${head ?? ''}</th>`)}</tr></thead>\n`;
    const cells = (row) => row.map((cell, index) => {
        const said = typeof cell === 'string' ? lines(cell) : 'tick' in cell ? '' : lines(cell.text);
        const { align, head } = columns[index] ?? {};
        const about = html `${align === 'right' ? html ` class="amount"` : ''}${head ? html ` data-head="${head}"` : ''}`;
        return isHeaded || index > 0 ? html `<td${about}>${said}</td>` : html `<th scope="row">${said}</th>`;
    });
    return html `<div class="scrolls" tabindex="0"><table${columns.length > MOST_ON_PHONE ? html ` class="stacks"` : ''}>
${isHeaded ? heads : ''}<tbody>
${rows.map((row) => html `<tr>${cells(row)}</tr>\n`)}</tbody></table></div>
`;
}
function lines(text) {
    return html `${text.split('\n').map((line, index) => html `${index > 0 ? html `<br>` : ''}${line}`)}`;
}
