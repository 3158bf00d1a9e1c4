import type { CommunityRecord } from '../../fund/communities/index.ts';
import { entriesIn } from '../../store/names.ts';
import type { PageKeyIn } from '../../store/textKeys.ts';
import { html, type Markup } from '../html.ts';
import { type Frame, layout } from './layout.ts';

/** What is public of a community, by the names of its sentences (`dataPage.say`), each with where it stands. `SLUG` and `ID` are put in. */
const PAGES = {
  page: '/c/SLUG?cycle=ID',
  report: '/c/SLUG/report?cycle=ID',
  proposals: '/c/SLUG/proposals?cycle=ID',
  meetings: '/c/SLUG/meetings?cycle=ID',
  log: '/c/SLUG/log',
} as const;
const FOLLOWED = { feed: '/c/SLUG/feed.atom', calendar: '/c/SLUG/calendar.ics' } as const;
const TABLES = {
  resultsCsv: '/api/cycles/ID/results.csv',
  turnoutCsv: '/api/cycles/ID/turnout.csv',
  worksCsv: '/api/cycles/ID/works.csv',
  accountCsv: '/api/cycles/ID/account.csv',
} as const;
const FILES = {
  current: '/api/cycles/current?community=SLUG',
  proposalsJson: '/api/cycles/ID/proposals',
  publication: '/api/cycles/ID/publication',
  meetingsJson: '/api/cycles/ID/meetings',
  ballot: '/api/cycles/ID/ballot',
  ledger: '/api/cycles/ID/ledger',
  results: '/api/cycles/ID/results',
  ballots: '/api/cycles/ID/ballots',
  paper: '/api/cycles/ID/paper',
  slips: '/api/cycles/ID/slips',
  works: '/api/cycles/ID/works',
  account: '/api/cycles/ID/account',
  proof: '/api/cycles/ID/proof',
} as const;
const EVERYWHERE = {
  communities: '/api/communities',
  receipts: '/api/receipts/CODE',
  openapi: '/api/openapi.json',
  checkpoint: '/log/checkpoint',
  logKey: '/log/vkey',
} as const;

interface Shown {
  /** Absent on the page of all communities, where addresses stand as patterns. */
  readonly community?: CommunityRecord;
  /** The cycles that have begun, newest first. */
  readonly cycles: readonly { readonly id: string; readonly title: string }[];
}

/** `/data`, `/c/SLUG/data`: what is public as data, each address with what it gives; of a community for each of its years. */
export function dataPage({ community, cycles }: Shown, frame: Frame): Markup {
  const { say, link, userText } = frame.pageText;
  const own = community && `/c/${community._id}`;
  const years = community ? cycles : [undefined];
  const content = html`<div class="wide content"><section>
${community && own ? html`<p class="cycle"><a href="${link(own)}">${userText(community.name)}</a></p>\n` : ''}<h1>${say('dataPage.title')}</h1>
<p>${say('dataPage.lead')}</p>
${years.length === 0 ? html`<p>${say('dataPage.none')}</p>\n` : ''}</section>
${years.map((cycle, index) => year(cycle, index === 0))}<section aria-labelledby="everywhere">
<h2 id="everywhere">${say('dataPage.all')}</h2>
${list(EVERYWHERE, undefined)}<p>${say('dataPage.docs')}</p>
</section></div>`;
  return layout(frame, `${say('dataPage.title')} · ${community?.name ?? say('product')}`, content, { about: say('dataPage.lead') });

  function year(cycle: Shown['cycles'][number] | undefined, isFirst: boolean): Markup {
    return html`<section>
${cycle ? html`<h2>${userText(cycle.title)}</h2>\n` : ''}<h3>${say('dataPage.pages')}</h3>
<p>${say('dataPage.permanent')}</p>
${list(PAGES, cycle?.id)}${isFirst ? html`<h3>${say('dataPage.subscribe')}</h3>\n${list(FOLLOWED, cycle?.id)}` : ''}<h3>${say('dataPage.tables')}</h3>
${list(TABLES, cycle?.id)}<h3>${say('dataPage.files')}</h3>
${list(FILES, cycle?.id)}</section>
`;
  }

  function list(addresses: Readonly<Partial<Record<PageKeyIn<'page', 'dataPage.say'>, string>>>, cycle: string | undefined): Markup {
    const items = entriesIn(addresses).map(([name, pattern]) => {
      const filled = pattern.replace('SLUG', community?._id ?? 'SLUG').replace('ID', cycle === undefined ? 'ID' : encodeURIComponent(cycle));
      const isWhole = !/SLUG|\bID\b|CODE/.test(filled);
      return html`<li>${isWhole ? html`<a href="${filled}">${filled}</a>` : html`<code>${filled}</code>`}<br>${say(`dataPage.say.${name}`)}</li>\n`;
    });
    return html`<ul class="files">\n${items}</ul>\n`;
  }
}
