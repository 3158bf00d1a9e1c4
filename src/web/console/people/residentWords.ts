import { LANGUAGES } from '../../../fund/communities/index.ts';
import { FIELD_NAMES, type FieldName, fieldOf, ROLES } from '../../../fund/people/index.ts';
import { html, type Markup } from '../../html.ts';
import type { FormGiven } from '../actForm.ts';
import type { CommunityVisit } from '../visits.ts';

type Words = Pick<CommunityVisit, 'text' | 'actWords'>;

/** What a column of the roster is called. */
export function fieldWords({ text: { say }, actWords }: Words, name: string): string {
  return name === 'card' ? say('people.card') : actWords(`field.${name}`);
}

/** What the roster says of a resident, as people read it. */
export function fieldValue({ text: { say, theirs, phone } }: Words, name: string, value: string | undefined): Markup | string {
  if (value === undefined || value === '') return say('import.none');
  if (name === 'role') return say(`role.${value}`);
  if (name === 'language') return say(`people.languages.${value}`);
  return name === 'phone' && /^\+\d+$/.test(value) ? phone(value) : theirs(value);
}

/** The fields of a resident's form. `isFrozen`: voting is open, so that roles stay. */
export function residentFields(
  { text: { say } }: Words,
  { isFrozen, now = {} }: { readonly isFrozen: boolean; readonly now?: { readonly [Name in FieldName]?: string | undefined } },
): Required<FormGiven>['fields'] {
  const languages = LANGUAGES.map((value) => ({ value, label: say(`people.languages.${value}`) }));
  const roles = ROLES.filter((role) => !isFrozen || role === (now.role ?? 'resident')).map((value) => ({ value, label: say(`role.${value}`) }));
  const said = FIELD_NAMES.map((name) => [name, { value: now[name], ...(!fieldOf(name).values && { attributes: html` autocomplete="off"` }) }]);
  return {
    ...Object.fromEntries(said),
    phone: { value: now.phone, hint: say('people.phoneHint') },
    language: { value: now.language, values: [{ value: '', label: say('people.languages.usual') }, ...languages] },
    role: { value: now.role, values: roles },
  };
}

/** The fields that a page has no better way to show. */
export const OTHER_FIELDS = FIELD_NAMES.filter((name) => name !== 'name' && name !== 'phone');
