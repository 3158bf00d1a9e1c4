import { phone } from '../../../contacts/phone.js';
import { LANGUAGES } from '../../../fund/communities/index.js';
import { ROLES } from '../../../fund/people/index.js';
import { cleanText } from '../../../store/text.js';
import { html } from '../../html.js';
import { field } from '../frame.js';
import { typed } from '../query.js';
const NAMES = ['name', 'phone', 'building', 'language', 'role'];
/** What was typed into the form of a resident; `prefix`: before the names of its fields. */
export function typedResident({ request }, prefix = '') {
    const [name, number, building, language, role] = NAMES.map((each) => cleanText(typed(request, `${prefix}${each}`)));
    return { name: name ?? '', phone: number ?? '', building: building ?? '', language: language ?? '', role: role ?? '' };
}
/** The fields of a resident as the form shows them. */
export function shownResident({ name = '', phone: number = '', building = '', language = '', role }) {
    return { name, phone: number, building, language, role };
}
const LONGEST = { name: 60, building: 60 };
/** What was typed as the roster takes it, or what is wrong with it. */
export function readTyped({ community, text: { say } }, given) {
    const number = given.phone === '' ? undefined : phone(given.phone, community.phone);
    const role = ROLES.find((each) => each === given.role);
    const language = LANGUAGES.find((each) => each === given.language);
    const mistakes = {
        ...(given.name === '' && { name: say('people.nameMissing') }),
        ...([...given.name].length > LONGEST.name && { name: say('people.tooLong', { max: LONGEST.name }) }),
        ...(given.phone !== '' && number === undefined && { phone: say('people.phoneWrong') }),
        ...([...given.building].length > LONGEST.building && { building: say('people.tooLong', { max: LONGEST.building }) }),
        ...(given.language !== '' && !language && { language: say('people.choose') }),
        ...(!role && { role: say('people.choose') }),
    };
    if (Object.keys(mistakes).length > 0)
        return { mistakes };
    return { fields: { name: given.name, phone: number, building: given.building || undefined, language, role: role ?? 'resident' } };
}
/** The fields of a resident's form. `isFrozen`: voting is open, so that roles stay. */
export function residentFields({ text: { say } }, given, mistakes, isFrozen) {
    const options = (values, now, label) => values.map((value) => html `<option value="${value}"${value === now ? html ` selected` : ''}>${label(value)}</option>`);
    const choice = (name, content) => html `<div class="field"><label for="${name}">${say(`people.${name}`)}</label>
${mistakes[name] ? html `<p class="mistake" id="${name}-mistake">${mistakes[name]}</p>` : ''}<select id="${name}" name="${name}"${mistakes[name] ? html ` aria-invalid="true" aria-describedby="${name}-mistake"` : ''}>${content}</select></div>
`;
    const roles = isFrozen ? ROLES.filter((role) => role === given.role) : ROLES;
    return html `${field({ name: 'name', label: say('people.name'), value: given.name, mistake: mistakes.name, attributes: html ` autocomplete="off"` })}
${field({ name: 'phone', label: say('people.phone'), hint: say('people.phoneHint'), value: given.phone, mistake: mistakes.phone, attributes: html ` type="tel" autocomplete="off"` })}
${field({ name: 'building', label: say('people.building'), value: given.building, mistake: mistakes.building, attributes: html ` autocomplete="off"` })}
${choice('language', [html `<option value="">${say('people.languages.usual')}</option>`, ...options(LANGUAGES, given.language, (each) => say(`people.languages.${each}`))])}
${choice('role', options(roles, given.role, (each) => say(`role.${each}`)))}`;
}
