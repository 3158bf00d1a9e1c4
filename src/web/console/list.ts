import { setImmediate as rest } from 'node:timers/promises';
import { Router } from 'express';
import type { Right, View } from '../../fund/people/index.ts';
import type { PageKey } from '../../store/textKeys.ts';
import { html, type Markup } from '../html.ts';
import { routes } from '../routes.ts';
import { doneNotice, errorSummary, type Mistakes, type Tried } from './frame.ts';
import { type Askable, FIRST, keptIn, type ListState, listState, listValues } from './listState.ts';
import { type Bulk, bulkForm, otherPages, tickBox, tickLinks } from './listTicks.ts';
import { address, asked, type Values } from './query.ts';
import { FILE_KINDS, sendTable } from './tableFiles.ts';
import type { CommunityVisit, Visits } from './visits.ts';

/** What of a list is in its files. A page that is no table, with forms among its rows, has files all the same (`fileRoutes`). */
export interface Listed<Row, Name extends string> extends Askable {
  /** The end of its address: `requests` is `/console/SLUG/requests`, `…/requests.csv` and `…/requests.xlsx`. It may hold parameters, such as `:id`. */
  readonly name: string;
  /** The key of a column's heading, by the column's name. */
  readonly head: (column: Name) => PageKey<'console'>;
  /** What its files are called, once its rows are read, where that is not its name and the community's. */
  readonly file?: (visit: CommunityVisit) => string;
  /** How many rows are read at once for a file; 500 where it is absent. A list that is read as a whole for each page takes more. */
  readonly chunk?: number;
  columns(visit: CommunityVisit, state: ListState): readonly Column<Row, Name>[];
  readonly read: ListRead<Row>;
}

/** The view whose readers see a list and its files; and the rows that follow `state.after`, `limit` at most. */
export interface ListRead<Row> {
  readonly view: Right;
  readonly rows: (visit: CommunityVisit, state: ListState, limit: number) => Promise<Rows<Row>>;
}

/** Reads the rows of a list through a view: `ask` reads it. */
export function through<Asked extends readonly unknown[], Found, Row>(
  view: View<Asked, Found>,
  rows: (ask: (...asked: Asked) => Promise<Found>, visit: CommunityVisit, state: ListState, limit: number) => Promise<Rows<Row>>,
): ListRead<Row> {
  return {
    view,
    rows: async (visit, ...wanted) => {
      const reading = visit.reading(view);
      view.check(reading); // also where there is nothing to read yet
      return rows((...asked) => view.read(reading, ...asked), visit, ...wanted);
    },
  };
}

/** A list that is a page of a community, with its files (CONTRIBUTING.md: A list). */
export interface List<Row, Name extends string> extends Listed<Row, Name> {
  readonly title: (visit: CommunityVisit) => string;
  /** The key of what is said instead of a table without rows. */
  readonly nothing: PageKey<'console'>;
  /** The key of how many there are; `list.count` where it is absent. */
  readonly counted?: PageKey<'console'>;
  /** What was done just now, if the address says so. */
  done?(visit: CommunityVisit): string | undefined;
  /** What stands between the title and the table: views, a filter, forms with what is wrong in them. */
  above?(visit: CommunityVisit, state: ListState, mistakes: Mistakes, tried: Tried): readonly Markup[] | Promise<readonly Markup[]>;
  readonly bulk?: Bulk<Row>;
}

/** A column by its name, which is that in CSV, too: `Listed.head` gives the key of its heading, if it does not bring one. */
export type Column<Row, Name extends string> = Cells<Row> &
  ({ readonly name: Name; readonly head?: undefined } | { readonly name: string; readonly head: string });

interface Cells<Row> {
  /** On the page. A column without it is only in the files. */
  readonly cell?: (row: Row) => Markup | string | number;
  /** In the files. A column without it is only on the page. */
  readonly text?: (row: Row) => string | number;
  /** On a phone it has a line of its own. */
  readonly isBlock?: boolean;
  /** On a phone, where the headings are not seen, its heading stands before what is not empty. */
  readonly isNamed?: boolean;
  /** A number or a sum: it stands right. */
  readonly isNumber?: boolean;
}

export interface Rows<Row> {
  readonly rows: readonly Row[];
  /** `after` of the page that follows; undefined if none does. */
  readonly next: string | number | undefined;
  /** How many rows the filter shows on all pages, if that is known. Without it they cannot be chosen all at once. */
  readonly count?: number;
  /** How many there are, where they cannot be chosen all at once. */
  readonly total?: number;
}

/** Rows of a page. */
const PAGE_SIZE = 50;
/** Before each so many rows of a page, some 15 µs each, and behind them turns that wait go first. */
const PIECE = 25;
/** Rows of a file, and rows that can be chosen at once by their filter. */
const MAX_FILE_ROWS = 10_000;
const CHUNK = 500;

