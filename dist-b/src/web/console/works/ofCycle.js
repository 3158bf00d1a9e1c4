import { firstWithAccount, readAccount } from '../../../fund/accounts/index.js';
import { begunCycles, currentCycleForReaders, cycleForReaders } from '../../../fund/cycles/index.js';
import { html } from '../../html.js';
import { address } from '../query.js';
/** Links to the same page of other cycles; nothing where there is only one. `shown`: the cycle that the page shows, if it is one. */
export async function cycleLinks(visit, page, shown) {
    const { say, theirs } = visit.text;
    const cycles = await begun(visit);
    if (cycles.length < 2)
        return html ``;
    const links = cycles
        .slice(0, MOST_CYCLES)
        .map(({ id, title }) => html `<a href="${address(`${visit.own}/${page}`, { cycle: id })}"${id === shown ? html ` aria-current="true"` : ''}>${theirs(title)}</a>`);
    return html `<nav class="views" aria-label="${say('works.cycles')}">${links}</nav>`;
}
const MOST_CYCLES = 8;
/** The cycle that an address names, of this community; without one the newest that has an account, or else the current one. */
export async function cycleAsked(world, visit, asked) {
    const { community, now } = visit;
    const id = asked ?? (await firstWithAccount((await begun(visit)).map((cycle) => cycle.id)));
    if (id === undefined)
        return currentCycleForReaders(world)(community._id, now);
    const cycle = await cycleForReaders(world)(id);
    return cycle?.community === community._id ? cycle : null;
}
/** The cycles that have begun, looked up once for each request. */
function begun(visit) {
    const known = BEGUN.get(visit) ?? begunCycles(visit.community._id, visit.now);
    BEGUN.set(visit, known);
    return known;
}
const BEGUN = new WeakMap();
/** The account, for those who may see it. */
export async function accountOf(visit, cycle) {
    return visit.sees('account') ? readAccount(visit.community._id, cycle, visit.reader('account')) : null;
}
export function titleOf({ projects }, number) {
    return projects.find((project) => project.number === number)?.title ?? '';
}
export function warningList(say, warnings) {
    const items = warnings.map((warning) => html `<li class="late">${say(`works.warning.${warning}`)}</li>`);
    return items.length > 0 ? html `<ul class="warned">${items}</ul>` : html ``;
}
/** A whole number as people write it, `60,000` and `６００００` too; NaN if it is none. */
export function amountIn(text) {
    const plain = text.normalize('NFKC').replace(/[\s,，]/g, '');
    return /^-?\d{1,13}$/.test(plain) ? Number(plain) : Number.NaN;
}
