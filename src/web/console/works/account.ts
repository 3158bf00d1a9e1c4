import { Router } from 'express';
import { type AccountEntryRecord, type AccountRead, closeAccount, entriesBefore, leftOf, readAccount } from '../../../fund/accounts/index.ts';
import type { CycleRecord } from '../../../fund/cycles/index.ts';
import { importAccount, readAccountFile } from '../../../fund/files/index.ts';
import { addExtra, addOwn, changeGrant, correctEntry, documentsOfCycle } from '../../../fund/works/index.ts';
import { entriesIn, isOneOf } from '../../../store/names.ts';
import type { PageKeyIn } from '../../../store/textKeys.ts';
import { dayOf } from '../../../store/wallTime.ts';
import { barChart } from '../../charts.ts';
import { Refusal } from '../../errors.ts';
import { html, type Markup } from '../../html.ts';
import { noWrap } from '../../public/pageText.ts';
import { type ActPage, actForm, actRoutes, doneAt, doneIn } from '../actForm.ts';
import { field, type Mistakes, type Tried } from '../frame.ts';
import { type List, listRoutes, showList, through } from '../list.ts';
import { address, numberIn, typed } from '../query.ts';
import { uploads } from '../uploads.ts';
import type { CommunityVisit, Visits } from '../visits.ts';
import { cycleAsked, cycleLinks, namesOf, titleOf } from './ofCycle.ts';

const PATH = '/console/:slug/account';
/** What else comes of importing a file: there is nothing new in it, or somebody only looked. */
const [NOTHING_NEW, WOULD_ADD] = [{ name: 'account.nothingNew' }, { name: 'account.wouldAdd' }];
/** What may be entered, in the order of its forms. */
const FORMS = [addOwn, changeGrant, addExtra, correctEntry, closeAccount];

/** `/console/SLUG/account`: a cycle's money in sums, its entries with their files, and what may be entered. */
export function accountPages(known: Visits): Router {
  const { ofCommunity } = known;
  const list = accountList();
  const wrong = (visit: CommunityVisit, mistakes: Mistakes, status: number) => showList(visit, list, mistakes, status);
  const files = uploads(known, { field: 'file', may: (visit) => visit.may(importAccount), show: wrong }, readAccountFile);

  const page: ActPage = {
    show: (visit, tried, status) => showList(visit, list, tried.mistakes, status, tried),
    onward: (visit, act) => visit.lead(doneAt(visit, '/account', act, { cycle: String(visit.request.params.cycle) })),
  };

  return Router()
    .use(listRoutes(known, list), actRoutes(known, FORMS, page))
    .post(
      `${PATH}/:cycle/import`,
      ...files.handlers,
      ofCommunity(async (visit) => {
        const [file] = files.madeOf(visit.request);
        const wrong = file && 'refused' in file ? unreadWords(visit, file) : file ? undefined : visit.text.say('works.not.noFile');
        if (wrong !== undefined) return showList(visit, list, { file: wrong }, 422);
        const cycle = String(visit.request.params.cycle);
        const is = typed(visit.request, 'is') === 'add' ? 'add' : 'try';
        const outcome = await visit.perform(importAccount, { at: { cycle }, input: { file, is } });
        if (outcome.is === 'mistaken') return showList(visit, list, { file: rowsWords(visit, outcome.mistakes) }, 422);
        if (outcome.is !== 'done') throw new Refusal(404, 'There is no such account.');
        const { added } = outcome.result;
        if (is === 'try') return visit.lead(doneAt(visit, '/account', WOULD_ADD, { cycle, count: added }));
        visit.lead(doneAt(visit, '/account', added > 0 ? importAccount : NOTHING_NEW, { cycle }));
      }),
    );
}

/** Why a file is not read, where what the roster says of it does not fit. */
const OWN_WORDS = ['noColumns', 'tooBig', 'merged'] as const;

function unreadWords(
  { text: { say } }: CommunityVisit,
  { refused, params = {} }: Extract<Awaited<ReturnType<typeof readAccountFile>>, { refused: unknown }>,
): string {
  return say(isOneOf(OWN_WORDS, refused) ? `account.refused.${refused}` : `import.refused.${refused}`, params);
}

