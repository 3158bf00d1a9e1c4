import { Router } from 'express';
import { phone } from '../../../contacts/phone.ts';
import { LANGUAGES } from '../../../fund/communities/index.ts';
import { isVoting } from '../../../fund/cycles/index.ts';
import { ROLES } from '../../../fund/people/index.ts';
import { addResident, type ResidentFields } from '../../../fund/roster/index.ts';
import { cleanText } from '../../../store/text.ts';
import type { World } from '../../../store/world.ts';
import { Refusal } from '../../errors.ts';
import { html, type Markup } from '../../html.ts';
import { errorSummary, field, type Mistakes } from '../frame.ts';
import { address, typed } from '../query.ts';
import { toSecond } from '../second.ts';
import type { CommunityVisit, Visits } from '../visits.ts';

interface Typed {
  readonly resident: TypedResident;
  readonly id: string;
  readonly reason: string;
  /** Drawn for each form: sent twice, it adds one person. */
  readonly fresh: string;
}

/** The field at which a refusal is told. */
const FIELD_OF = { idTaken: 'id', same: 'phone', roleStays: 'role', needsReason: 'reason', staffPhone: 'phone' } as const;
const LONGEST_ID = 64;

/** Somebody is added to the roster; while voting is open, or with an office, once a supervisor has confirmed it. */
export function addPages(world: World, { ofCommunity }: Visits): Router {
  const add = addResident(world);

  return Router()
    .get(
      '/console/:slug/people/new',
      ofCommunity((visit) => {
        if (!visit.may('addResident')) throw new Refusal(403, 'You may not do this in this community.');
        const resident = { name: '', phone: '', building: '', language: '', role: 'resident' };
        return show(visit, { resident, id: '', reason: '', fresh: world.randomBytes(4).toString('hex') }, {}, 200);
      }),
    )
    .post(
      '/console/:slug/people/new',
      ofCommunity(async (visit) => {
        const { request, community, text } = visit;
        const given: Typed = {
          resident: typedResident(visit),
          id: cleanText(typed(request, 'id', LONGEST_ID)),
          reason: cleanText(typed(request, 'reason')),
          fresh: /^[0-9a-f]{8}$/.exec(typed(request, 'fresh'))?.[0] ?? world.randomBytes(4).toString('hex'),
        };
        const actor = visit.doer('addResident');
        const read = readTyped(visit, given.resident);
        if ('mistakes' in read && visit.may('addResident')) return show(visit, given, read.mistakes, 422);
        const resident = 'fields' in read ? read.fields : { name: '', role: 'resident' as const };
        const id = given.id === '' ? `added-${given.fresh}` : given.id;
        const outcome = await add({ community: community._id, resident, id, reason: given.reason || undefined, actor });
        if ('waits' in outcome) return toSecond(visit, outcome);
        if ('added' in outcome) return visit.lead(address(`${visit.own}/people/${outcome.added.resident}`, { done: 'added' }));
        if (outcome.refused === 'noCommunity') throw new Refusal(404, 'There is no such community.');
        const isAgain = outcome.refused === 'idTaken' && given.id === '';
        if (isAgain) return visit.lead(address(`${visit.own}/people`, { q: id }));
        await show(visit, given, { [FIELD_OF[outcome.refused]]: text.say(`people.${outcome.refused}`) }, outcome.refused === 'idTaken' ? 409 : 422);
      }),
    );

  async function show(visit: CommunityVisit, given: Typed, mistakes: Mistakes, status: number): Promise<void> {
    const { text, own } = visit;
    const { say } = text;
    const voting = await isVoting(visit.community._id, visit.now);
    const title = say('people.add');
    await visit.send(
      title,
      [
        errorSummary(text, mistakes),
        html`<p><a href="${own}/people">${say('back')}</a></p><h1>${title}</h1><p>${say(voting ? 'people.addAbout' : 'people.addOffice')}</p>
<form method="post" action="${own}/people/new" class="narrow"><input type="hidden" name="fresh" value="${given.fresh}">
${residentFields(visit, given.resident, mistakes, voting)}
${field({ name: 'id', label: say('people.id'), hint: say('people.idHint'), value: given.id, mistake: mistakes.id, attributes: html` autocomplete="off"` })}
${field({ name: 'reason', label: say('people.reason'), hint: say('people.addReason'), value: given.reason, mistake: mistakes.reason })}
<button>${say('people.add')}</button></form>`,
      ],
      { status, path: `${own}/people/new` },
    );
  }
}

