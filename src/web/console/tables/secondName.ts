import { asked } from '../query.ts';
import type { CommunityVisit } from '../visits.ts';

/** Those who may be the second person, by their roles' ids. */
export type Helpers = readonly { readonly id: string; readonly name: string }[];

/** The field of the second name; the one that was chosen stays (`other` of the address). */
export function secondName({ text: { say }, request }: CommunityVisit, helpers: Helpers) {
  const values = [{ value: '', label: say('table.choose') }, ...helpers.map(({ id, name }) => ({ value: id, label: name }))];
  return { value: asked(request, 'other') ?? '', values };
}