/** Which rows are not taken, and why. */
function rowsWords({ text: { say, sayIn } }: CommunityVisit, mistakes: Readonly<Record<string, string>>): string {
  const rows = Object.entries(mistakes).map(([path, why]) => say('account.row', { row: path.split('.')[1] ?? '', why: sayIn('works.not', why) }));
  return rows.join(say('detail.between'));
}

/** The entries of a cycle's account, the newest first, with its sums and forms above. */
function accountList(): List<AccountEntryRecord, PageKeyIn<'console', 'account'>> {
  const shown = new WeakMap<CommunityVisit, { readonly cycle: CycleRecord | null; readonly account: AccountRead | null }>();
  return {
    name: 'account',
    title: ({ text }) => text.say('tab.account'),
    head: (column) => `account.${column}`,
    nothing: 'account.nothing',
    filters: { cycle: (given) => given, work: (given) => (numberIn(given) === undefined ? undefined : given) },
    columns: (visit) => {
      const { text, own } = visit;
      const { say, userText } = text;
      const wrote = (words: string | undefined) => (words ? userText(words) : '');
      const nameOf = (id: string, work: number) => {
        const { cycle } = shown.get(visit) ?? {};
        return html`<a href="${own}/works/${id}/${work}"><b class="no">${work}</b> ${cycle ? userText(titleOf(cycle, work)) : ''}</a>`;
      };
      const paperOf = ({ paper, document }: AccountEntryRecord) =>
        document ? html`<a href="${own}/documents/${document}">${paper ? userText(paper) : say('account.paper')}</a>` : wrote(paper);
      return [
        { name: 'entry', isNamed: true, cell: ({ _id }) => _id.entry, text: ({ _id }) => _id.entry },
        { name: 'day', cell: ({ day }) => noWrap(text.date(day)), text: ({ day }) => day },
        { name: 'kind', cell: ({ kind }) => say(`account.kinds.${kind}`), text: ({ kind }) => kind },
        { name: 'work', isNamed: true, cell: ({ _id, work }) => (work === undefined ? '' : nameOf(_id.cycle, work)), text: ({ work }) => work ?? '' },
        { name: 'amount', isNumber: true, cell: ({ amount }) => amount.toLocaleString('en-US'), text: ({ amount }) => amount },
        { name: 'paper', isNamed: true, cell: paperOf, text: ({ paper = '' }) => paper },
        { name: 'reason', isNamed: true, cell: ({ reason }) => wrote(reason), text: ({ reason = '' }) => reason },
        { name: 'corrects', isNamed: true, cell: ({ corrects }) => corrects ?? '', text: ({ corrects }) => corrects ?? '' },
        { name: 'by', cell: (entry) => userText(namesOf(entry, say)), text: (entry) => namesOf(entry, say) },
        { name: 'at', text: ({ at }) => at.toISOString() },
      ];
    },
    read: through(readAccount, async (ask, visit, { filter, after }, limit) => {
      const cycle = await cycleAsked(visit, filter.cycle);
      const account = cycle && (await ask(cycle._id));
      shown.set(visit, { cycle, account });
      if (!cycle || !account) return { rows: [], next: undefined };
      const before = after === undefined ? undefined : (numberIn(after) ?? 0);
      const rows = await entriesBefore(cycle._id, { before, limit, work: numberIn(filter.work) });
      return { rows, next: rows.length === limit ? rows.at(-1)?._id.entry : undefined };
    }),
    done: (visit) => {
      const count = numberIn(visit.request.query.count) ?? 0;
      return visit.request.method === 'GET' ? doneIn(visit, [...FORMS, importAccount, NOTHING_NEW, WOULD_ADD], { count }) : undefined;
    },
    above: async (visit, _state, mistakes, tried) => {
      const { cycle, account } = shown.get(visit) ?? {};
      const links = await cycleLinks(visit, 'account', cycle?._id);
      if (!cycle || !account) return [links];
      return [links, sumsPart(visit, cycle, account), await forms(visit, { cycle, account, mistakes, tried })];
    },
  };
}

const SUMS = ['granted', 'own', 'contracted', 'paid'] as const;

