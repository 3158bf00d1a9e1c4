import { LANGUAGES } from '../../../fund/communities/index.ts';
import { FIELD_NAMES, type FieldName, fieldOf, ROLES } from '../../../fund/people/index.ts';
import { html } from '../../html.ts';
import type { FormGiven } from '../actForm.ts';
import type { CommunityVisit } from '../visits.ts';

/** The fields of a resident's form. `isFrozen`: voting is open, so that roles stay. */
export function residentFields(
  { text: { say } }: CommunityVisit,
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
