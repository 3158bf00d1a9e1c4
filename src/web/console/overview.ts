import { Router } from 'express';
import { STAGES } from '../../fund/cycles/index.ts';
import { mayDo, type Waits } from '../../fund/people/index.ts';
import { ALL, staffActor } from '../../fund/staff/index.ts';
import { readOverview, type Standing, WARNINGS } from '../../outreach/readOverview.ts';
import type { PageKeyIn } from '../../store/textKeys.ts';
import { DAY_MS } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import { Refusal } from '../errors.ts';
import { html, type Markup } from '../html.ts';
import type { PageText } from '../public/pageText.ts';
import { furtherLink } from './frame.ts';
import { fileLinks } from './list.ts';
import { type Askable, type ListState, listState, listValues } from './listState.ts';
import { address } from './query.ts';
import { FILE_KINDS, type FileKind, sendTable } from './tableFiles.ts';
import { ageOf } from './today.ts';
import type { StaffVisit, Visits } from './visits.ts';
import { waitingIn } from './waiting.ts';

const PAGE_SIZE = 50;
const PATH = '/console';

/** By what the communities can be sorted, as a number or a text; what a community lacks comes last. */
const SORTS: Readonly<Record<string, (standing: Standing) => number | string | undefined>> = {
  name: ({ name }) => name,
  left: ({ ends }) => ends?.getTime(),
  turnout: ({ turnout }) => turnout && shareOf(turnout),
  requests: ({ requests }) => requests?.count,
  inquiries: ({ inquiries }) => inquiries?.count,
  oldest: ({ requests, inquiries }) => oldest([requests, inquiries])?.getTime(),
  failed: ({ failed }) => (failed > 0 ? failed : undefined),
};

const LIST: Askable = {
  filters: {
    warning: (given) => ['any', ...WARNINGS].find((each) => each === given),
    stage: (given) => STAGES.find((each) => each === given),
  },
  sorts: Object.keys(SORTS),
};

/**
 * Those communities of a member of the staff in which they oversee the work, by slug: `all` for an office that reads all. There are others if they are on
 * the council of one.
 */
export function overseen({ staff }: Pick<StaffVisit, 'staff'>): readonly string[] | 'all' {
  const slugs = staff.roles.flatMap((role) => {
    const actor = staffActor(role, role.community);
    return actor && mayDo(actor, waitingIn, role.community) ? [role.community] : [];
  });
  return slugs.includes(ALL) ? 'all' : [...new Set(slugs)];
}

/** How several communities stand, with warnings; the filter, the sorting and the place are in the address. */
export async function overview(world: World, visit: StaffVisit, slugs: readonly string[] | 'all'): Promise<Markup[]> {
  const { text, now, request } = visit;
  const { say } = text;
  const state = listState(LIST, request);
  const all = await readOverview(world, slugs);
  const shown = sorted(all.filter(isWanted(state)), state);
  const from = Number.parseInt(state.after ?? '0', 10) || 0;
  const next = from + PAGE_SIZE < shown.length ? address(PATH, { ...listValues(state), after: from + PAGE_SIZE }) : undefined;
  return [
    filterForm(text, state, all),
    html`<p>${say('overview.count', { count: shown.length, all: all.length })}</p>`,
    shown.length > 0 ? table(text, state, now, shown.slice(from, from + PAGE_SIZE)) : html`<p>${say('overview.nothing')}</p>`,
    furtherLink(text, next),
    shown.length > 0 ? fileLinks(visit, `${PATH}/overview`, state) : html``,
  ];
}

/** `/console/overview.csv` and `.xlsx`: what the overview's filter shows, of the communities that the reader oversees. */
export function overviewFiles(world: World, { staff }: Visits): Router {
  const send = async (visit: StaffVisit, kind: FileKind): Promise<void> => {
    const seen = overseen(visit);
    if (seen.length === 0) throw new Refusal(404, 'There is nothing at this address.');
    const { say } = visit.text;
    const state = listState(LIST, visit.request);
    const standings = sorted((await readOverview(world, seen)).filter(isWanted(state)), state);
    const columns = COLUMNS.map(({ name }) => ({ name, head: say(`overview.${name}`) }));
    const rows = standings.map((standing) => COLUMNS.map(({ text }) => text(standing, visit.text)));
    await sendTable(visit.response, kind, () => 'overview', { columns, rows: [rows] });
  };
  const routes = Router();
  for (const kind of FILE_KINDS)
    routes.get(
      `${PATH}/overview.${kind}`,
      staff((visit) => send(visit, kind)),
    );
  return routes;
}

type Name = PageKeyIn<'console', 'overview'>;

const COLUMNS: readonly { readonly name: Name; readonly text: (standing: Standing, text: PageText<'console'>) => string | number }[] = [
  { name: 'name', text: ({ name }) => name },
  { name: 'slug', text: ({ slug }) => slug },
  { name: 'stage', text: ({ stage }, { say }) => (stage ? say(`stage.${stage}`) : '') },
  { name: 'until', text: ({ ends }) => ends?.toISOString() ?? '' },
  { name: 'voters', text: ({ turnout }) => turnout?.voters ?? '' },
  { name: 'residents', text: ({ turnout }) => turnout?.residents ?? '' },
  { name: 'requests', text: ({ requests }) => requests?.count ?? '' },
  { name: 'inquiries', text: ({ inquiries }) => inquiries?.count ?? '' },
  { name: 'oldest', text: ({ requests, inquiries }) => oldest([requests, inquiries])?.toISOString() ?? '' },
  { name: 'failed', text: ({ failed }) => failed },
  { name: 'warnings', text: ({ warnings }, { say }) => warnings.map((warning) => say(`overview.warning.${warning}`)).join('; ') },
];

