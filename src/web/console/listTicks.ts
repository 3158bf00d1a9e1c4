import { html, type Markup } from '../html.ts';
import type { PageText } from '../public/pageText.ts';
import type { Mistakes } from './frame.ts';
import { type ListState, listValues, MOST_TICKED, nextPage, pageBefore } from './listState.ts';
import { address } from './query.ts';
import type { CommunityVisit } from './visits.ts';

/** Acts on several rows of a list, which are ticked. */
export interface Bulk<Row> {
  /** Where its form is sent, behind `/console/SLUG/`; `chosenIn` says there what was chosen. */
  readonly path: string;
  keyOf(row: Row): string;
  /** What the box of a row ticks, for a person who does not see the row. */
  labelOf(row: Row): string;
  /** Fields with what was typed, and buttons; undefined if the reader may do nothing with these rows. */
  form(visit: CommunityVisit, mistakes: Mistakes): Markup | undefined;
}

/** The ticks of a page. */
interface Ticks {
  /** Of the list. */
  readonly path: string;
  readonly state: ListState;
  /** Of the rows that are shown. */
  readonly keys: readonly string[];
  /** How many rows can be chosen at once; undefined if they cannot. */
  readonly count: number | undefined;
}

/** The box of a row. It belongs to the form, which stands below the table. */
export function tickBox<Row>({ text: { say } }: CommunityVisit, { keyOf, labelOf }: Bulk<Row>, { isAll, ticked }: ListState, row: Row): Markup {
  const key = keyOf(row);
  const marks = isAll ? html` checked disabled` : ticked.includes(key) ? html` checked` : '';
  return html`<td class="tick"><input type="checkbox" name="tick" value="${key}" form="ticked" aria-label="${say('list.tick', { what: labelOf(row) })}"${marks}></td>`;
}

/** What is chosen on other pages, and links that choose many rows at once: the address says which. A script makes a box of them that ticks the page. */
export function tickLinks({ text: { say } }: CommunityVisit, { path, state, keys, count }: Ticks): Markup {
  const { ticked, isAll } = state;
  const link = (name: 'tickPage' | 'tickAll' | 'tickNone', change: Partial<ListState>, params = {}) =>
    html`<a href="${address(path, listValues({ ...state, ...change }))}">${say(`list.${name}`, params)}</a> `;
  const page = [...new Set([...ticked, ...keys])];
  const elsewhere = elsewhereIn(state, keys).length;
  return html`<p class="ticks" data-all="${say('list.tickPage')}">${isAll ? html`<strong>${say('list.allTicked', { count: count ?? 0 })}</strong> ` : ''}${elsewhere > 0 && !isAll ? html`<span>${say('list.elsewhere', { count: elsewhere })}</span> ` : ''}${
    !isAll && page.length <= MOST_TICKED ? link('tickPage', { ticked: page }) : ''
  }${!isAll && count !== undefined ? link('tickAll', { ticked: [], isAll: true }, { count }) : ''}${isAll || ticked.length > 0 ? link('tickNone', { ticked: [], isAll: false }) : ''}</p>`;
}

/**
 * The form that the boxes belong to. Its address brings everything else that the list's address says, so that what it leads to is the same list. `to`:
 * where it is sent; `acts`: its fields and buttons. The buttons that lead to other pages take the ticks of this page along.
 */
export function bulkForm(
  { text: { say } }: CommunityVisit,
  { path, state, keys, count }: Ticks,
  to: string,
  acts: Markup,
  pages: Pages = { next: undefined },
): Markup {
  const here = { ...state, ticked: elsewhereIn(state, keys) };
  const values = (of: ListState) => ({ ...listValues(of), ...(state.isAll && { count }) });
  const toPage = (place: Place, words: string) =>
    html`<button class="quiet" formaction="${address(path, values({ ...here, ...place }))}" formnovalidate>${words}</button>`;
  return html`<form id="ticked" method="post" action="${address(to, values(here))}" class="bulk">${acts}${between(say, state, pages, toPage)}</form>`; // the first button is the one that Enter presses
}

interface Pages {
  /** Where the page that follows begins; undefined if none does. */
  readonly next: string | number | undefined;
  /** The number of the last page, if it is known. */
  readonly last?: number | undefined;
}

type Place = Pick<ListState, 'after' | 'page' | 'past'>;

/** Below a list: which page this is, and links to those before and behind it; empty if it is the only one. */
export function otherPages({ say }: PageText<'console'>, { path, state }: Pick<Ticks, 'path' | 'state'>, pages: Pages): Markup {
  return between(
    say,
    state,
    pages,
    (place, words, rel) => html`<a class="more" href="${address(path, listValues({ ...state, ...place }))}" rel="${rel}">${words}</a>`,
  );
}

function between(
  say: PageText<'console'>['say'],
  state: ListState,
  { next, last }: Pages,
  to: (place: Place, words: string, rel: 'prev' | 'next') => Markup,
): Markup {
  const { page } = state;
  if (page === 1 && next === undefined) return html``;
  const before = page === 1 ? undefined : pageBefore(state);
  const back = before && to(before, say(before.page === page - 1 ? 'list.before' : 'list.first'), 'prev');
  const which = last === undefined ? say('list.page', { page }) : say('list.pageOf', { page, last: Math.max(last, page) });
  return html`<p class="further">${back ? html`${back} ` : ''}<span>${which}</span> ${next === undefined ? '' : to(nextPage(state, next), say('further'), 'next')}</p>`;
}

function elsewhereIn({ ticked }: ListState, keys: readonly string[]): readonly string[] {
  return ticked.filter((key) => !keys.includes(key));
}