/** The page of a list, and its files. */
export function listRoutes<Row, Name extends string>(known: Visits, list: List<Row, Name>): Router {
  const { ofCommunity } = known;
  const path = `/console/:slug/${list.name}`;
  return routes()
    .use(fileRoutes(known, list))
    .page(path, ofCommunity, (visit) => showList(visit, list))
    .form(
      path,
      ofCommunity,
      async (visit) => visit.lead(listAddress(visit, list)), // to the page that follows, with the ticks of this one
    );
}

/** The files of a list. */
export function fileRoutes<Row, Name extends string>({ withFile }: Visits, list: Listed<Row, Name>): Router {
  const path = `/console/:slug/${list.name}`;
  const routes = Router();
  for (const kind of FILE_KINDS)
    routes.get(
      `${path}.${kind}`,
      withFile(async (visit) => {
        const columns = list
          .columns(visit, listState(list, visit.request))
          .flatMap((column) => (column.text ? [{ name: column.name, text: column.text, head: headIn(visit, list, column) }] : []));
        const { rows, isCut } = everyRow(visit, list);
        const called = () => list.file?.(visit) ?? `${nameOf(visit, list).replaceAll('/', '-')}-${visit.community._id}`;
        const name = () => `${called()}${isCut() ? `-first-${MAX_FILE_ROWS}` : ''}`;
        await sendTable(visit.response, kind, name, { columns, rows: cellsOf(rows, (row) => columns.map(({ text }) => text(row))) });
      }),
    );
  return routes;
}

async function* cellsOf<Row>(chunks: AsyncIterable<readonly Row[]>, cells: (row: Row) => readonly (string | number)[]) {
  for await (const rows of chunks) yield rows.map(cells);
}

/** A list by its address and its rows, whatever its columns are. */
interface Named extends Askable {
  readonly name: string;
}

interface Read<Row> extends Named {
  readonly chunk?: number;
  readonly read: ListRead<Row>;
}

/** What the filter shows, 10,000 rows at most. `isCut`: there are more; it is known at the end. */
function everyRow<Row>(visit: CommunityVisit, list: Read<Row>): { readonly rows: AsyncIterable<readonly Row[]>; readonly isCut: () => boolean } {
  const state = listState(list, visit.request);
  let next: Rows<Row>['next'];
  async function* chunks() {
    let left = MAX_FILE_ROWS;
    do {
      const found = await list.read.rows(
        visit,
        { ...state, after: next === undefined ? undefined : String(next) },
        Math.min(list.chunk ?? CHUNK, left),
      );
      yield found.rows;
      next = found.next;
      left -= found.rows.length;
      await rest();
    } while (next !== undefined && left > 0);
  }
  return { rows: chunks(), isCut: () => next !== undefined };
}

/**
 * The keys that were chosen for a bulk act, from the form that the list's page sent. `changed`: everything that the filter shows was chosen, and it shows
 * another number of rows by now.
 */
export async function chosenIn<Row>(
  visit: CommunityVisit,
  list: Read<Row> & { readonly bulk: Bulk<Row> },
): Promise<{ readonly keys: readonly string[] } | { readonly changed: true }> {
  const { isAll, ticked } = listState(list, visit.request);
  if (!isAll) return { keys: ticked };
  const { rows, isCut } = everyRow(visit, list);
  const keys: string[] = [];
  for await (const some of rows) keys.push(...some.map(list.bulk.keyOf));
  return asked(visit.request, 'count') === String(keys.length) && !isCut() ? { keys } : { changed: true };
}

/** Shows a list as the address or its form says: after a form that could not be taken, with what was wrong, and what was tried. */
export async function showList<Row, Name extends string>(
  visit: CommunityVisit,
  list: List<Row, Name>,
  mistakes: Mistakes = {},
  status = 200,
  tried: Tried = {},
): Promise<void> {
  const { text, own } = visit;
  const { say } = text;
  const state = listState(list, visit.request);
  const path = `${own}/${nameOf(visit, list)}`;
  const title = list.title(visit);
  const { rows, next, count, total = count } = await list.read.rows(visit, state, PAGE_SIZE);
  const acts = rows.length > 0 ? list.bulk?.form(visit, mistakes) : undefined;
  const bulk = acts && list.bulk;
  const pages = { next, last: total === undefined ? undefined : Math.ceil(total / PAGE_SIZE) };
  const ticks = bulk && { path, state, keys: rows.map(bulk.keyOf), count: canChoose(count) };
  await visit.send(
    title,
    [
      doneNotice(list.done?.(visit)),
      errorSummary(text, mistakes),
      html`<h1>${title}${total === undefined ? '' : html` <small>${say(list.counted ?? 'list.count', { count: total })}</small>`}</h1>`,
      ...((await list.above?.(visit, state, mistakes, tried)) ?? []),
      ticks ? tickLinks(visit, ticks) : html``,
      rows.length > 0 ? await table(visit, list, state, rows, bulk) : html`<p>${say(list.nothing)}</p>`,
      ticks && acts && bulk ? bulkForm(visit, ticks, `${own}/${bulk.path}`, acts, pages) : otherPages(text, { path, state }, pages),
      rows.length > 0 ? fileLinks(visit, path, state) : html``,
    ],
    { status, path: address(path, listValues(state)), ...(ticks && { script: 'tickPage' }) },
  );
}

