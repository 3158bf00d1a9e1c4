import type { Markup } from '../../html.ts';
import { choice } from '../frame.ts';
import { asked, typed } from '../query.ts';
import type { CommunityVisit } from '../visits.ts';

/** Those who may be the second person, by their roles' ids. */
export type Helpers = readonly { readonly id: string; readonly name: string }[];

/** The second name; the one that was chosen stays. */
export function secondName(visit: CommunityVisit, helpers: Helpers, mistake?: string): Markup {
  const { say } = visit.text;
  const values = [{ value: '', label: say('table.choose') }, ...helpers.map(({ id, name }) => ({ value: id, label: name }))];
  return choice({ name: 'other', label: say('table.other'), value: secondChosen(visit), values, mistake });
}

export function secondChosen({ request }: CommunityVisit): string | undefined {
  return typed(request, 'other') || asked(request, 'other');
}
