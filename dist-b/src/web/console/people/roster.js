import { phone } from '../../../contacts/phone.js';
import { ROLES, readBuildings, readRoster } from '../../../fund/people/index.js';
import { cleanText } from '../../../store/text.js';
import { html } from '../../html.js';
import { field } from '../frame.js';
import { listValues } from '../listState.js';
import { address, oneOf } from '../query.js';
import { untilNextAct } from '../untilNextAct.js';
import { peopleNav } from './subNav.js';
/** The roster: search, filter by building and role, page by page. */
export function rosterList(world) {
    const read = readRoster(world);
    const known = untilNextAct(world, 'people', readBuildings);
    const buildings = new WeakMap();
    return {
        name: 'people',
        words: 'people',
        filters: { q: cleanText, building: (given) => given, role: (given) => ROLES.find((role) => role === given) },
        columns: ({ text: { say, theirs, phone: spaced }, own }, state) => {
            const kept = address('', listValues(state));
            return [
                {
                    name: 'name',
                    cell: ({ _id, name }) => html `<a href="${own}/people/${_id}${kept}">${name === undefined ? say('people.noName') : theirs(name)}</a>`,
                    text: ({ name = '' }) => name,
                },
                { name: 'building', cell: ({ building = '' }) => theirs(building), text: ({ building = '' }) => building },
                {
                    ...{ name: 'phone', isBlock: true },
                    cell: ({ phone: number }) => (number === undefined ? say('people.noPhone') : spaced(number)),
                    text: ({ phone: number = '' }) => number,
                },
                { name: 'id', cell: ({ id }) => html `<span class="named">${say('people.id')} </span>${id}`, text: ({ id }) => id },
                { ...{ name: 'marks', isBlock: true }, cell: (resident) => marksOf(say, resident), text: (resident) => marksOf(say, resident) },
            ];
        },
        read: async (visit, { filter: { q, building, role }, after }, limit) => {
            const { community } = visit;
            const actor = visit.reader('people');
            const all = await known(community._id, actor);
            const wanted = { text: searched(q, community.phone), building, buildings: all, role: ROLES.find((each) => each === role), after, limit };
            const { residents, more } = await read(community._id, wanted, actor);
            buildings.set(visit, all);
            return { rows: residents, next: more ? residents.at(-1)?._id : undefined };
        },
        done: ({ text: { say }, request }) => {
            const done = oneOf(request, 'done', ['', 'removed', 'asked']);
            return done === '' ? undefined : say(`people.done.${done}`);
        },
        above: (visit, state) => [
            peopleNav(visit, 'roster'),
            filterForm(visit, state.filter, buildings.get(visit) ?? []),
            ...(isTooShort(state) ? [html `<p>${visit.text.say('people.tooShort')}</p>`] : []),
            ...(visit.may('addResident')
                ? [
                    html `<p class="acts"><a class="more" href="${visit.own}/people/new">${visit.text.say('people.add')}</a> <a href="${visit.own}/people/import">${visit.text.say('import.title')}</a></p>`,
                ]
                : []),
        ],
        bulk: {
            path: 'people/cards/picked',
            keyOf: ({ _id }) => _id,
            labelOf: ({ id, name = id }) => name,
            form: (visit) => (visit.may('makeCards') ? html `<button class="quiet">${visit.text.say('cards.forPicked')}</button>` : undefined),
        },
    };
}
function marksOf(say, { role, hasCard, isLeaving }) {
    const marks = [
        ...(role === 'resident' ? [] : [say(`role.${role}`)]),
        ...(hasCard ? [] : [say('people.noCard')]),
        ...(isLeaving ? [say('people.leaving')] : []),
    ];
    return marks.join(say('and'));
}
/** What is searched as the roster knows it: a whole phone in E.164. */
function searched(text, near) {
    return text !== undefined && /^[\d\s+-]{7,}$/.test(text) ? (phone(text, near) ?? text) : text;
}
/** One character is searched in a building alone. */
function isTooShort({ filter: { q, building } }) {
    return q !== undefined && building === undefined && [...q].length === 1 && !/\d/.test(q);
}
function filterForm({ text: { say }, own }, { q, building, role }, buildings) {
    const option = (value, label, now) => html `<option value="${value}"${value === now ? html ` selected` : ''}>${label}</option>`;
    return html `<form method="get" action="${own}/people" class="filter" role="search">
${field({ name: 'q', label: say('people.search'), value: q, attributes: html ` type="search" autocomplete="off" placeholder="${say('people.searchHint')}"` })}
<div class="field"><label for="building">${say('people.building')}</label><select id="building" name="building"><option value="">${say('list.all')}</option>${buildings.map((each) => option(each, each, building))}</select></div>
<div class="field"><label for="role">${say('people.role')}</label><select id="role" name="role"><option value="">${say('list.all')}</option>${ROLES.map((each) => option(each, say(`role.${each}`), role))}</select></div>
<button>${say('people.find')}</button> <a href="${own}/people">${say('list.clear')}</a></form>`;
}
