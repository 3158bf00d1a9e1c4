import { stringify } from 'csv-stringify/sync';
import type { Detail, LogWanted, OpenedLogRow } from '../../fund/log/index.ts';
import { readLogAs } from '../../fund/staff/index.ts';
import { daysFrom, readTime } from '../../store/wallTime.ts';
import type { World } from '../../store/world.ts';
import { html, type Markup } from '../html.ts';
import type { PageText } from '../public/pageText.ts';
import { whole } from '../public/pageText.ts';
import { field, furtherLink } from './frame.ts';
import { address, asked, numberIn } from './query.ts';
import type { CommunityVisit } from './visits.ts';

const EACH = 50;
/** Rows of an export; who needs more narrows the filter, or takes `npm run audit`. */
const MOST = 10_000;
/** What an act can be about: the first word of its name. */
const ABOUT = ['request', 'inquiry', 'recording', 'proposal', 'cycle', 'broadcast', 'reminder', 'ballot', 'card', 'address', 'staff', 'community'];

/** The filter as it stands in the address. */
interface Filter extends Readonly<Record<string, string | undefined>> {
  readonly about: string | undefined;
  readonly by: string | undefined;
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** The log, newest first, with a filter, page by page. */
export function logPage(world: World): (visit: CommunityVisit) => Promise<void> {
  const read = readLogAs(world);
  return async (visit) => {
    const { text, own, request } = visit;
    const { say } = text;
    const filter = filterOf(visit);
    const before = numberIn(request.query.before);
    const { entries, more } = await read(visit.community._id, { ...wantedBy(visit, filter), before, limit: EACH }, visit.reader('logDetails'));
    const path = `${own}/log`;
    const last = entries.at(-1);
    await visit.send(say('tab.log'), [
      html`<h1>${say('tab.log')}</h1>`,
      filterForm(text, path, filter),
      entries.length > 0 ? table(visit, entries) : html`<p>${say('log.nothing')}</p>`,
      furtherLink(text, more && last ? address(path, { ...filter, before: last.seq }) : undefined),
      ...(entries.length > 0 ? [html`<p><a href="${address(`${path}.csv`, filter)}">${say('log.export')}</a></p>`] : []),
    ]);
  };
}

/** The same as CSV, with the same filter: everything that is on its pages. What a spreadsheet would run as a formula is text. */
export function logFile(world: World): (visit: CommunityVisit) => Promise<void> {
  const read = readLogAs(world);
  return async (visit) => {
    const slug = visit.community._id;
    const { entries } = await read(slug, { ...wantedBy(visit, filterOf(visit)), limit: MOST }, visit.reader('logDetails'));
    const rows = entries.map(({ seq, at, by, role, act, subject, opening }) => [
      ...[seq, at, by, role, act, subject],
      opening ? JSON.stringify(opening.detail) : '',
    ]);
    const columns = ['seq', 'at', 'by', 'role', 'act', 'subject', 'detail'];
    visit.response
      .type('text/csv')
      .set('Content-Disposition', `attachment; filename="log-${slug}.csv"`)
      .send(stringify(rows, { header: true, columns, escape_formulas: true, bom: true }));
  };
}

function filterOf({ request }: CommunityVisit): Filter {
  const about = asked(request, 'about');
  return {
    about: about !== undefined && ABOUT.includes(about) ? about : undefined,
    by: asked(request, 'by'),
    from: dayIn(asked(request, 'from')),
    to: dayIn(asked(request, 'to')),
  };
}

function dayIn(text: string | undefined): string | undefined {
  return text !== undefined && /^\d{4}-\d\d-\d\d$/.test(text) ? text : undefined;
}

/** Days are those of the community's clocks; the last one belongs to it. */
function wantedBy({ community: { timezone }, now }: CommunityVisit, { about, by, from, to }: Filter): Omit<LogWanted, 'limit'> {
  const last = to === undefined ? undefined : readTime(to, timezone, now);
  return {
    about,
    by,
    from: from === undefined ? undefined : readTime(from, timezone, now),
    until: last && daysFrom(last, 1, timezone),
  };
}

function filterForm({ say }: PageText, path: string, { about, by, from, to }: Filter): Markup {
  const options = ABOUT.map((each) => html`<option value="${each}"${each === about ? html` selected` : ''}>${say(`about.${each}`)}</option>`);
  return html`<form method="get" action="${path}" class="filter" role="search">
<div class="field"><label for="about">${say('log.about')}</label><select id="about" name="about"><option value="">${say('log.all')}</option>${options}</select></div>
${field({ name: 'by', label: say('log.by'), value: by })}
${field({ name: 'from', label: say('log.from'), value: from, attributes: html` type="date"` })}
${field({ name: 'to', label: say('log.to'), value: to, attributes: html` type="date"` })}
<button>${say('log.filter')}</button> <a href="${path}">${say('log.clear')}</a></form>`;
}

function table({ text }: CommunityVisit, entries: readonly OpenedLogRow[]): Markup {
  const { say, theirs, date } = text;
  const rows = entries.map(
    ({ seq, at, by, role, act, subject, opening }) => html`<tr><td>${seq}</td>
<td><time datetime="${at}">${whole(date(new Date(at)))}</time></td>
<td>${theirs(by)} <small>${say(`role.${role}`)}</small></td>
<td>${say(`act.${act}`)}</td><td>${subject}</td>
<td class="block">${opening ? detail(text, opening.detail) : html`<small>${say('log.noDetail')}</small>`}</td></tr>
`,
  );
  const heads = ['seq', 'at', 'by', 'act', 'subject', 'detail'].map((name) => html`<th scope="col">${say(`log.${name}`)}</th>`);
  return html`<table class="list"><thead><tr>${heads}</tr></thead><tbody>${rows}</tbody></table>`;
}

/** What an act was about, folded up. */
function detail({ say, theirs }: PageText, { before, after, reason }: Detail): Markup {
  const parts = Object.entries({ before, after, reason }).filter(([, value]) => value !== undefined);
  if (parts.length === 0) return html``;
  const items = parts.map(([name, value]) => html`<dt>${say(`log.${name}`)}</dt><dd>${theirs(told(value))}</dd>`);
  return html`<details><summary>${say('log.detail')}</summary><dl class="about-it">${items}</dl></details>`;
}

/** A value as people read it: `name 王芳, role cadre`. */
function told(value: unknown): string {
  if (Array.isArray(value)) return value.map(told).join('; ');
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .filter(([, each]) => each !== undefined && each !== null)
    .map(([name, each]) => `${name} ${told(each)}`)
    .join(', ');
}
