import { Router } from 'express';
import { phone } from '../../../contacts/phone.ts';
import { STAFF_ROLES } from '../../../fund/people/index.ts';
import { appointStaff, dismissStaff } from '../../../fund/roster/index.ts';
import { readStaff, type StaffMember } from '../../../fund/staff/index.ts';
import { cleanText } from '../../../store/text.ts';
import type { World } from '../../../store/world.ts';
import { Refusal } from '../../errors.ts';
import { html, type Markup } from '../../html.ts';
import { choice, doneNotice, errorSummary, field, type Mistakes } from '../frame.ts';
import { fileLinks, fileRoutes, type Listed } from '../list.ts';
import { address, oneOf, typed } from '../query.ts';
import { toSecond } from '../second.ts';
import type { CommunityVisit, Visits } from '../visits.ts';
import { peopleTitle } from './subNav.ts';

/** An office is given communities on the server. */
const ROLES = STAFF_ROLES.filter((role) => role !== 'office');
const LONGEST_NAME = 40;

interface Typed {
  readonly name: string;
  readonly phone: string;
  readonly role: string;
}

/** Those who run the cycle or watch it: the list, and to add and remove them. */
export function staffPages(world: World, known: Visits): Router {
  const { ofCommunity } = known;
  const read = readStaff(world);
  const add = appointStaff(world);
  const remove = dismissStaff(world);

  return Router()
    .use(fileRoutes(known, staffFiles(world)))
    .get(
      '/console/:slug/people/staff',
      ofCommunity((visit) => show(visit, { name: '', phone: '', role: '' }, {}, 200)),
    )
    .post(
      '/console/:slug/people/staff/add',
      ofCommunity(async (visit) => {
        const { request, community, text } = visit;
        const given = {
          name: cleanText(typed(request, 'name', LONGEST_NAME)),
          phone: cleanText(typed(request, 'phone')),
          role: typed(request, 'role'),
        };
        const number = phone(given.phone, community.phone);
        const role = ROLES.find((each) => each === given.role);
        const mistakes = {
          ...(given.name === '' && { name: text.say('people.nameMissing') }),
          ...(number === undefined && { phone: text.say('people.phoneWrong') }),
          ...(!role && { role: text.say('people.choose') }),
        };
        if (Object.keys(mistakes).length > 0 && visit.may('addStaff')) return show(visit, given, mistakes, 422);
        const outcome = await add(community._id, { name: given.name, phone: number ?? '', role: role ?? 'helper' }, visit.doer('addStaff'));
        if ('waits' in outcome) return toSecond(visit, outcome);
        if ('done' in outcome || outcome.refused === 'already') return visit.lead(address(`${visit.own}/people/staff`, { done: 'staffAdded' }));
        if (outcome.refused === 'noCommunity') throw new Refusal(404, 'There is no such community.');
        const isName = outcome.refused === 'nameTaken' || outcome.refused === 'otherName';
        await show(visit, given, { [isName ? 'name' : 'role']: text.say(`staff.${outcome.refused}`) }, 422);
      }),
    )
    .post(
      '/console/:slug/people/staff/remove',
      ofCommunity(async (visit) => {
        const { request, community, text } = visit;
        const actor = visit.doer('removeStaff');
        const members = await read(community._id, visit.reader('people'));
        const member = members.find(({ id }) => id === typed(request, 'member'));
        if (!member) throw new Refusal(404, 'There is no such member of the staff.');
        const outcome = await remove(community._id, member, actor);
        if ('waits' in outcome) return toSecond(visit, outcome);
        if ('removed' in outcome) return visit.lead(address(`${visit.own}/people/staff`, { done: 'staffRemoved' }));
        if (outcome.refused === 'noCommunity') throw new Refusal(404, 'There is no such community.');
        await show(visit, { name: '', phone: '', role: '' }, { form: text.say(`staff.${outcome.refused}`) }, 422);
      }),
    );

  async function show(visit: CommunityVisit, given: Typed, mistakes: Mistakes, status: number): Promise<void> {
    const { community, text, own } = visit;
    const members = await read(community._id, visit.reader('people'));
    const done = oneOf(visit.request, 'done', ['', 'staffAdded', 'staffRemoved']);
    await visit.send(
      text.say('people.part.staff'),
      [
        doneNotice(done === '' ? undefined : text.say(`people.done.${done}`)),
        errorSummary(text, mistakes),
        peopleTitle(visit, 'staff'),
        table(visit, members),
        fileLinks(visit, `${own}/people/staff`),
        ...(visit.may('addStaff') ? [addForm(visit, given, mistakes)] : []),
      ],
      { status, path: `${own}/people/staff` },
    );
  }
}

function staffFiles(world: World): Listed<StaffMember> {
  const read = readStaff(world);
  return {
    ...{ name: 'people/staff', title: ({ text }) => text.say('people.part.staff'), words: 'people', filters: {} },
    columns: ({ text: { say } }) => [
      { name: 'name', text: ({ name }) => name },
      { name: 'phone', text: ({ phone: number }) => number },
      { name: 'role', text: ({ role }) => say(`role.${role}`) },
    ],
    read: async (visit) => ({ rows: await read(visit.community._id, visit.reader('people')), next: undefined }),
  };
}

function table(visit: CommunityVisit, members: readonly StaffMember[]): Markup {
  const { text, own } = visit;
  const { say, theirs } = text;
  const mayRemove = visit.may('removeStaff');
  const rows = members.map(({ id, name, phone: number, role }) => {
    const form = html`<form method="post" action="${own}/people/staff/remove"><button class="quiet" name="member" value="${id}" aria-label="${say('staff.remove')} ${name} ${say(`role.${role}`)}">${say('staff.remove')}</button></form>`;
    return html`<tr><td>${theirs(name)}</td><td>${say(`role.${role}`)}</td><td class="block">${text.phone(number)}</td>${mayRemove ? html`<td class="block">${role === 'office' ? '' : form}</td>` : ''}</tr>
`;
  });
  const heads = ['name', 'role', 'phone'].map((head) => html`<th scope="col">${say(`people.${head}`)}</th>`);
  return html`<table class="list"><thead><tr>${heads}${mayRemove ? html`<th scope="col">${say('staff.remove')}</th>` : ''}</tr></thead><tbody>${rows}</tbody></table>`;
}

function addForm({ text: { say }, own }: CommunityVisit, given: Typed, mistakes: Mistakes): Markup {
  return html`<section aria-labelledby="add"><h2 id="add">${say('staff.add')}</h2><p>${say('staff.about')}</p>
<form method="post" action="${own}/people/staff/add" class="narrow">
${field({ name: 'name', label: say('people.name'), value: given.name, mistake: mistakes.name, attributes: html` autocomplete="off"` })}
${field({ name: 'phone', label: say('people.phone'), value: given.phone, mistake: mistakes.phone, attributes: html` type="tel" autocomplete="off"` })}
${choice({ name: 'role', label: say('people.role'), value: given.role, mistake: mistakes.role, values: [{ value: '', label: say('people.choose') }, ...ROLES.map((role) => ({ value: role, label: say(`role.${role}`) }))] })}
<button>${say('staff.add')}</button></form></section>`;
}
