import { FIELD_NAMES, type FieldName, isField } from '../../../fund/people/index.ts';
import type { Markup } from '../../html.ts';
import type { CommunityVisit } from '../visits.ts';

type Words = Pick<CommunityVisit, 'text' | 'actWords'>;

/** A column of the roster. */
type ColumnName = FieldName | 'id' | 'card';

export function isColumn(name: string): name is ColumnName {
  return isField(name) || name === 'id' || name === 'card';
}

/** What a column of the roster is called. */
export function fieldWords({ text: { say }, actWords }: Words, name: ColumnName): string {
  return name === 'card' ? say('people.card') : actWords(`field.${name}`);
}

/** What the roster says of a resident, as people read it. */
export function fieldValue({ text: { say, sayIn, userText, phone } }: Words, name: string, value: string | undefined): Markup | string {
  if (value === undefined || value === '') return say('import.none');
  if (name === 'role') return sayIn('role', value);
  if (name === 'language') return sayIn('people.languages', value);
  return name === 'phone' && /^\+\d+$/.test(value) ? phone(value) : userText(value);
}

/** The fields that a page has no better way to show. */
export const OTHER_FIELDS = FIELD_NAMES.filter((name) => name !== 'name' && name !== 'phone');
