import type { Router } from 'express';
import type { Act } from '../../../fund/act/index.ts';
import { moveCycle } from '../../../fund/ballots/index.ts';
import {
  announceTable,
  type CycleRecord,
  comingCycle,
  extendCycle,
  periods,
  readCalendar,
  slipsClose,
  stageAt,
  tablesAhead,
  withdrawTable,
} from '../../../fund/cycles/index.ts';
import { type CyclePlan, type DatesPlan, planCycle } from '../../../fund/files/index.ts';
import { publicationOf } from '../../../fund/meetings/index.ts';
import { localTimeOf } from '../../../store/wallTime.ts';
import type { World } from '../../../store/world.ts';
import { Refusal } from '../../errors.ts';
import { html, type Markup } from '../../html.ts';
import { noWrap } from '../../public/pageText.ts';
import { routes } from '../../routes.ts';
import { actForm, actRoutes, doneAt, doneIn } from '../actForm.ts';
import { doneNotice, errorSummary, type Mistakes, type Tried } from '../frame.ts';
import { address, asked, typed } from '../query.ts';
import type { CommunityVisit, Visits } from '../visits.ts';
import {
  ballotFields,
  type CycleTyped,
  dateFields,
  dating,
  emptyCycle,
  forms,
  mistakesIn,
  nextCycle,
  oddDates,
  planned,
  planOf,
  shifted,
  type Typed,
  typedCycle,
} from './cycleForm.ts';
import { fileRoute } from './ics.ts';

const PATH = '/console/:slug/calendar';
/** What is announced of tables. */
const OF_TABLES = [announceTable, withdrawTable];
/** A new cycle is planned. */
const MADE = { name: 'cycle.made' };

/** The calendar: a cycle's dates, moving it, extending its vote, other dates, a new cycle, and all of it as a file. */
export function calendarPages(world: World, known: Visits, publicUrl: string): Router {
  const show = calendarPage(world);
  return routes()
    .page(PATH, known.ofCommunity, (visit) => show(visit, asked(visit.request, 'cycle'), {}, {}, 200))
    .use(fileRoute(known, publicUrl), newRoutes(known), changeRoutes(known, show))
    .use(
      actRoutes(known, OF_TABLES, {
        show: (visit, tried, status) => show(visit, cycleOf(visit), { tried }, tried.mistakes ?? {}, status, tried),
        onward: (visit, act) => visit.lead(doneAt(visit, '/calendar', act, { cycle: cycleOf(visit) })),
        gives: ({ request }, act) => (act === withdrawTable ? { from: typed(request, 'from') } : {}),
      }),
    );

  function cycleOf({ request }: CommunityVisit): string {
    return String(request.params.cycle);
  }
}

/** A new cycle, empty or like the one before. */
function newRoutes({ ofCommunity }: Visits): Router {
  const plan = planning();
  return routes()
    .page(`${PATH}/new`, ofCommunity, async (visit) => {
      const cycles = await visit.read(readCalendar);
      const from = cycles.find(({ _id }) => _id === asked(visit.request, 'from'));
      const id = newId(visit, cycles);
      await showNew(visit, from ? nextCycle(id, from, visit.community.timezone) : emptyCycle(id, visit.now, visit.community), {}, 200);
    })
    .form(`${PATH}/new`, ofCommunity, async (visit) => {
      const given = typedCycle(visit.request);
      if (isShift(visit)) return showNew(visit, shifted(given), {}, 200);
      const odd = oddDates(visit.text, given, dating(visit, true));
      if (Object.keys(odd).length > 0) return showNew(visit, given, odd, 422);
      const outcome = await plan(visit, planOf(given));
      if (outcome.is === 'done') return back(visit, outcome.result.planned, MADE);
      await showNew(visit, given, ...mistakesOf(visit, outcome, given));
    });
}

/** What is changed of a cycle: its stage by hand, the close, the dates to come. */
function changeRoutes(known: Visits, show: ReturnType<typeof calendarPage>): Router {
  const { ofCommunity } = known;
  const plan = planning();
  return routes()
    .use(
      actRoutes(known, [moveCycle, extendCycle], {
        show: (visit, tried, status) => show(visit, String(visit.request.params.cycle), { tried }, tried.mistakes ?? {}, status),
        onward: (visit, act) => visit.lead(doneAt(visit, '/calendar', act, { cycle: String(visit.request.params.cycle) })),
      }),
    )
    .form(`${PATH}/dates`, ofCommunity, async (visit) => {
      const { id, seen } = await cycleSent(visit);
      const dates = typedCycle(visit.request);
      if (isShift(visit)) return show(visit, id, { dates: shifted(dates) }, {}, 200);
      const odd = oddDates(visit.text, dates, dating(visit, false));
      if (Object.keys(odd).length > 0) return show(visit, id, { dates }, odd, 422);
      const outcome = await plan(visit, { id, seen, ...planned(dates) });
      if (outcome.is === 'done') return back(visit, id, planCycle);
      await show(visit, id, { dates }, ...mistakesOf(visit, outcome, dates));
    });
}