const NAMES = ['name', 'phone', 'building', 'language', 'role'] as const;

/** The fields of a resident as somebody typed them. */
export type TypedResident = Readonly<Record<(typeof NAMES)[number], string>>;

/** What was typed into the form of a resident; `prefix`: before the names of its fields. */
export function typedResident({ request }: CommunityVisit, prefix = ''): TypedResident {
  const [name, number, building, language, role] = NAMES.map((each) => cleanText(typed(request, `${prefix}${each}`)));
  return { name: name ?? '', phone: number ?? '', building: building ?? '', language: language ?? '', role: role ?? '' };
}

/** The fields of a resident as the form shows them. */
export function shownResident({ name = '', phone: number = '', building = '', language = '', role }: ResidentFields): TypedResident {
  return { name, phone: number, building, language, role };
}

const LONGEST = { name: 60, building: 60 } as const;

/** What was typed as the roster takes it, or what is wrong with it. */
export function readTyped(
  { community, text: { say } }: CommunityVisit,
  given: TypedResident,
): { readonly fields: ResidentFields & { readonly name: string } } | { readonly mistakes: Mistakes } {
  const number = given.phone === '' ? undefined : phone(given.phone, community.phone);
  const role = ROLES.find((each) => each === given.role);
  const language = LANGUAGES.find((each) => each === given.language);
  const mistakes: Mistakes = {
    ...(given.name === '' && { name: say('people.nameMissing') }),
    ...([...given.name].length > LONGEST.name && { name: say('people.tooLong', { max: LONGEST.name }) }),
    ...(given.phone !== '' && number === undefined && { phone: say('people.phoneWrong') }),
    ...([...given.building].length > LONGEST.building && { building: say('people.tooLong', { max: LONGEST.building }) }),
    ...(given.language !== '' && !language && { language: say('people.choose') }),
    ...(!role && { role: say('people.choose') }),
  };
  if (Object.keys(mistakes).length > 0) return { mistakes };
  return { fields: { name: given.name, phone: number, building: given.building || undefined, language, role: role ?? 'resident' } };
}

/** The fields of a resident's form. `isFrozen`: voting is open, so that roles stay. */
export function residentFields({ text: { say } }: CommunityVisit, given: TypedResident, mistakes: Mistakes, isFrozen: boolean): Markup {
  const options = (values: readonly string[], now: string, label: (value: string) => string) =>
    values.map((value) => html`<option value="${value}"${value === now ? html` selected` : ''}>${label(value)}</option>`);
  const choice = (name: 'language' | 'role', content: readonly Markup[]) =>
    html`<div class="field"><label for="${name}">${say(`people.${name}`)}</label>
${mistakes[name] ? html`<p class="mistake" id="${name}-mistake">${mistakes[name]}</p>` : ''}<select id="${name}" name="${name}"${mistakes[name] ? html` aria-invalid="true" aria-describedby="${name}-mistake"` : ''}>${content}</select></div>
`;
  const roles = isFrozen ? ROLES.filter((role) => role === given.role) : ROLES;
  return html`${field({ name: 'name', label: say('people.name'), value: given.name, mistake: mistakes.name, attributes: html` autocomplete="off"` })}
${field({ name: 'phone', label: say('people.phone'), hint: say('people.phoneHint'), value: given.phone, mistake: mistakes.phone, attributes: html` type="tel" autocomplete="off"` })}
${field({ name: 'building', label: say('people.building'), value: given.building, mistake: mistakes.building, attributes: html` autocomplete="off"` })}
${choice('language', [html`<option value="">${say('people.languages.usual')}</option>`, ...options(LANGUAGES, given.language, (each) => say(`people.languages.${each}`))])}
${choice(
  'role',
  options(roles, given.role, (each) => say(`role.${each}`)),
)}`;
}
