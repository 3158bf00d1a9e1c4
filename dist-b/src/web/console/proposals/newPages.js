import { LONGEST_PROPOSAL } from '../../../fund/proposals/index.js';
import { cleanText } from '../../../store/text.js';
import { html } from '../../html.js';
import { choice, doneNotice, errorSummary, field } from '../frame.js';
import { typed } from '../query.js';
/** Lines that can be pasted at once. */
export const MOST_LINES = 200;
/** Characters of everything that is pasted; what is longer is refused whole, and sent back whole. */
const LONGEST_PASTE = MOST_LINES * (LONGEST_PROPOSAL + 1);
const LONGEST_SENT = 1_000_000;
/**
 * So like a line a proposal, or a line before, has to be to be shown. 1: the same words. Of the texts of the tests' first two sets that have a mate 67 % are
 * shown one, and one in six that are shown is none; half of that likeness would find 89 %, and be wrong more than once in four times.
 */
export const LIKE = 0.38;
export function typedIn({ request }) {
    const key = typed(request, 'key', 32);
    return {
        key: /^[0-9a-f]{32}$/.test(key) ? key : '',
        text: typed(request, 'text', LONGEST_PROPOSAL + 1),
        lines: typed(request, 'lines', LONGEST_SENT),
        ...{
            origin: typed(request, 'origin'),
            category: typed(request, 'category'),
            name: typed(request, 'name', 40),
            phone: typed(request, 'phone', 40),
        },
    };
}
/** The origins of what a cadre writes down. */
const WRITTEN = ['paper', 'walk-in', 'meeting', 'phone'];
/** What of a form holds for each of its proposals; undefined if the origin is none. */
export function sharedOf({ community }, { origin, category }) {
    const from = WRITTEN.find((each) => each === origin);
    const known = community.categories?.find(({ name }) => name === category)?.name;
    return from && { origin: from, ...(known !== undefined && { category: known }) };
}
/** Whether a paste is longer than all lines together may be. */
export function isTooMuch({ lines }) {
    return [...lines].length > LONGEST_PASTE;
}
/** The lines of a paste without the empty ones, and how many these are. `known`: the texts of the cycle's proposals. */
export function linesOf(pasted, known) {
    const all = pasted.split('\n').map(cleanText);
    const numbers = new Map([...known].map(([number, text]) => [alike(text), number]));
    const first = new Map();
    const lines = all.flatMap((text, index) => {
        if (text === '')
            return [];
        const place = index + 1;
        const sameLine = first.get(alike(text));
        if (sameLine === undefined)
            first.set(alike(text), place);
        return [{ place, text, isTooLong: [...text].length > LONGEST_PROPOSAL, sameLine, sameNumber: numbers.get(alike(text)) }];
    });
    return { lines, empty: all.length - lines.length };
}
/** A text without blanks and punctuation: two that differ in nothing else say the same. */
function alike(text) {
    return text.toLowerCase().replace(/[\s\p{P}]+/gu, '');
}
/** The forms for one proposal and for many. */
export function newPage(visit, given, mistakes, done) {
    const { text, own } = visit;
    const { say } = text;
    const key = html `<input type="hidden" name="key" value="${given.key}">`;
    return [
        doneNotice(done),
        errorSummary(text, mistakes),
        html `<p><a href="${own}/proposals">${say('back')}</a></p><h1>${say('proposal.new')}</h1>
<div class="sides"><section aria-labelledby="one"><h2 id="one">${say('proposal.one')}</h2><form method="post" action="${own}/proposals/new">${key}
${field({ name: 'text', label: say('proposal.text'), value: given.text, mistake: mistakes.text, isLong: true, attributes: html ` maxlength="${LONGEST_PROPOSAL}"` })}
${choices(visit, given, mistakes, '')}
${field({ name: 'name', label: say('proposal.whose'), hint: say('proposal.maybe'), value: given.name })}
${field({ name: 'phone', label: say('proposal.phone'), hint: say('proposal.phoneHint'), value: given.phone, mistake: mistakes.phone, attributes: html ` inputmode="tel"` })}
<button>${say('proposal.writeDown')}</button></form></section>
<section aria-labelledby="many"><h2 id="many">${say('proposal.many')}</h2><form method="post" action="${own}/proposals/check">${key}${pasteFields(visit, given, mistakes)}
<button>${say('proposal.look')}</button></form></section></div>`,
    ];
}
/** What would be written down of a paste. */
export function checkPage(visit, given, found, mistakes) {
    const { text, own } = visit;
    const { say, theirs } = text;
    const { lines, empty } = found;
    const isRight = Object.keys(mistakes).length === 0;
    const rows = lines.slice(0, MOST_LINES).map(({ place, text: words, isTooLong, sameLine, likeLine, sameNumber, likeNumber, }) => html `<tr><td>${place}</td><td class="block">${theirs(words)}</td><td class="block">${isTooLong ? html `<span class="mistake">${say('proposal.tooLong', { most: LONGEST_PROPOSAL })}</span>` : ''}${sameLine ? say('proposal.sameLine', { line: sameLine }) : ''}${likeLine ? say('proposal.likeLine', { line: likeLine }) : ''} ${sameNumber ? html `<a href="${own}/proposals/${sameNumber}">${say('proposal.sameNumber', { number: sameNumber })}</a>` : ''}${likeNumber ? html `<a href="${own}/proposals/${likeNumber}">${say('proposal.likeNumber', { number: likeNumber })}</a>` : ''}</td></tr>
`);
    return [
        errorSummary(text, mistakes),
        html `<p><a href="${own}/proposals/new">${say('back')}</a></p><h1>${say('proposal.checkTitle')} <small>${say('list.count', { count: lines.length })}</small></h1>
${empty > 0 ? html `<p>${say('proposal.emptyLines', { count: empty })}</p>` : ''}
<table class="list"><thead><tr>${['line', 'text', 'noticed'].map((head) => html `<th scope="col">${say(`proposal.${head}`)}</th>`)}</tr></thead><tbody>${rows}</tbody></table>
<form method="post" action="${own}/proposals/check"><input type="hidden" name="key" value="${given.key}">
${isRight ? html `<p><button formaction="${own}/proposals/many">${say('proposal.writeThem', { count: lines.length })}</button></p>` : ''}
<h2>${say('proposal.change')}</h2>${pasteFields(visit, given, mistakes)}<button class="quiet">${say('proposal.look')}</button></form>`,
    ];
}
/** What is wrong with a paste. */
export function pasteMistakes({ text: { say } }, given, lines, hasOrigin) {
    const wrong = [
        ...(isTooMuch(given) ? [say('proposal.tooMuch', { most: LONGEST_PASTE })] : lines.length === 0 ? [say('proposal.noLines')] : []),
        ...(lines.length > MOST_LINES ? [say('proposal.manyLines', { most: MOST_LINES })] : []),
        ...(lines.some(({ isTooLong }) => isTooLong) ? [say('proposal.someTooLong', { most: LONGEST_PROPOSAL })] : []),
    ];
    return { ...(wrong[0] !== undefined && { lines: wrong.join(' ') }), ...(!hasOrigin && { 'many-origin': say('proposal.noOrigin') }) };
}
function pasteFields(visit, given, mistakes) {
    const { say } = visit.text;
    return html `${field({ name: 'lines', label: say('proposal.lines'), hint: say('proposal.linesHint', { most: MOST_LINES }), value: given.lines, mistake: mistakes.lines, isLong: true })}${choices(visit, given, mistakes, 'many-')}`;
}
/** Origin and category. `prefix`: what makes their ids the page's only ones. */
function choices({ text: { say }, community }, given, mistakes, prefix) {
    const none = { value: '', label: say('proposal.choose') };
    const origins = [none, ...WRITTEN.map((value) => ({ value, label: say(`proposal.originOf.${value}`) }))];
    const categories = (community.categories ?? []).map(({ name }) => ({ value: name, label: name }));
    const one = (name, values) => choice({ name, id: `${prefix}${name}`, label: say(`proposal.${name}`), value: given[name], values, mistake: mistakes[`${prefix}${name}`] });
    return html `${one('origin', origins)}${categories.length > 0 ? one('category', [none, ...categories]) : ''}`;
}
