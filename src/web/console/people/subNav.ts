import { enactCards } from '../../../fund/roster/index.ts';
import { entriesIn } from '../../../store/names.ts';
import { html, type Markup } from '../../html.ts';
import type { CommunityVisit } from '../visits.ts';

const PARTS = { roster: '/people', requests: '/requests', locks: '/people/locks', cards: '/people/cards', staff: '/people/staff' } as const;
type PeoplePart = keyof typeof PARTS;

/** Links to the parts of People, for a page that is one of them. */
export function peopleNav({ text: { say }, own, may }: CommunityVisit, part: PeoplePart): Markup {
  const parts = entriesIn(PARTS).filter(([name]) => name !== 'cards' || may(enactCards));
  const links = parts.map(
    ([name, page]) => html`<a href="${own}${page}"${name === part ? html` aria-current="page"` : ''}>${say(`people.part.${name}`)}</a>`,
  );
  return html`<nav class="views parts" aria-label="${say('people.parts')}">${links}</nav>`;
}

/** The title of a page of People, with links to its other parts. */
export function peopleTitle(visit: CommunityVisit, part: PeoplePart): Markup {
  return html`<h1>${visit.text.say(`people.part.${part}`)}</h1>${peopleNav(visit, part)}`;
}
