import { phone } from '../../../contacts/phone.ts';
import { countRoster, FIELD_NAMES, fieldOf, type ListedResident, ROLES, readBuildings, readRoster } from '../../../fund/people/index.ts';
import { addResident, enactCards, removeResident } from '../../../fund/roster/index.ts';
import { cleanText } from '../../../store/text.ts';
import type { PageKeyIn } from '../../../store/textKeys.ts';
import { html, type Markup } from '../../html.ts';
import { doneIn } from '../actForm.ts';
import { cacheUntilNextLogEntry } from '../cacheUntilNextLogEntry.ts';
import { field } from '../frame.ts';
import { type List, through } from '../list.ts';
import { type ListState, listValues } from '../listState.ts';
import type { Bulk } from '../listTicks.ts';
import { address } from '../query.ts';
import type { CommunityVisit } from '../visits.ts';
import { fieldWords } from './residentWords.ts';
import { peopleNav } from './subNav.ts';

/** The list of those on the roster, by `_id`. */
export type RosterList = List<ListedResident, PageKeyIn<'console', 'people'>> & { readonly bulk: Bulk<ListedResident> };

/** What is written of a resident, besides the name: no number, nothing to choose. */
const WRITTEN = FIELD_NAMES.filter((name) => name !== 'name' && fieldOf(name).longest !== undefined);

const knownBuildings = cacheUntilNextLogEntry(readBuildings);

/** The roster: search, filter by building and role, page by page. */
export function rosterList(): RosterList {
  const buildings = new WeakMap<CommunityVisit, readonly string[]>();
  return {
    name: 'people',
    title: ({ text }) => text.say('tab.people'),
    head: (column) => `people.${column}`,
    nothing: 'people.nothing',
    counted: 'list.people',
    filters: { q: cleanText, building: (given) => given, role: (given) => ROLES.find((role) => role === given) },
    columns: (visit, state) => {
      const { text, own } = visit;
      const { say, userText, phone: spaced } = text;
      const kept = address('', listValues(state));
      return [
        {
          name: 'name',
          cell: ({ _id, name }) => html`<a href="${own}/people/${_id}${kept}">${name === undefined ? say('people.noName') : userText(name)}</a>`,
          text: ({ name = '' }) => name,
        },
        ...WRITTEN.map((name) => ({
          ...{ name, head: fieldWords(visit, name) },
          cell: ({ [name]: value = '' }: ListedResident) => userText(value),
          text: ({ [name]: value = '' }: ListedResident) => value,
        })),
        {
          name: 'phone',
          isBlock: true,
          cell: ({ phone: number }) => (number === undefined ? say('people.noPhone') : spaced(number)),
          text: ({ phone: number = '' }) => number,
        },
        { name: 'id', cell: ({ id }) => html`<span class="named">${say('people.id')} </span>${id}`, text: ({ id }) => id },
        { name: 'marks', isBlock: true, cell: (resident) => marksOf(say, resident), text: (resident) => marksOf(say, resident) },
      ];
    },
    read: through(readRoster, async (ask, visit, { filter: { q, building, role }, after }, limit) => {
      const { community } = visit;
      const all = await visit.read(knownBuildings);
      const wanted = { text: searched(q, community.phone), building, buildings: all, role: ROLES.find((each) => each === role), after, limit };
      const [{ residents, more }, total] = await Promise.all([ask(wanted), q === undefined ? visit.read(countRoster, wanted) : undefined]);
      buildings.set(visit, all);
      return { rows: residents, next: more ? residents.at(-1)?._id : undefined, ...(total !== undefined && { total }) };
    }),
    done: (visit) => doneIn(visit, [removeResident]),
    above: (visit, state) => [
      peopleNav(visit, 'roster'),
      filterForm(visit, state.filter, buildings.get(visit) ?? []),
      ...(isTooShort(state) ? [html`<p>${visit.text.say('people.tooShort')}</p>`] : []),
      ...(visit.may(addResident)
        ? [
            html`<p class="acts"><a class="more" href="${visit.own}/people/new">${visit.text.say('people.add')}</a> <a href="${visit.own}/people/import">${visit.text.say('import.title')}</a></p>`,
          ]
        : []),
    ],
    bulk: {
      path: 'people/cards/picked',
      keyOf: ({ _id }) => _id,
      labelOf: ({ id, name = id }) => name,
      form: (visit) => (visit.may(enactCards) ? html`<button class="quiet">${visit.text.say('cards.forPicked')}</button>` : undefined),
    },
  };
}

function marksOf(say: CommunityVisit['text']['say'], { role, hasCard, isLeaving }: ListedResident): string {
  const marks = [
    ...(role === 'resident' ? [] : [say(`role.${role}`)]),
    ...(hasCard ? [] : [say('people.noCard')]),
    ...(isLeaving ? [say('people.leaving')] : []),
  ];
  return marks.join(say('and'));
}

/** What is searched as the roster knows it: a whole phone in E.164. */
function searched(text: string | undefined, near: string): string | undefined {
  return text !== undefined && /^[\d\s+-]{7,}$/.test(text) ? (phone(text, near) ?? text) : text;
}

/** One character is searched in a building alone. */
function isTooShort({ filter: { q, building } }: ListState): boolean {
  return q !== undefined && building === undefined && [...q].length === 1 && !/\d/.test(q);
}

function filterForm(visit: CommunityVisit, { q, building, role }: ListState['filter'], buildings: readonly string[]): Markup {
  const { text, own } = visit;
  const { say } = text;
  const hint = [say('people.searchHint'), ...WRITTEN.filter((name) => name !== 'building').map((name) => fieldWords(visit, name))].join(say('and'));
  const option = (value: string, label: string, now: string | undefined) =>
    html`<option value="${value}"${value === now ? html` selected` : ''}>${label}</option>`;
  return html`<form method="get" action="${own}/people" class="filter" role="search">
${field({ name: 'q', label: say('people.search'), value: q, attributes: html` type="search" autocomplete="off" placeholder="${hint}"` })}
<div class="field"><label for="building">${say('people.building')}</label><select id="building" name="building"><option value="">${say('list.all')}</option>${buildings.map((each) => option(each, each, building))}</select></div>
<div class="field"><label for="role">${say('people.role')}</label><select id="role" name="role"><option value="">${say('list.all')}</option>${ROLES.map((each) => option(each, say(`role.${each}`), role))}</select></div>
<button>${say('people.find')}</button> <a href="${own}/people">${say('list.clear')}</a></form>`;
}
