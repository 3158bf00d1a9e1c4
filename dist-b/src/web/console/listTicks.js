import { html } from '../html.js';
import { listValues, MOST_TICKED } from './listState.js';
import { address } from './query.js';
/** The box of a row. It belongs to the form, which stands below the table. */
export function tickBox({ text: { say } }, { keyOf, labelOf }, { isAll, ticked }, row) {
    const key = keyOf(row);
    const marks = isAll ? html ` checked disabled` : ticked.includes(key) ? html ` checked` : '';
    return html `<td class="tick"><input type="checkbox" name="tick" value="${key}" form="ticked" aria-label="${say('list.tick', { what: labelOf(row) })}"${marks}></td>`;
}
/** What is chosen on other pages, and links that choose many rows at once: the address says which. A script makes a box of them that ticks the page. */
export function tickLinks({ text: { say } }, { path, state, keys, count }) {
    const { ticked, isAll } = state;
    const link = (name, change, params = {}) => html `<a href="${address(path, listValues({ ...state, ...change }))}">${say(`list.${name}`, params)}</a> `;
    const page = [...new Set([...ticked, ...keys])];
    const elsewhere = elsewhereIn(state, keys).length;
    return html `<p class="ticks" data-all="${say('list.tickPage')}">${isAll ? html `<strong>${say('list.allTicked', { count: count ?? 0 })}</strong> ` : ''}${elsewhere > 0 && !isAll ? html `<span>${say('list.elsewhere', { count: elsewhere })}</span> ` : ''}${!isAll && page.length <= MOST_TICKED ? link('tickPage', { ticked: page }) : ''}${!isAll && count !== undefined ? link('tickAll', { ticked: [], isAll: true }, { count }) : ''}${isAll || ticked.length > 0 ? link('tickNone', { ticked: [], isAll: false }) : ''}</p>`;
}
/**
 * The form that the boxes belong to. Its address brings everything else that the list's address says, so that what it leads to is the same list. `to`:
 * where it is sent; `acts`: its fields and buttons. `next` is the place of the page that follows: its button takes the ticks of this page along.
 */
export function bulkForm({ text: { say } }, { path, state, keys, count }, to, acts, next) {
    const kept = { ...listValues({ ...state, ticked: elsewhereIn(state, keys) }), ...(state.isAll && { count }) };
    const further = next === undefined
        ? ''
        : html `<p class="further"><button class="quiet" formaction="${address(path, { ...kept, after: next })}" formnovalidate>${say('further')}</button></p>`;
    return html `<form id="ticked" method="post" action="${address(to, kept)}" class="bulk">${acts}${further}</form>`; // the first button is the one that Enter presses
}
function elsewhereIn({ ticked }, keys) {
    return ticked.filter((key) => !keys.includes(key));
}