function sumsPart({ text, own }: CommunityVisit, cycle: CycleRecord, account: AccountRead): Markup {
  const { say, userText, money, date } = text;
  const { currency, closed } = account;
  const heads = (['work', ...SUMS, 'left'] as const).map(
    (head) => html`<th scope="col"${head === 'work' ? '' : html` class="num"`}>${say(`account.${head}`)}</th>`,
  );
  const cell = (kind: (typeof SUMS)[number] | 'left', amount: number) =>
    html`<td class="num"><span class="named">${say(`account.${kind}`)} </span>${noWrap(money(amount, currency))}</td>`;
  const works = account.works.toSorted((one, other) => one.work - other.work);
  const rows = works.map((sums) => {
    const cells = [...SUMS, 'left' as const].map((kind) => cell(kind, kind === 'left' ? leftOf(sums) : sums[kind]));
    const name = html`<a href="${own}/works/${cycle._id}/${sums.work}">${sums.work} ${userText(titleOf(cycle, sums.work))}</a>`;
    return html`<tr><td class="block">${name}</td>${cells}</tr>
`;
  });
  const total = [...SUMS, 'left' as const].map((kind) => cell(kind, account[kind]));
  const sums = [
    ['budget', account.budget],
    ...(account.extra > 0 ? [['extra', account.extra] as const] : []),
    ['free', account.budget + account.extra - account.granted],
  ] as const;
  const fund = sums.map(([name, amount]) => html`<dt>${say(`account.${name}`)}</dt><dd>${money(amount, currency)}</dd>`);
  const over = closed ? html`<p class="notice">${say('account.isClosed', { at: date(closed.at), left: money(closed.left, currency) })}</p>` : '';
  return html`<p>${userText(cycle.title)}</p>${over}${picture(say, account, (amount) => money(amount, currency))}<dl class="about-it">${fund}</dl><table class="list"><thead><tr>${heads}</tr></thead><tbody>${rows}<tr class="total"><td class="block"><b>${say('account.total')}</b></td>${total}</tr></tbody></table>`;
}

/** Where the money is, from all of it to what is left; the same numbers stand in the table. */
function picture(
  say: CommunityVisit['text']['say'],
  { budget, extra, granted, own, contracted, paid }: AccountRead,
  money: (amount: number) => string,
): Markup {
  const all = budget + extra + own;
  const sums = { all, granted: granted + own, contracted, paid, unpaid: all - paid };
  return barChart(
    entriesIn(sums).map(([name, value]) => ({ label: say(`account.picture.${name}`), value, said: money(value) })),
    say('account.picture.title'),
  );
}

interface Entered {
  readonly cycle: CycleRecord;
  readonly account: AccountRead;
  readonly mistakes: Mistakes;
  readonly tried: Tried;
}

/** What may be entered. A form that could not be taken is open, with what was typed. */
async function forms(visit: CommunityVisit, { cycle, account, mistakes, tried }: Entered): Promise<Markup> {
  const { text, community, now } = visit;
  const { say } = text;
  if (account.closed || !visit.may(changeGrant)) return html``;
  const at = `/account/${cycle._id}`;
  const works = account.works.map(({ work }) => ({ value: String(work), label: `${work} ${titleOf(cycle, work)}` }));
  const papers = (await documentsOfCycle(community._id, cycle._id)).map(({ id, number, title }) => ({ value: id, label: `${number} ${title}` }));
  const document = { values: papers.length > 0 ? [{ value: '', label: say('works.noPaper') }, ...papers] : [] };
  const fields = { work: { values: works }, day: { value: dayOf(now, community.timezone) }, document };
  const given = { at, tried, kept: { cycle: cycle._id }, fields, isQuiet: true, in: 'fold' as const };
  const acts = FORMS.map((act) => actForm(visit, act, act === closeAccount ? { ...given, seen: account.entries } : given));
  return html`<section aria-labelledby="entering"><h2 id="entering">${say('account.entering')}</h2>
${acts}<details${mistakes.file ? html` open` : ''}><summary>${visit.wordOfAct(importAccount.name, 'button')}</summary><p>${say('account.importAbout')}</p><form method="post" action="${address(`${visit.own}${at}/import`, { cycle: cycle._id })}" enctype="multipart/form-data">
${field({ name: 'file', label: say('account.file'), mistake: mistakes.file, attributes: html` type="file" accept=".csv,.xlsx" required` })}
<button class="quiet" name="is" value="try">${say('account.check')}</button> <button name="is" value="add">${visit.wordOfAct(importAccount.name, 'button')}</button></form></details></section>`;
}