/** Whether the dates are to follow the first of them, and nothing is saved yet. */
function isShift({ request }: CommunityVisit): boolean {
  return typed(request, 'do') === 'shift';
}

/** The cycle that a form is about, and the calendar that was looked at. There is none in another community. */
async function cycleSent({ request, read }: CommunityVisit): Promise<{ readonly id: string; readonly seen: string }> {
  const id = typed(request, 'cycle');
  const cycles = await read(readCalendar);
  if (!cycles.some(({ _id }) => _id === id)) throw new Refusal(404, 'There is no such cycle.');
  return { id, seen: typed(request, 'seen') };
}

/** How a page plans a cycle. */
function planning() {
  return (visit: CommunityVisit, plan: CyclePlan | DatesPlan) => visit.perform(planCycle, { at: {}, input: { plan } });
}

function mistakesOf(
  { text, wordOfAct, community }: CommunityVisit,
  outcome: Exclude<Awaited<ReturnType<typeof planCycle.perform>>, { is: 'done' }>,
  given: CycleTyped,
): [Mistakes, number] {
  if (outcome.is === 'mistaken') return [mistakesIn(text, outcome.mistakes, given, community), 422];
  return [{ form: wordOfAct(planCycle.name, `not.${outcome.is === 'refused' ? outcome.refused : 'changed'}`) }, 409];
}

/** Back to the cycle's page, which tells what was done. */
function back(visit: CommunityVisit, cycle: string, act: Pick<Act, 'name'>): void {
  visit.lead(doneAt(visit, '/calendar', act, { cycle }));
}

/** An id that no cycle of the community has: with the year. It stands in the form, so that a form that is sent twice makes one cycle. */
function newId({ community: { _id: slug, timezone }, now }: CommunityVisit, cycles: readonly CycleRecord[]): string {
  const year = localTimeOf(now, timezone).year;
  const taken = new Set(cycles.map(({ _id }) => _id));
  const ids = Array.from({ length: cycles.length + 1 }, (_, ahead) => `${slug}-${year + ahead}`);
  return ids.find((id) => !taken.has(id)) ?? `${slug}-${year}`;
}

/** Shows a cycle with its dates and what may be changed of them. */
function calendarPage(world: World) {
  const coming = comingCycle(world);
  return show;

  /** One cycle as it is now, with what was typed before; without an id the current one. */
  async function show(
    visit: CommunityVisit,
    id: string | undefined,
    given: Typed,
    mistakes: Mistakes,
    status: number,
    tried: Tried = {},
  ): Promise<void> {
    const { community, own, text, now } = visit;
    const { say, userText } = text;
    const cycles = await visit.read(readCalendar);
    const currentId = id ?? ((await visit.cycle()) ?? (await coming(community._id, now)))?._id;
    const cycle = cycles.find(({ _id }) => _id === currentId) ?? (id === undefined ? cycles[0] : undefined);
    if (!cycle && id !== undefined) throw new Refusal(404, 'There is no such cycle.');
    const others = cycles.filter((other) => other !== cycle);
    const links = others.map(({ _id, title }) => html`<li><a href="${address(`${own}/calendar`, { cycle: _id })}">${userText(title)}</a></li>`);
    await visit.send(
      say('tab.calendar'),
      [
        errorSummary(text, mistakes),
        doneNotice(doneIn(visit, [planCycle, MADE, moveCycle, extendCycle, ...OF_TABLES])),
        html`<h1>${say('tab.calendar')}${cycle ? html` <small>${userText(cycle.title)}</small>` : ''}</h1>`,
        cycle ? stagesTable(visit, cycle) : html`<p>${say('calendar.nothing')}</p>`,
        html`<p><a href="${own}/calendar.ics">${say('calendar.file')}</a></p>`,
        cycle ? tables(visit, cycle, tried) : html``,
        cycle ? forms(visit, cycle, given, mistakes, (await publicationOf(cycle._id))?.to) : html``,
        newLinks(visit, cycles),
        links.length > 0
          ? html`<section aria-labelledby="others"><h2 id="others">${say('calendar.others')}</h2><ul class="items">${links}</ul></section>`
          : html``,
      ],
      { status, path: address(`${own}/calendar`, { cycle: id }) },
    );
  }
}

