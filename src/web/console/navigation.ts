import { readAccount } from '../../fund/accounts/index.ts';
import { turnoutShares } from '../../fund/ballots/index.ts';
import { readCalendar, readPrinted } from '../../fund/cycles/index.ts';
import { readBallot } from '../../fund/files/index.ts';
import { readInbox } from '../../fund/inquiries/index.ts';
import { readMeetings, readPublication } from '../../fund/meetings/index.ts';
import { readBatches, readTables } from '../../fund/paper/index.ts';
import { type Right, readRoster, SEES_PEOPLE, view } from '../../fund/people/index.ts';
import { readProposals } from '../../fund/proposals/index.ts';
import { readLogAs } from '../../fund/staff/index.ts';
import { readWorks } from '../../fund/works/index.ts';
import { readBroadcasts } from '../../outreach/broadcasts/readBroadcasts.ts';
import { readMonth } from '../../outreach/readMonth.ts';
import type { PageKeyIn } from '../../store/textKeys.ts';
import { html, type Markup } from '../html.ts';
import type { PageText } from '../public/pageText.ts';
import { waitingIn } from './waiting.ts';

/** A page of the menu, by the key of its name. */
export type Tab = PageKeyIn<'console', 'tab'>;

interface Page {
  readonly page: string;
  readonly tab: Tab;
  readonly view: Right;
  readonly also?: readonly string[];
  /** Those who see this view go there from its page. */
  readonly from?: Right;
}

/** What is set up in the hall: its page has nothing but links. */
export const hall = view({ name: 'hall', may: SEES_PEOPLE, query: () => undefined });

/** The pages of a community, in the order in which they are shown. A group bears the name of its first page, or one of its own. */
const GROUPS: readonly { readonly name?: 'vote' | 'implement' | 'manage'; readonly pages: readonly Page[] }[] = [
  { pages: [{ page: '', tab: 'today', view: waitingIn, also: ['/second'] }] },
  {
    pages: [
      { page: '/proposals', tab: 'proposals', view: readProposals, also: ['/places'] },
      { page: '/meetings', tab: 'meetings', view: readMeetings },
      { page: '/publication', tab: 'publication', view: readPublication },
      { page: '/ballot', tab: 'ballot', view: readBallot },
    ],
  },
  {
    pages: [
      { page: '/people', tab: 'people', view: readRoster, also: ['/requests'] },
      { page: '/inbox', tab: 'inbox', view: readInbox, also: ['/recordings', '/misses'] },
      { page: '/messages', tab: 'messages', view: readBroadcasts, also: ['/group-texts'] },
    ],
  },
  {
    name: 'vote',
    pages: [
      { page: '/hall', tab: 'hall', view: hall, also: ['/kiosk', '/tables', '/slips', '/assisted', '/compare'] },
      { page: '/tables', tab: 'table', view: readTables, also: ['/assisted'], from: hall },
      { page: '/slips', tab: 'paper', view: readBatches, also: ['/compare'], from: hall },
      { page: '/turnout', tab: 'turnout', view: turnoutShares },
      { page: '/print', tab: 'print', view: readPrinted },
    ],
  },
  {
    name: 'implement',
    pages: [
      { page: '/works', tab: 'works', view: readWorks },
      { page: '/account', tab: 'account', view: readAccount },
    ],
  },
  {
    name: 'manage',
    pages: [
      { page: '/calendar', tab: 'calendar', view: readCalendar },
      { page: '/month', tab: 'month', view: readMonth },
      { page: '/log', tab: 'log', view: readLogAs },
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

/** The menu of a community. `path`: of the page that is shown; `waiting`: by tab, how much waits on its page. */
export function groupsOf(
  path: string,
  say: PageText<'console'>['say'],
  { own, may }: { readonly own: string; may(view: Right): boolean },
  waiting: Readonly<Record<string, number>>,
): Group[] {
  return GROUPS.flatMap(({ name, pages }): Group[] => {
    const links = pages
      .filter(({ view, from }) => may(view) && !(from && may(from)))
      .map(({ page, tab, also = [] }) => {
        const under = [...(page === '' ? [] : [page]), ...also].map((each) => own + each);
        const isCurrent = path === own + page || under.some((each) => path === each || path.startsWith(`${each}/`) || path.startsWith(`${each}.`));
        return { path: own + page, label: say(`tab.${tab}`), isCurrent, waits: waiting[tab] ?? 0 };
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
export function menu({ say }: PageText<'console'>, groups: readonly Group[]): Markup {
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
