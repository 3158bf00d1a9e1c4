import { isOpenState } from '../../../fund/proposals/index.js';
import { html } from '../../html.js';
import { address } from '../query.js';
/** The proposals that look most like one, with what both say marked: to merge it into one of them, or to note that they are not the same. */
export function nearList(visit, { number }, cycle, near, around) {
    const { text, own } = visit;
    const { say } = text;
    if (near.length === 0)
        return html ``;
    const { inList, mayMerge, maySort } = around;
    const button = (path, name, value, label, what = label) => html `<form method="post" action="${address(`${own}/proposals/${number}/${path}`, inList)}"><button class="quiet" name="${name}" value="${value}" aria-label="${what}">${label}</button></form>`;
    const items = near.map((other) => {
        const isHere = other.cycle === cycle;
        const isOpen = isOpenState(other.state);
        const name = isHere
            ? html `<a href="${address(`${own}/proposals/${other.number}`, inList)}">${other.number}</a>`
            : html `${say('proposal.earlier')} ${other.number}`;
        const place = other.samePlace === undefined ? '' : say(other.samePlace ? 'proposal.samePlace' : 'proposal.otherPlace');
        const about = [place, say(`proposal.stateOf.${other.state}`)].filter((part) => part !== '').join(' · ');
        const params = { number: other.number };
        const acts = [
            ...(isHere && isOpen && mayMerge ? [button('merge', 'into', other.number, say('proposal.mergeIntoThis', { own: number, ...params }))] : []),
            ...(maySort
                ? [button('distinct', isHere ? 'other' : 'earlier', other.number, say('proposal.notSame'), say('proposal.notSameAs', params))]
                : []),
        ];
        return html `<li><div>${name} ${marked(visit, other)} <span class="age">${about}</span>${acts.length > 0 ? html `<div class="acts">${acts}</div>` : ''}</div></li>
`;
    });
    return html `<section aria-labelledby="near"><h2 id="near">${say('proposal.near')}</h2><ul class="near">${items}</ul></section>`;
}
function marked({ text: { theirs } }, { text, marks }) {
    const parts = [];
    let end = 0;
    for (const { from, to } of marks) {
        if (from > end)
            parts.push(theirs(text.slice(end, from)));
        parts.push(html `<mark>${theirs(text.slice(from, to))}</mark>`);
        end = to;
    }
    if (end < text.length)
        parts.push(theirs(text.slice(end)));
    return html `${parts}`;
}