/** The form of a new cycle. */
async function showNew(visit: CommunityVisit, given: CycleTyped, mistakes: Mistakes, status: number): Promise<void> {
  const { text, own } = visit;
  if (!visit.may(planCycle)) throw new Refusal(403, 'A new cycle is made by a cadre.');
  const title = text.say('calendar.new');
  await visit.send(
    title,
    [
      errorSummary(text, mistakes),
      html`<p><a href="${own}/calendar">${text.say('calendar.back')}</a></p><h1>${title}</h1><p>${text.say('calendar.newAbout')}</p>`,
      html`<form method="post" action="${own}/calendar/new"><div class="narrow">${ballotFields(text, given, mistakes)}</div>
<h2>${text.say('calendar.dates')}</h2>${dateFields(text, given, mistakes, dating(visit, true), text.say('calendar.make'))}</form>`,
    ],
    { status, path: address(`${own}/calendar/new`, { from: asked(visit.request, 'from') }) },
  );
}

/** The stages with their dates, the one of now marked, and what was changed by hand. */
function stagesTable({ text, now }: CommunityVisit, cycle: CycleRecord): Markup {
  const { say, date, userText } = text;
  const stage = stageAt(cycle, now);
  const timeOf = (at: Date) => html`<time datetime="${at.toISOString()}">${noWrap(date(at))}</time>`;
  const rows = periods(cycle, now).map((period) => {
    const isNow = period.stage === stage;
    const name = say(`stage.${period.stage}`);
    return html`<tr${isNow ? html` aria-current="step"` : ''}><td>${isNow ? html`<b>${name}</b> <em>${say('calendar.now')}</em>` : name}</td>
<td class="block">${timeOf(period.from)}${period.to ? html` – ${timeOf(period.to)}` : ''}</td></tr>
`;
  });
  const until = slipsClose(cycle, now);
  const slips = until && isPutOff(cycle) ? html`<p>${say('calendar.by.slips', { at: date(until) })}</p>` : '';
  const heads = (['stage', 'when'] as const).map((head) => html`<th scope="col">${say(`calendar.${head}`)}</th>`);
  const moves = cycle.moves.map(
    ({ kind, stage: which, from, by, at, reason }) =>
      html`<li><span>${noWrap(date(at))} · ${userText(by)} · ${say(`calendar.by.${kind}`, { stage: say(`stage.${which}`), at: date(from) })}${reason ? html` · ${userText(reason)}` : ''}</span></li>`,
  );
  return html`<table class="list"><thead><tr>${heads}</tr></thead><tbody>${rows}</tbody></table>
${slips}
${moves.length > 0 ? html`<h2>${say('calendar.moves')}</h2><ul class="items">${moves}</ul>` : ''}`;
}

/** The tables that are announced, each with the form that takes it back, and the form that announces one. */
function tables(visit: CommunityVisit, cycle: CycleRecord, tried: Tried): Markup {
  const { text, now, may } = visit;
  const { say, userText, span } = text;
  const { tables: announced = [] } = cycle;
  if (announced.length === 0 && !may(announceTable)) return html``;
  const told = new Set(tablesAhead(cycle, now).map(({ place, from }) => `${place}${from}`));
  const at = `/calendar/${cycle._id}`;
  const items = announced.map(({ place, from, to }) => {
    const isTold = told.has(`${place}${from.toISOString()}`);
    const form =
      to > now
        ? actForm(visit, withdrawTable, {
            at,
            tried,
            isQuiet: true,
            fields: { place: { hidden: place } },
            more: html`<input type="hidden" name="from" value="${from.toISOString()}">`,
          })
        : '';
    return html`<li><div><b>${noWrap(span(from, to))}</b> ${userText(place)}${to > now && !isTold ? html` <em>${say('calendar.tables.outside')}</em>` : ''}</div>${form}</li>\n`;
  });
  return html`<section aria-labelledby="tables"><h2 id="tables">${say('calendar.tables.title')}</h2>
${items.length > 0 ? html`<ul class="items">${items}</ul>` : html`<p>${say('calendar.tables.none')}</p>`}
${actForm(visit, announceTable, { at, tried, in: 'fold' })}</section>`;
}

/** Whether slips are keyed after the close. */
function isPutOff({ paper, moves }: CycleRecord): boolean {
  return paper !== undefined || moves.some(({ kind }) => kind === 'slips');
}

function newLinks({ text: { say, userText }, own, may }: CommunityVisit, cycles: readonly CycleRecord[]): Markup {
  if (!may(planCycle)) return html``;
  const [last] = cycles;
  const like = last
    ? html`<li><a href="${address(`${own}/calendar/new`, { from: last._id })}">${say('calendar.newFrom')} ${userText(last.title)}</a></li>`
    : '';
  return html`<section aria-labelledby="new"><h2 id="new">${say('calendar.new')}</h2><ul class="items">${like}<li><a href="${own}/calendar/new">${say('calendar.newEmpty')}</a></li></ul></section>`;
}
