import type { Router } from 'express';
import { type Detail, type LogWanted, type OpenedLogRow, SERVICE_NAME } from '../../fund/log/index.ts';
import { readLogAs } from '../../fund/staff/index.ts';
import { entriesIn } from '../../store/names.ts';
import type { PageKeyIn } from '../../store/textKeys.ts';
import { daysFrom, readTime } from '../../store/wallTime.ts';
import { html, type Markup } from '../html.ts';
import { noWrap } from '../public/pageText.ts';
import { ACTS, OTHER_RIGHTS } from './acts.ts';
import { detailLines, subjectWords, type Told } from './actWords.ts';
import { choice, field, filterForm } from './frame.ts';
import { type List, listRoutes, through } from './list.ts';
import type { ListState } from './listState.ts';
import { numberIn } from './query.ts';
import type { CommunityVisit, Visits } from './visits.ts';

/** What an act can be about: the first word of its name. What the service writes down by itself is about something of these, but for the ledger. */
const ABOUT = [...new Set([...ACTS, ...OTHER_RIGHTS].map(({ name }) => kindOf(name)).concat('ledger'))];

function kindOf(act: string): string {
  return act.split('.')[0] ?? '';
}

/** The log, newest first, with a filter, page by page and as a file. */
export function logPages(known: Visits): Router {
  return listRoutes(known, logList());
}

function logList(): List<OpenedLogRow, PageKeyIn<'console', 'log'>> {
  return {
    name: 'log',
    title: ({ text }) => text.say('tab.log'),
    head: (column) => `log.${column}`,
    nothing: 'log.nothing',
    filters: { about: (given) => ABOUT.find((about) => about === given), by: (given) => given, from: dayIn, to: dayIn },
    columns: (visit) => {
      const { text, actWords, wordOfAct } = visit;
      const { say, sayIn, userText, date } = text;
      return [
        { name: 'seq', cell: ({ seq }) => seq, text: ({ seq }) => seq },
        { name: 'at', cell: ({ at }) => html`<time datetime="${at}">${noWrap(date(new Date(at)))}</time>`, text: ({ at }) => at },
        {
          name: 'by',
          cell: ({ by, role }) => html`${by === SERVICE_NAME ? say('byItself') : userText(by)} <small>${sayIn('role', role)}</small>`,
          text: ({ by }) => by,
        },
        { name: 'role', text: ({ role }) => role },
        { name: 'act', cell: ({ act }) => wordOfAct(act, 'did'), text: ({ act }) => act },
        { name: 'subject', cell: ({ subject, act }) => subjectWords(visit, subject, act), text: ({ subject }) => subject },
        {
          name: 'detail',
          isBlock: true,
          cell: ({ opening, act }) =>
            opening ? detail({ text, actWords, wordOfAct, act }, opening.detail) : html`<small>${say('log.noDetail')}</small>`,
          text: ({ opening }) => (opening ? JSON.stringify(opening.detail) : ''),
        },
      ];
    },
    read: through(readLogAs, async (ask, visit, state, limit) => {
      const wanted = { ...wantedBy(visit, state), before: numberIn(state.after), limit };
      const { entries, more } = await ask(wanted);
      return { rows: entries, next: more ? entries.at(-1)?.seq : undefined };
    }),
    above: ({ text, own }, { filter: { about, by, from, to } }) => {
      const abouts = ABOUT.map((value) => ({ value, label: text.sayIn('about', value) }));
      return [
        filterForm(text, `${own}/log`, {}, [
          choice({ name: 'about', label: text.say('log.about'), value: about, values: [{ value: '', label: text.say('list.all') }, ...abouts] }),
          field({ name: 'by', label: text.say('log.by'), value: by }),
          field({ name: 'from', label: text.say('log.from'), value: from, attributes: html` type="date"` }),
          field({ name: 'to', label: text.say('log.to'), value: to, attributes: html` type="date"` }),
        ]),
      ];
    },
  };
}

function dayIn(text: string): string | undefined {
  return /^\d{4}-\d\d-\d\d$/.test(text) ? text : undefined;
}

/** Days are those of the community's clocks; the last one belongs to it. */
function wantedBy({ community: { timezone }, now }: CommunityVisit, { filter: { about, by, from, to } }: ListState): Omit<LogWanted, 'limit'> {
  const last = to === undefined ? undefined : readTime(to, timezone, now);
  return {
    about,
    by,
    from: from === undefined ? undefined : readTime(from, timezone, now),
    until: last && daysFrom(last, 1, timezone),
  };
}

/** What an act found, what it left and why, folded up. */
function detail(told: Told, { before, after, reason, second }: Detail): Markup {
  const { say, userText } = told.text;
  const lines = { before: detailLines(told, before), after: detailLines(told, after) };
  const values = entriesIn(lines).flatMap(([name, each]) =>
    each.length > 0 ? [html`<dt>${say(`log.${name}`)}</dt>${each.map((line) => html`<dd>${line.name} ${line.value}</dd>`)}`] : [],
  );
  const words = entriesIn({ reason, second: second?.by }).map(([name, each]) => html`<dt>${say(`log.${name}`)}</dt><dd>${userText(each)}</dd>`);
  if (values.length + words.length === 0) return html``;
  const [first] = [...lines.after, ...lines.before];
  return html`<details><summary>${say('log.detail')}${first ? html` <small>${first.name} ${first.value}</small>` : ''}</summary><dl class="about-it">${values}${words}</dl></details>`;
}
