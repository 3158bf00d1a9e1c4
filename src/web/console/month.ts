import type { Router } from 'express';
import { ENTRY_KINDS } from '../../fund/accounts/index.ts';
import { INQUIRY_KINDS } from '../../fund/inquiries/index.ts';
import { type MonthRead, readMonth } from '../../outreach/readMonth.ts';
import { type MonthPart, monthSheet, printPdf } from '../../print/index.ts';
import type { PageKeyIn } from '../../store/textKeys.ts';
import { dayOf } from '../../store/wallTime.ts';
import { isForAll } from '../documents.ts';
import { Refusal } from '../errors.ts';
import { html, type Markup } from '../html.ts';
import { noWrap } from '../public/pageText.ts';
import { routes } from '../routes.ts';
import { fileRoutes, type Listed, through } from './list.ts';
import { TABS, type Tab } from './navigation.ts';
import { sendPdf, unprinted } from './print.ts';
import { address, asked } from './query.ts';
import { FILE_KINDS } from './tableFiles.ts';
import type { CommunityVisit, Visits } from './visits.ts';

/** A number of the month: what it counts, and where it is counted. */
interface Line {
  readonly name: string;
  readonly value: number;
  /** The number as people read it, if it is a sum of money. */
  readonly said?: string;
  /** The page where it is counted, as the menu names it. */
  readonly tab: Tab;
  /** Behind `/console/SLUG`. */
  readonly path: string;
}

interface Part {
  readonly part: (typeof PARTS)[number];
  readonly lines: readonly Line[];
}

const PARTS = ['people', 'proposals', 'inbox', 'meetings', 'publication', 'turnout', 'messages', 'works', 'account', 'second'] as const;

/** `/console/SLUG/month`: what a month came to, for the street office; as a page, PDF, XLSX and CSV. Every number leads to where it is counted. */
export function monthPages(known: Visits, publicUrl: string): Router {
  const { ofCommunity, printing } = known;
  return routes()
    .use(fileRoutes(known, MONTH_FILES))
    .page('/console/:slug/month', ofCommunity, async (visit) => show(visit, await partsOf(visit)))
    .page('/console/:slug/month.pdf', printing, async (visit) => {
      const { month, parts: all } = await partsOf(visit);
      try {
        const printed = sheet(visit, month, all, isForAll(publicUrl) ? publicUrl : undefined);
        sendPdf(visit.response, `${visit.community._id}-${month}`, await printPdf(printed, true));
      } catch (error) {
        const wrong = unprinted(visit.text, error);
        if (!wrong) throw error;
        throw new Refusal(409, wrong.form);
      }
    });
}

/** A line of the month in its files. */
type FiledLine = Pick<Part, 'part'> & Line;

const MONTH_FILES: Listed<FiledLine, PageKeyIn<'console', 'month.head'>> = {
  name: 'month',
  head: (column) => `month.head.${column}`,
  filters: {},
  file: (visit) => `${visit.community._id}-${monthIn(visit)}`,
  columns: ({ text: { say } }) => [
    { name: 'part', text: ({ part }) => say(`month.part.${part}`) },
    { name: 'name', text: ({ name }) => name },
    { name: 'value', text: ({ value }) => value },
    { name: 'source', text: ({ tab }) => say(`tab.${tab}`) },
  ],
  read: through(readMonth, async (ask, visit) => {
    const found = await ask(visit.community.timezone, monthIn(visit));
    return { rows: parts(visit, found).flatMap(({ part, lines }) => lines.map((line) => ({ part, ...line }))), next: undefined };
  }),
};

interface Shown {
  readonly month: string;
  readonly earliest: string;
  readonly parts: readonly Part[];
}

async function partsOf(visit: CommunityVisit): Promise<Shown> {
  const month = monthIn(visit);
  const found = await visit.read(readMonth, visit.community.timezone, month);
  return { month, earliest: found.earliest, parts: parts(visit, found) };
}

/** The month that the address names, or this one. */
function monthIn({ request, now, community: { timezone } }: CommunityVisit): string {
  const month = asked(request, 'month');
  return month !== undefined && /^20\d\d-(0[1-9]|1[0-2])$/.test(month) ? month : dayOf(now, timezone).slice(0, 7);
}

/** The month so many after this one. */
function monthFrom(month: string, away: number): string {
  const [year = 0, number = 0] = month.split('-').map(Number);
  return new Date(Date.UTC(year, number - 1 + away, 1)).toISOString().slice(0, 7);
}

async function show(visit: CommunityVisit, { month, earliest, parts: all }: Shown): Promise<void> {
  const { text, own, now, community } = visit;
  const { say } = text;
  const to = (name: string, at: string) => address(`${own}/${name}`, { month: at });
  const ways = [
    ...(month > earliest ? [html`<a href="${to('month', monthFrom(month, -1))}" rel="prev">${say('month.before')}</a>`] : []),
    ...(month < dayOf(now, community.timezone).slice(0, 7)
      ? [html`<a href="${to('month', monthFrom(month, 1))}" rel="next">${say('month.after')}</a>`]
      : []),
  ];
  const files = ['pdf', ...FILE_KINDS.toReversed()].map((kind) => html`<a href="${to(`month.${kind}`, month)}">${kind.toUpperCase()}</a> `);
  await visit.send(say('tab.month'), [
    html`<h1>${say('tab.month')} <small>${text.month(month)}</small></h1><p>${say('month.about')}</p>
<nav class="views" aria-label="${say('month.which')}">${ways}</nav><p class="files"><span>${say('turnout.files')}</span> ${files}</p>`,
    table(visit, all),
  ]);
}

