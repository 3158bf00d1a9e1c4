import type { View } from '../../fund/people/index.ts';
import { html, type Markup } from '../html.ts';
import type { PageText } from '../public/pageText.ts';

interface Page {
  readonly page: string;
  readonly view: View;
  readonly also?: readonly string[];
  /** Those who see this view go there from its page. */
  readonly from?: View;
}

/** The pages of a community, in the order in which they are shown. A group bears the name of its first page, or one of its own. */
const GROUPS: readonly { readonly name?: string; readonly pages: readonly Page[] }[] = [
  { pages: [{ page: '', view: 'today', also: ['/second'] }] },
  {
    pages: [
      { page: '/proposals', view: 'proposals', also: ['/places'] },
      { page: '/meetings', view: 'meetings' },
      { page: '/publication', view: 'publication' },
      { page: '/ballot', view: 'ballot' },
    ],
  },
  {
    pages: [
      { page: '/people', view: 'people', also: ['/requests'] },
      { page: '/inbox', view: 'inbox', also: ['/recordings', '/misses'] },
      { page: '/messages', view: 'messages', also: ['/group-texts'] },
    ],
  },
  {
    name: 'vote',
    pages: [
      { page: '/hall', view: 'hall', also: ['/kiosk', '/tables', '/slips', '/assisted', '/compare'] },
      { page: '/tables', view: 'table', also: ['/assisted'], from: 'hall' },
      { page: '/slips', view: 'paper', also: ['/compare'], from: 'hall' },
      { page: '/turnout', view: 'turnout' },
      { page: '/print', view: 'print' },
    ],
  },
  {
    name: 'implement',
    pages: [
      { page: '/works', view: 'works' },
      { page: '/account', view: 'account' },
    ],
  },
  {
    name: 'manage',
    pages: [
      { page: '/calendar', view: 'calendar' },
      { page: '/month', view: 'month' },
      { page: '/log', view: 'log' },
    ],
  },
];

/** Every page of the menu. */
export const TABS: readonly Page[] = GROUPS.flatMap(({ pages }) => pages);

/** A link of the menu, and how much waits there. */
interface Link {
  readonly path: string;
  readonly label: string;
  readonly isCurrent: boolean;
  readonly waits: number;
}

/** A group of pages, as its reader may see them: where its name leads, and what follows below it. */
export interface Group {
  readonly first: Link;
  readonly others: readonly Link[];
  /** One of its pages is shown. */
  readonly isHere: boolean;
  /** How much waits on all of them. */
  readonly waits: number;
}

/** The menu of a community. `path`: of the page that is shown; `waiting`: by view, how much waits on its page. */
export function groupsOf(
  path: string,
  say: PageText['say'],
  { own, sees }: { readonly own: string; sees(view: View): boolean },
  waiting: Readonly<Record<string, number>>,
): Group[] {
  return GROUPS.flatMap(({ name, pages }): Group[] => {
    const links = pages
      .filter(({ view, from }) => sees(view) && !(from && sees(from)))
      .map(({ page, view, also = [] }) => {
        const under = [...(page === '' ? [] : [page]), ...also].map((each) => own + each);
        const isCurrent = path === own + page || under.some((each) => path === each || path.startsWith(`${each}/`) || path.startsWith(`${each}.`));
        return { path: own + page, label: say(`tab.${view}`), isCurrent, waits: waiting[view] ?? 0 };
      });
    const [first, ...others] = links;
    if (!first) return [];
    const isHere = links.some(({ isCurrent }) => isCurrent);
    const waits = links.reduce((sum, link) => sum + link.waits, 0);
    if (name === undefined || others.length === 0) return [{ first, others, isHere, waits }];
    return [{ first: { path: first.path, label: say(`group.${name}`), isCurrent: false, waits: 0 }, others: links, isHere, waits }];
  });
}

/** The menu: six groups in a row, and below each its pages; on a phone those of the group that is open. */
export function menu({ say }: PageText, groups: readonly Group[]): Markup {
  const items = groups.map(({ first, others, isHere, waits }) => {
    const below = others.length === 0 ? '' : html`<ul>${others.map((link) => html`<li>${linkTo(link, link.waits)}</li>`)}</ul>`;
    return html`<li${isHere ? html` class="here"` : ''}>${linkTo(first, first.waits, waits)}${below}</li>
`;
  });
  return html`<nav class="tabs" aria-label="${say('pages')}"><div class="wide"><ul class="groups">${items}</ul></div></nav>`;
}

/** `all`: with what waits on the pages below it, which a phone does not show. */
function linkTo({ path, label, isCurrent }: Link, waits: number, all = waits): Markup {
  const number = (count: number, where: string) => (count > 0 ? html` <span class="waits${where}">${count > 99 ? '99+' : count}</span>` : '');
  const numbers = waits === all ? number(waits, '') : html`${number(waits, ' desk')}${number(all, ' small')}`;
  return html`<a href="${path}"${isCurrent ? html` aria-current="page"` : ''}>${label}${numbers}</a>`;
}