function isWanted({ filter: { warning, stage } }: ListState): (standing: Standing) => boolean {
  return (standing) => {
    const hasWarning = warning === 'any' ? standing.warnings.length > 0 : standing.warnings.some((each) => each === warning);
    return (warning === undefined || hasWarning) && (stage === undefined || standing.stage === stage);
  };
}

/** Without a wish those with most warnings come first. What is alike stays as it came, by name. */
function sorted(standings: readonly Standing[], { sort }: ListState): Standing[] {
  if (!sort) return standings.toSorted((one, other) => other.warnings.length - one.warnings.length);
  const by = SORTS[sort.by];
  return standings.toSorted((one, other) => {
    const [first, second] = [by?.(one), by?.(other)];
    if (first === undefined || second === undefined) return Number(first === undefined) - Number(second === undefined);
    const order = typeof first === 'string' ? NAMES.compare(first, String(second)) : first - Number(second);
    return sort.isDescending ? -order : order;
  });
}

const NAMES = new Intl.Collator('zh-CN', { numeric: true });

function filterForm({ say }: PageText<'console'>, { filter, sort }: ListState, all: readonly Standing[]): Markup {
  const option = (value: string, label: string, chosen: string | undefined) =>
    html`<option value="${value}"${value === chosen ? html` selected` : ''}>${label}</option>`;
  const warned = all.filter(({ warnings }) => warnings.length > 0).length;
  const warnings = WARNINGS.map((warning) => option(warning, say(`overview.warning.${warning}`), filter.warning));
  const stages = STAGES.map((stage) => option(stage, say(`stage.${stage}`), filter.stage));
  return html`<form method="get" action="${PATH}" class="filter" role="search">
${sort ? html`<input type="hidden" name="sort" value="${sort.isDescending ? '-' : ''}${sort.by}">` : ''}
<div class="field"><label for="warning">${say('overview.warnings')}</label><select id="warning" name="warning">${option('', say('list.all'), filter.warning)}${option('any', say('overview.any', { count: warned }), filter.warning)}${warnings}</select></div>
<div class="field"><label for="stage">${say('overview.stage')}</label><select id="stage" name="stage">${option('', say('list.all'), filter.stage)}${stages}</select></div>
<button>${say('list.filter')}</button> <a href="${PATH}">${say('list.clear')}</a></form>`;
}

function table(text: PageText<'console'>, state: ListState, now: Date, standings: readonly Standing[]): Markup {
  const { say } = text;
  const heads = (['name', 'stage', 'left', 'turnout', 'requests', 'inquiries', 'oldest', 'failed', 'warnings'] as const).map((name) =>
    head(text, state, name),
  );
  const rows = standings.map((standing) => {
    const { slug, name, stage, turnout, requests, inquiries, failed, warnings } = standing;
    const own = `${PATH}/${slug}`;
    const since = oldest([requests, inquiries]);
    const share = turnout || stage === 'vote' ? html`<a href="${own}/turnout">${turnoutIn(text, turnout)}</a>` : '';
    const told = warnings.map((warning) => html`<li class="late">${say(`overview.warning.${warning}`)}</li>`);
    return html`<tr><td class="block"><a href="${own}">${text.userText(name)}</a></td><td>${stage ? say(`stage.${stage}`) : ''}</td><td>${left(text, standing, now)}</td>
${cell(say('overview.turnout'), share)}${cell(say('overview.requests'), requests?.count)}${cell(say('overview.inquiries'), inquiries?.count)}${cell('', since && ageOf(say, since, now))}${cell(say('overview.failed'), failed)}
<td class="block">${told.length > 0 ? html`<ul class="warned">${told}</ul>` : ''}</td></tr>
`;
  });
  return html`<table class="list"><thead class="sorts"><tr>${heads}</tr></thead>
<tbody>${rows}</tbody></table>`;
}

/** A number; nothing where there is none. On a phone, where the headings are not seen, its name stands before it. */
function cell(name: string, value: Markup | string | number | undefined): Markup {
  return value === undefined || value === 0 || value === '' ? html`<td></td>` : html`<td><span class="named">${name} </span>${value}</td>`;
}

function head({ say }: PageText<'console'>, state: ListState, column: Name): Markup {
  const label = say(`overview.${column}`);
  if (SORTS[column] === undefined) return html`<th scope="col">${label}</th>`;
  const isBy = state.sort?.by === column;
  const isDescending = isBy && state.sort.isDescending;
  const link = address(PATH, listValues({ ...state, sort: { by: column, isDescending: isBy && !isDescending }, after: undefined }));
  const arrow = html` <span aria-hidden="true">${isDescending ? '↓' : '↑'}</span>`;
  return html`<th scope="col"${isBy ? html` aria-sort="${isDescending ? 'descending' : 'ascending'}"` : ''}><a href="${link}">${label}${isBy ? arrow : ''}</a></th>`;
}

function left({ say }: PageText<'console'>, { ends }: Standing, now: Date): string {
  return ends ? say('overview.days', { count: Math.max(0, Math.ceil((ends.getTime() - now.getTime()) / DAY_MS)) }) : '';
}

/** What is counted of a vote so far: in tens while it is open, so that fewer than ten are not told apart. */
function turnoutIn({ say }: PageText<'console'>, turnout: Standing['turnout']): string {
  if (!turnout) return say('overview.notCounted');
  return turnout.voters === 0 ? say('overview.few') : percent(shareOf(turnout));
}

function shareOf({ voters, residents }: NonNullable<Standing['turnout']>): number {
  return residents > 0 ? voters / residents : 0;
}

function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}

function oldest(waiting: readonly (Waits | undefined)[]): Date | undefined {
  return waiting
    .flatMap((waits) => waits?.since ?? [])
    .toSorted((one, other) => one.getTime() - other.getTime())
    .at(0);
}
