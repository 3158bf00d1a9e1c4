import type { Router } from 'express';
import type { Typed } from '../../../fund/act/index.ts';
import { STAFF_ROLES } from '../../../fund/people/index.ts';
import { addStaff, chooseTexts, removeStaff } from '../../../fund/roster/index.ts';
import { isOfficeHeld, readStaff, STAFF_TEXTS, type StaffMember } from '../../../fund/staff/index.ts';
import type { PageKeyIn } from '../../../store/textKeys.ts';
import type { World } from '../../../store/world.ts';
import { Refusal } from '../../errors.ts';
import { html, type Markup } from '../../html.ts';
import { routes } from '../../routes.ts';
import { actForm, actRoutes, doneAt, doneIn, furtherForms } from '../actForm.ts';
import { ACTS } from '../acts.ts';
import { doneNotice, errorSummary, type Tried } from '../frame.ts';
import { fileLinks, fileRoutes, type Listed, through } from '../list.ts';
import { typed } from '../query.ts';
import type { CommunityVisit, Visits } from '../visits.ts';
import { peopleTitle } from './subNav.ts';

/** An office is given communities on the server. */
const ROLES = STAFF_ROLES.filter((role) => role !== 'office');
const PATH = '/people/staff';
/** Whatever somebody may do here who signed in; those of `OWN` have their forms where they belong, others have one at the end. */
const HERE = ACTS.filter(({ path, may }) => path === PATH && may.some((holder) => holder !== 'operator'));
const OWN = [addStaff, removeStaff, chooseTexts];

/** Those who run the cycle or watch it: the list, and to add and remove them. */
export function staffPages(world: World, known: Visits): Router {
  return routes()
    .use(fileRoutes(known, staffFiles()))
    .page(`/console/:slug${PATH}`, known.ofCommunity, (visit) => show(visit, {}, 200))
    .use(
      actRoutes(known, HERE, {
        show,
        onward: (visit, act) => visit.lead(doneAt(visit, PATH, act)),
        gives: (visit, act) => (act === removeStaff ? whoIs(visit) : {}),
      }),
    );

  /** Whose role the button of a row is about. */
  async function whoIs(visit: CommunityVisit): Promise<Typed> {
    const members = await visit.read(readStaff);
    const member = members.find(({ id }) => id === typed(visit.request, 'member'));
    if (!member) throw new Refusal(404, 'There is no such member of the staff.');
    return { phone: member.phone, role: member.role };
  }

  async function show(visit: CommunityVisit, tried: Tried, status: number): Promise<void> {
    const { community, text, own } = visit;
    const members = await visit.read(readStaff);
    const isSupervised = await isOfficeHeld(world, community._id, 'supervisor');
    const roles = ROLES.filter((role) => isSupervised || role !== 'supervisor');
    const values = [{ value: '', label: text.say('people.choose') }, ...roles.map((role) => ({ value: role, label: text.say(`role.${role}`) }))];
    await visit.send(
      text.say('people.part.staff'),
      [
        doneNotice(doneIn(visit, HERE)),
        errorSummary(text, tried.mistakes ?? {}),
        peopleTitle(visit, 'staff'),
        table(visit, members),
        fileLinks(visit, `${own}${PATH}`),
        isSupervised || !visit.may(addStaff) ? html`` : firstSupervisor(visit),
        actForm(visit, addStaff, { at: PATH, tried, in: 'section', fields: { role: { values }, name: { attributes: html` autocomplete="off"` } } }),
        textsForm(visit, members, tried),
        furtherForms(visit, OWN, HERE, { at: PATH, tried }),
      ],
      { status, path: `${own}${PATH}` },
    );
  }
}

/** Who adds the first supervisor, where there is none: nobody could confirm it here. */
function firstSupervisor({ text: { say }, community }: CommunityVisit): Markup {
  const command = say('people.firstCommand', { slug: community._id });
  return html`<div class="notice"><p>${say('people.noSupervisor')}</p><p><code>${command}</code></p></div>`;
}

/** Which texts who reads this gets. */
function textsForm(visit: CommunityVisit, members: readonly StaffMember[], tried: Tried): Markup {
  const { id } = visit.doer(chooseTexts);
  const unwanted = members.find((member) => member.id === id)?.unwanted ?? [];
  const fields = Object.fromEntries(STAFF_TEXTS.map((text) => [text, { value: unwanted.includes(text) ? '' : 'yes' }]));
  return actForm(visit, chooseTexts, { at: PATH, tried, in: 'section', isQuiet: true, fields });
}

function staffFiles(): Listed<StaffMember, PageKeyIn<'console', 'people'>> {
  return {
    name: 'people/staff',
    head: (column) => `people.${column}`,
    filters: {},
    columns: ({ text: { say } }) => [
      { name: 'name', text: ({ name }) => name },
      { name: 'phone', text: ({ phone: number }) => number },
      { name: 'role', text: ({ role }) => say(`role.${role}`) },
    ],
    read: through(readStaff, async (ask) => ({ rows: await ask(), next: undefined })),
  };
}

function table(visit: CommunityVisit, members: readonly StaffMember[]): Markup {
  const { text, own } = visit;
  const { say, userText } = text;
  const mayRemove = visit.may(removeStaff);
  const remove = visit.wordOfAct(removeStaff.name, 'button');
  const rows = members.map(({ id, name, phone: number, role }) => {
    const form = html`<form method="post" action="${own}/people/staff/remove"><button class="quiet" name="member" value="${id}" aria-label="${remove} ${name} ${say(`role.${role}`)}">${remove}</button></form>`;
    return html`<tr><td>${userText(name)}</td><td>${say(`role.${role}`)}</td><td class="block">${text.phone(number)}</td>${mayRemove ? html`<td class="block">${role === 'office' ? '' : form}</td>` : ''}</tr>
`;
  });
  const heads = (['name', 'role', 'phone'] as const).map((head) => html`<th scope="col">${say(`people.${head}`)}</th>`);
  return html`<table class="list"><thead><tr>${heads}${mayRemove ? html`<th scope="col">${remove}</th>` : ''}</tr></thead><tbody>${rows}</tbody></table>`;
}