function table(visit: CommunityVisit, all: readonly Part[]): Markup {
  const { text, own, may } = visit;
  const { say } = text;
  const heads = (['name', 'value', 'source'] as const).map(
    (name) => html`<th scope="col"${name === 'value' ? html` class="num"` : ''}>${say(`month.head.${name}`)}</th>`,
  );
  const isSeen = (tab: Tab) => TABS.some((page) => page.tab === tab && may(page.view));
  const bodies = all.map(({ part, lines }) => {
    const rows = lines.map(({ name, value, said = String(value), tab, path }) => {
      const source = say(`tab.${tab}`);
      return html`<tr><th scope="row">${name}</th><td class="num">${noWrap(said)}</td><td>${isSeen(tab) ? html`<a href="${own}${path}">${source}</a>` : source}</td></tr>
`;
    });
    return html`<tbody><tr><th scope="rowgroup" colspan="3"><b>${say(`month.part.${part}`)}</b></th></tr>
${rows}</tbody>`;
  });
  return html`<table class="plain month"><thead><tr>${heads}</tr></thead>${bodies}</table>`;
}

function sheet({ text, own, community, now }: CommunityVisit, month: string, all: readonly Part[], from: string | undefined) {
  const { say } = text;
  const title = say('month.title', { month: text.month(month) });
  const written = all.map(
    ({ part, lines }): MonthPart => ({
      title: say(`month.part.${part}`),
      lines: lines.map(({ name, value, said = String(value), tab, path }) => ({
        ...{ name, value: said, source: say(`tab.${tab}`), href: from && `${from}${own}${path}` },
      })),
    }),
  );
  return monthSheet({
    ...{ community: community.name, title, about: say('month.printed', { at: text.date(now) }), language: text.language, at: now, parts: written },
    heads: [say('month.head.name'), say('month.head.value'), say('month.head.source')],
    sign: [say('month.by'), say('month.seal')],
  });
}

/** The acts of the staff that are counted, by part, with the word by which the log finds them. */
const ACTS: readonly (readonly [part: (typeof PARTS)[number], about: string, acts: readonly string[]])[] = [
  ['people', 'request', ['request.accept', 'request.refuse']],
  ['proposals', 'proposal', ['proposal.examine', 'proposal.answer']],
  ['inbox', 'inquiry', ['inquiry.answer', 'inquiry.close']],
  ['meetings', 'meeting', ['meeting.plan', 'meeting.sign']],
  ['publication', 'publication', ['publication.publish', 'publication.check']],
  ['publication', 'objection', ['objection.answer']],
  ['messages', 'broadcast', ['broadcast.send']],
  ['second', 'second', ['second.confirm', 'second.refuse', 'second.lapse']],
];

/** The month as it is told; parts in which nothing is counted are left out. */
function parts(visit: CommunityVisit, month: MonthRead): Part[] {
  const { text, wordOfAct } = visit;
  const { say, day, money } = text;
  const { first, last, residents, proposals, letters, objections, acts, steps, entries, turnout: voted } = month;
  const counted = ACTS.flatMap(([part, about, names]) =>
    names.flatMap((name) => {
      const value = acts.get(name) ?? 0;
      const path = address('/log', { about, from: first, to: last });
      return value > 0 ? [{ part, line: { name: wordOfAct(name, 'did'), value, tab: 'log', path } satisfies Line }] : [];
    }),
  );
  const sums = ENTRY_KINDS.flatMap((kind) => {
    const some = entries.filter(({ entry }) => entry.kind === kind);
    return [...new Set(some.map(({ cycle }) => cycle))].map((cycle): Line => {
      const value = some.filter((each) => each.cycle === cycle).reduce((sum, { entry }) => sum + entry.amount, 0);
      return {
        name: say(`account.${kind}`),
        value,
        said: money(value, cycle.currency),
        tab: 'account',
        path: address('/account', { cycle: cycle._id }),
      };
    });
  });
  const came = (name: 'residents' | 'proposals' | 'objections' | 'voters', value: number, tab: Tab, path: string): Line[] =>
    value > 0 ? [{ name: say(`month.${name}`), value, tab, path }] : [];
  const own: Partial<Record<(typeof PARTS)[number], readonly Line[]>> = {
    people: came('residents', residents, 'people', '/people'),
    proposals: came('proposals', proposals, 'proposals', '/proposals'),
    inbox: INQUIRY_KINDS.flatMap((kind): Line[] => {
      const value = letters.get(kind) ?? 0;
      return value > 0 ? [{ name: say('month.letters', { kind: say(`kind.${kind}`) }), value, tab: 'inbox', path: '/inbox' }] : [];
    }),
    publication: came('objections', objections, 'publication', '/publication'),
    turnout: voted ? came('voters', voted.voters, 'turnout', address('/turnout', { cycle: voted.cycle })) : [],
    works: steps.map(({ cycle, work, step }) => ({
      name: `${work} ${titleOf(cycle.projects, work)} · ${say(`works.states.${step.state}`)}`,
      ...{ value: 1, said: day(step.day), path: `/works/${cycle._id}/${work}` },
      tab: 'works',
    })),
    account: sums,
  };
  return PARTS.map((part) => ({ part, lines: [...(own[part] ?? []), ...counted.flatMap((each) => (each.part === part ? [each.line] : []))] })).filter(
    ({ lines }) => lines.length > 0,
  );
}

function titleOf(projects: readonly { readonly number: number; readonly title: string }[], number: number): string {
  return projects.find((project) => project.number === number)?.title ?? '';
}
