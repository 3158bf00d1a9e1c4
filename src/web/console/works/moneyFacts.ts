import { type AccountEntryRecord, type AccountRead, entriesBefore, sumsIn } from '../../../fund/accounts/index.ts';
import type { CycleRecord } from '../../../fund/cycles/index.ts';
import type { ListedSecond } from '../../../fund/second/index.ts';
import {
  type DocumentRead,
  documentsOf,
  type ImplementerRead,
  papersMissing,
  readImplementers,
  readWorks,
  type WorkRecord,
} from '../../../fund/works/index.ts';
import type { PageKeyIn } from '../../../store/textKeys.ts';
import { html, type Markup } from '../../html.ts';
import { noWrap } from '../../public/pageText.ts';
import type { CommunityVisit } from '../visits.ts';
import { accountOf, namesOf, titleOf } from './ofCycle.ts';

/** The newest entries of money that are shown. */
const MAX_ENTRIES = 50;

/** A work whose money an act is about, with what is known of it. */
interface Facts {
  readonly work: WorkRecord;
  readonly cycle: CycleRecord;
  readonly account: AccountRead;
  readonly implementers: readonly ImplementerRead[];
  readonly documents: readonly DocumentRead[];
  /** Who is to do it, by the act or by an earlier one. */
  readonly chosen: number | undefined;
}

/** What somebody looked at. `seen` is another once any of it has changed. */
interface Looked {
  readonly shown: Markup;
  readonly seen: string;
}

const NOTHING: Looked = { shown: html``, seen: '' };

/**
 * What a second person has to know before they confirm an act of money, as it stands now: what the vote was told that the work costs, what was granted, all
 * offers, the entries so far, and the papers. Nothing for other acts, and once it does not wait any more.
 */
export async function moneyFacts(visit: CommunityVisit, { subject, detail, state }: ListedSecond): Promise<Looked> {
  if (state !== 'waiting') return NOTHING;
  const [kind, id = '', ofWork] = subject.split('/');
  if (kind !== 'work' && kind !== 'account') return NOTHING;
  const { text } = visit;
  const [cycle, account] = await Promise.all([visit.cycle(id), accountOf(visit, id)]);
  if (!account || !cycle) return NOTHING;
  const number = kind === 'work' ? Number(ofWork) : numberIn(detail?.after, 'work');
  const entries = await entriesBefore(id, { work: number, limit: MAX_ENTRIES });
  const fund = fundPart(visit, account);
  if (number === undefined) {
    const extra = entries.filter((entry) => entry.kind === 'extra');
    return { shown: section(html`${fund}${entriesPart(visit, account, extra)}`), seen: `${account.entries}` };
  }
  const work = (await visit.read(readWorks, id)).find(({ _id }) => _id.number === number);
  if (!work) return NOTHING;
  const [implementers, documents] = await Promise.all([visit.read(readImplementers), documentsOf(work)]);
  const chosen = numberIn(detail?.after, 'implementer') ?? work.chosen?.implementer;
  const facts: Facts = { work, cycle, account, implementers, documents, chosen };
  const parts = [workPart(visit, facts), offersPart(visit, facts), entriesPart(visit, account, entries), papersPart(visit, facts), fund];
  return { shown: section(html`${parts}`), seen: `${account.entries} ${work.revision}` };

  function section(parts: Markup): Markup {
    return html`<section aria-labelledby="facts"><h2 id="facts">${text.say('second.facts')}</h2>${parts}</section>`;
  }
}

/** A number in an act's detail. */
function numberIn(detail: unknown, name: string): number | undefined {
  const value: unknown = typeof detail === 'object' && detail !== null ? Reflect.get(detail, name) : undefined;
  return typeof value === 'number' ? value : undefined;
}

function sums(
  { text: { say, money } }: CommunityVisit,
  { currency }: AccountRead,
  lines: readonly (readonly [name: PageKeyIn<'console', 'account'>, amount: number])[],
): Markup {
  const items = lines.map(([name, amount]) => html`<dt>${say(`account.${name}`)}</dt><dd>${money(amount, currency)}</dd>`);
  return html`<dl class="about-it">${items}</dl>`;
}

function fundPart(visit: CommunityVisit, account: AccountRead): Markup {
  const { budget, extra, granted } = account;
  const lines = [
    ['budget', budget],
    ['extra', extra],
    ['free', budget + extra - granted],
  ] as const;
  return html`<h3>${visit.text.say('second.fund')}</h3>${sums(visit, account, lines)}`;
}