/** The address of a list as it stands in a request, for links and forms that lead back to it. `more`: what it is to tell besides. */
export function listAddress(visit: CommunityVisit, list: Named, more: Values = {}): string {
  return address(`${visit.own}/${nameOf(visit, list)}`, { ...keptIn(list, visit.request), ...more });
}

/** The end of a list's address, with the values of its parameters. */
function nameOf({ request }: CommunityVisit, { name }: Pick<Named, 'name'>): string {
  return name.replaceAll(/:(\w+)/g, (_, parameter: string) => String(request.params[parameter]));
}

function canChoose(count: number | undefined): number | undefined {
  return count !== undefined && count <= MAX_FILE_ROWS ? count : undefined;
}

async function table<Row, Name extends string>(
  visit: CommunityVisit,
  list: List<Row, Name>,
  state: ListState,
  rows: readonly Row[],
  bulk: Bulk<Row> | undefined,
): Promise<Markup> {
  const columns = list.columns(visit, state).flatMap((column) => {
    const { name, cell, isBlock, isNamed, isNumber } = column;
    if (!cell) return [];
    const label = headIn(visit, list, column);
    const begin = isBlock ? html`<td class="block">` : isNumber ? html`<td class="num">` : html`<td>`;
    return [{ name, label, isNumber, cell, begin, named: isNamed ? html`<span class="named">${label} </span>` : '' }];
  });
  const heads = columns.map(({ name, label, isNumber }) => headOf(visit, list, state, name, label, isNumber));
  const lines: Markup[] = [];
  for (const row of rows) {
    if (lines.length % PIECE === 0) await rest();
    const cells = columns.map(({ cell, begin, named }) => {
      const value = cell(row);
      return html`${begin}${value === '' ? '' : named}${value}</td>`;
    });
    lines.push(html`<tr>${bulk ? tickBox(visit, bulk, state, row) : ''}${cells}</tr>
`);
  }
  await rest();
  return html`<table class="list"><thead${list.sorts ? html` class="sorts"` : ''}><tr>${bulk ? html`<td class="tick"></td>` : ''}${heads}</tr></thead>
<tbody>${lines}</tbody></table>`;
}

function headIn<Row, Name extends string>({ text: { say } }: CommunityVisit, list: Listed<Row, Name>, column: Column<Row, Name>): string {
  return column.head === undefined ? say(list.head(column.name)) : column.head;
}

/** A heading; if the list can be sorted by it, with a link that does so, and then the other way round. */
function headOf(visit: CommunityVisit, list: Named, state: ListState, column: string, label: string, isNumber = false): Markup {
  const { sorts = [] } = list;
  const right = isNumber ? html` class="num"` : '';
  if (!sorts.includes(column)) return html`<th scope="col"${right}>${label}</th>`;
  const isBy = state.sort?.by === column;
  const isDescending = isBy && state.sort.isDescending;
  const sort = { by: column, isDescending: isBy && !isDescending };
  const link = address(`${visit.own}/${nameOf(visit, list)}`, listValues({ ...state, sort, ...FIRST }));
  const arrow = html` <span aria-hidden="true">${isDescending ? '↓' : '↑'}</span>`;
  const sorted = html` aria-sort="${isDescending ? 'descending' : 'ascending'}"`;
  return html`<th scope="col"${right}${isBy ? sorted : ''}><a href="${link}">${label}${isBy ? arrow : ''}</a></th>`;
}

/** Links to the files with everything that a list shows, by its filter if it has one. `path`: the address of the list. */
export function fileLinks({ text: { say } }: Pick<CommunityVisit, 'text'>, path: string, filtered?: Pick<ListState, 'filter' | 'sort'>): Markup {
  const { filter, sort } = filtered ?? { filter: {}, sort: undefined };
  const values = listValues({ filter, sort, ...FIRST, ticked: [], isAll: false });
  const links = FILE_KINDS.map((kind) => html`<a href="${address(`${path}.${kind}`, values)}">${kind.toUpperCase()}</a> `);
  return html`<p class="files"><span>${say(filtered ? 'list.files' : 'list.asFile', { most: MAX_FILE_ROWS })}</span> ${links}</p>`;
}