function workPart(visit: CommunityVisit, { work, cycle, account }: Facts): Markup {
  const { say, userText } = visit.text;
  const { number } = work._id;
  const { granted, own, contracted, paid } = sumsIn(account, number);
  const cost = cycle.projects.find((project) => project.number === number)?.cost ?? 0;
  const lines = [
    ['cost', cost],
    ['granted', granted],
    ['own', own],
    ['contracted', contracted],
    ['paid', paid],
    ['owed', contracted - paid],
  ] as const;
  return html`<h3>${say('works.one', { number })} ${userText(titleOf(cycle, number))} <small>${say(`works.states.${work.state}`)}</small></h3>${sums(visit, account, lines)}`;
}

/** All offers, with what was offered before; the one that is to be chosen, or was, is marked. */
function offersPart(visit: CommunityVisit, { work, account, implementers, documents, chosen }: Facts): Markup {
  const { say, userText, money, date } = visit.text;
  if (work.offers.length === 0) return html`<h3>${say('works.offers')}</h3><p>${say('works.nobodyAsked')}</p>`;
  const rows = work.offers.map(({ implementer, amount, earlier = [], day = '', document }) => {
    const { organisation = String(implementer), registration = '' } = implementers.find(({ number }) => number === implementer) ?? {};
    const before = earlier.map((sum) => money(sum, account.currency)).join(say('and'));
    const offered = amount === undefined ? say('works.noOffer') : noWrap(money(amount, account.currency));
    return html`<tr><td>${implementer === chosen ? html`<b>${userText(organisation)}</b> ${say('second.chosen')}` : userText(organisation)}<br><small>${registration}</small></td><td>${offered}${before ? html`<br><small>${say('second.offeredBefore', { sums: before })}</small>` : ''}</td><td>${day ? noWrap(date(day)) : ''}</td><td>${paperLink(visit, documents, document)}</td></tr>
`;
  });
  const heads = (['organisation', 'amount', 'day', 'paper'] as const).map((head) => html`<th scope="col">${say(`works.${head}`)}</th>`);
  return html`<h3>${say('works.offers')}</h3><table class="list"><thead><tr>${heads}</tr></thead><tbody>${rows}</tbody></table>`;
}

function entriesPart({ text, own }: CommunityVisit, { currency }: AccountRead, entries: readonly AccountEntryRecord[]): Markup {
  const { say, userText, money, date } = text;
  if (entries.length === 0) return html``;
  const rows = entries.map(({ kind, amount, day, paper, document, reason, corrects, ...entry }) => {
    const number = paper ? userText(paper) : say('account.paper');
    const shown = document ? html`<a href="${own}/documents/${document}">${number}</a>` : paper ? number : '';
    const what =
      corrects === undefined ? say(`account.kinds.${kind}`) : say('second.correction', { kind: say(`account.kinds.${kind}`), entry: corrects });
    return html`<tr><td>${entry._id.entry}</td><td>${what}</td><td>${noWrap(money(amount, currency))}</td><td>${noWrap(date(day))}</td><td>${shown}</td><td class="block">${userText(namesOf(entry, say))}${reason ? html` · ${userText(reason)}` : ''}</td></tr>
`;
  });
  const heads = (['entry', 'kind', 'amount', 'day', 'paper', 'by'] as const).map((head) => html`<th scope="col">${say(`account.${head}`)}</th>`);
  return html`<h3>${say('second.entries')}</h3><table class="list"><thead><tr>${heads}</tr></thead><tbody>${rows}</tbody></table>`;
}

/** The papers of a work as links, and which it should have and has not. */
function papersPart(visit: CommunityVisit, { work, account, documents }: Facts): Markup {
  const { say, userText, date } = visit.text;
  const missing = papersMissing(work, sumsIn(account, work._id.number)).map((kind) => say(`works.kinds.${kind}`));
  const items = documents.map(
    ({ id, kind, by, at }) =>
      html`<li>${say(`works.kinds.${kind}`)} ${paperLink(visit, documents, id)} <small>${userText(by)} · ${noWrap(date(at))}</small></li>`,
  );
  return html`<h3>${say('works.papers')}</h3>${items.length > 0 ? html`<ul class="lines">${items}</ul>` : html`<p>${say('works.noPapers')}</p>`}
${missing.length > 0 ? html`<p>${say('works.missing')} ${missing.join(say('and'))}</p>` : ''}`;
}

function paperLink({ text, own }: CommunityVisit, documents: readonly DocumentRead[], id: string | undefined): Markup {
  const found = documents.find((document) => document.id === id);
  return found ? html`<a href="${own}/documents/${found.id}">${text.userText(found.title)}</a>` : html``;
}
