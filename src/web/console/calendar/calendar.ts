import { Router } from 'express';
import { hasBallots } from '../../../fund/ballots/index.ts';
import {
  type CycleRecord,
  calendarMark,
  currentCycleForReaders,
  EXTENDS,
  type Extends,
  extendCycle,
  heldVote,
  isOpen,
  moveCycle,
  periods,
  readCalendar,
  STAGES,
  slipsClose,
  stageAt,
  voteOf,
} from '../../../fund/cycles/index.ts';
import { type Planned, planCycle } from '../../../fund/files/index.ts';
import { cleanText } from '../../../store/text.ts';
import { dayOf, localTimeOf, readTime } from '../../../store/wallTime.ts';
import type { World } from '../../../store/world.ts';
import { Refusal } from '../../errors.ts';
import { html, type Markup } from '../../html.ts';
import { whole } from '../../public/pageText.ts';
import { choice, doneNotice, errorSummary, field, type Mistakes } from '../frame.ts';
import { address, asked, oneOf, typed } from '../query.ts';
import { toSecond } from '../second.ts';
import type { CommunityVisit, Visits } from '../visits.ts';
import {
  ballotFields,
  type CycleTyped,
  dateFields,
  datesTyped,
  emptyCycle,
  mistakesIn,
  nextCycle,
  planned,
  planOf,
  typedCycle,
} from './cycleForm.ts';
import { calendarFile } from './ics.ts';

const LONGEST = 300;

/** What was typed into the forms of a cycle that is there. */
interface Typed {
  readonly stage: string;
  readonly reason: string;
  readonly what?: Extends;
  readonly day: string;
  readonly time: string;
  readonly why: string;
  readonly dates?: CycleTyped;
}

const NOTHING: Typed = { stage: '', reason: '', day: '', time: '', why: '' };

/** The calendar: a cycle's dates, moving it, extending its vote, other dates, a new cycle, and all of it as a file. */
export function calendarPages(world: World, { ofCommunity }: Visits, publicUrl: string): Router {
  const current = currentCycleForReaders(world);
  const move = moveCycle(world, hasBallots);
  const extend = extendCycle(world);
  const plan = planCycle(world);
  const path = '/console/:slug/calendar';

  return Router()
    .get(
      path,
      ofCommunity((visit) => show(visit, asked(visit.request, 'cycle'), NOTHING, {}, 200)),
    )
    .get(
      `${path}.ics`,
      ofCommunity(async (visit) => {
        const cycles = await readCalendar(visit.community._id, visit.reader('calendar'));
        const { say } = visit.text;
        const all = cycles.map((cycle) => ({ id: cycle._id, title: cycle.title, periods: periods(cycle, visit.now) }));
        const about = { host: new URL(publicUrl).host, name: visit.community.name, now: visit.now };
        visit.response
          .type('text/calendar')
          .set('Content-Disposition', `attachment; filename="calendar-${visit.community._id}.ics"`)
          .send(calendarFile(all, { ...about, nameOf: (stage) => say(`stage.${stage}`) }));
      }),
    )
    .get(
      `${path}/new`,
      ofCommunity(async (visit) => {
        const cycles = await readCalendar(visit.community._id, visit.reader('calendar'));
        const from = cycles.find(({ _id }) => _id === asked(visit.request, 'from'));
        const id = newId(visit, cycles);
        await showNew(visit, from ? nextCycle(id, from, visit.community.timezone) : emptyCycle(id), {}, 200);
      }),
    )
    .post(
      `${path}/new`,
      ofCommunity(async (visit) => {
        const given = typedCycle(visit.request);
        const outcome = await plan(visit.community._id, planOf(given), visit.doer('planCycle'));
        if ('planned' in outcome) return back(visit, outcome.planned, 'made');
        await showNew(visit, given, ...mistakesOf(visit, outcome));
      }),
    )
    .post(
      `${path}/move`,
      ofCommunity(async (visit) => {
        const { id, seen } = await cycleSent(visit);
        const given = { ...NOTHING, stage: typed(visit.request, 'stage'), reason: cleanText(typed(visit.request, 'reason', LONGEST)) };
        const stage = STAGES.find((each) => each === given.stage);
        const { say } = visit.text;
        const actor = visit.doer('moveCycle');
        if (!stage && visit.may('moveCycle')) return show(visit, id, given, { stage: say('calendar.not.noStage') }, 422);
        const outcome = await move({ id, stage: stage ?? 'closed', actor, seen, ...(given.reason !== '' && { reason: given.reason }) });
        if ('waits' in outcome) return toSecond(visit, outcome);
        if ('moved' in outcome) return back(visit, id, 'moved');
        if (outcome.refused === 'changed' || outcome.refused === 'unknown') return show(visit, id, given, { form: say('calendar.not.changed') }, 409);
        await show(visit, id, given, { [outcome.refused === 'reason' ? 'reason' : 'stage']: say(`calendar.not.${outcome.refused}`) }, 422);
      }),
    )
    .post(
      `${path}/extend`,
      ofCommunity(async (visit) => {
        const { id, seen } = await cycleSent(visit);
        const { request, community, text } = visit;
        const why = cleanText(typed(request, 'why', LONGEST));
        const what = EXTENDS.find((each) => each === typed(request, 'what')) ?? 'vote';
        const given = { ...NOTHING, what, day: typed(request, 'day'), time: typed(request, 'time'), why };
        const to = readTime(`${given.day}T${given.time || '00:00'}`, community.timezone, visit.now);
        const actor = visit.doer('extendCycle');
        if (visit.may('extendCycle')) {
          if (!to) return show(visit, id, given, { day: text.say('calendar.wrong.date') }, 422);
          if (why === '') return show(visit, id, given, { why: text.say('calendar.not.noWhy') }, 422);
        }
        const outcome = await extend({ id, what, to: to ?? visit.now, reason: why, actor, seen });
        if ('waits' in outcome) return toSecond(visit, outcome);
        if ('extended' in outcome) return back(visit, id, 'extended');
        if (outcome.refused === 'changed' || outcome.refused === 'unknown')
          return show(visit, id, given, { form: text.say('calendar.not.changed') }, 409);
        await show(visit, id, given, { day: text.say(`calendar.not.${outcome.refused}`) }, 422);
      }),
    )
    .post(
      `${path}/dates`,
      ofCommunity(async (visit) => {
        const { id, seen } = await cycleSent(visit);
        const dates = typedCycle(visit.request);
        const outcome = await plan(visit.community._id, { id, seen, ...planned(dates) }, visit.doer('planCycle'));
        if ('planned' in outcome) return back(visit, id, 'planned');
        await show(visit, id, { ...NOTHING, dates }, ...mistakesOf(visit, outcome));
      }),
    );

  /** One cycle as it is now, with what was typed before; without an id the current one. */
  async function show(visit: CommunityVisit, id: string | undefined, given: Typed, mistakes: Mistakes, status: number): Promise<void> {
    const { community, own, text, now, request } = visit;
    const { say, theirs } = text;
    const cycles = await readCalendar(community._id, visit.reader('calendar'));
    const currentId = id ?? (await current(community._id, now))?._id;
    const cycle = cycles.find(({ _id }) => _id === currentId) ?? (id === undefined ? cycles[0] : undefined);
    if (!cycle && id !== undefined) throw new Refusal(404, 'There is no such cycle.');
    const done = oneOf(request, 'done', ['', 'moved', 'extended', 'planned', 'made']);
    const others = cycles.filter((other) => other !== cycle);
    const links = others.map(({ _id, title }) => html`<li><a href="${address(`${own}/calendar`, { cycle: _id })}">${theirs(title)}</a></li>`);
    await visit.send(
      say('tab.calendar'),
      [
        errorSummary(text, mistakes),
        doneNotice(done ? say(`calendar.done.${done}`) : undefined),
        html`<h1>${say('tab.calendar')}${cycle ? html` <small>${theirs(cycle.title)}</small>` : ''}</h1>`,
        cycle ? stagesTable(visit, cycle) : html`<p>${say('calendar.nothing')}</p>`,
        html`<p><a href="${own}/calendar.ics">${say('calendar.file')}</a></p>`,
        cycle ? forms(visit, cycle, given, mistakes) : html``,
        newLinks(visit, cycles),
        links.length > 0
          ? html`<section aria-labelledby="others"><h2 id="others">${say('calendar.others')}</h2><ul class="items">${links}</ul></section>`
          : html``,
      ],
      { status, path: address(`${own}/calendar`, { cycle: id }) },
    );
  }

  async function showNew(visit: CommunityVisit, given: CycleTyped, mistakes: Mistakes, status: number): Promise<void> {
    const { text, own } = visit;
    if (!visit.may('planCycle')) throw new Refusal(403, 'A new cycle is made by a cadre.');
    const title = text.say('calendar.new');
    await visit.send(
      title,
      [
        errorSummary(text, mistakes),
        html`<p><a href="${own}/calendar">${text.say('calendar.back')}</a></p><h1>${title}</h1><p>${text.say('calendar.newAbout')}</p>`,
        html`<form method="post" action="${own}/calendar/new"><div class="narrow">${ballotFields(text, given, mistakes)}</div>
<h2>${text.say('calendar.dates')}</h2>${dateFields(text, given, mistakes)}<button>${text.say('calendar.make')}</button></form>`,
      ],
      { status, path: address(`${own}/calendar/new`, { from: asked(visit.request, 'from') }) },
    );
  }

  /** The cycle that a form is about, and the calendar that was looked at. There is none in another community. */
  async function cycleSent({ request, community, reader }: CommunityVisit): Promise<{ readonly id: string; readonly seen: string }> {
    const id = typed(request, 'cycle');
    const cycles = await readCalendar(community._id, reader('calendar'));
    if (!cycles.some(({ _id }) => _id === id)) throw new Refusal(404, 'There is no such cycle.');
    return { id, seen: typed(request, 'seen') };
  }
}

function mistakesOf({ text }: CommunityVisit, outcome: Exclude<Planned, { planned: string }>): [Mistakes, number] {
  if ('wrongs' in outcome) return [mistakesIn(text, outcome.wrongs), 422];
  return [{ form: text.say(`calendar.not.${outcome.refused}`) }, 409];
}

/** Back to the cycle's page, which tells what was done. */
function back(visit: CommunityVisit, cycle: string, done: 'moved' | 'extended' | 'planned' | 'made'): void {
  visit.lead(address(`${visit.own}/calendar`, { cycle, done }));
}

/** An id that no cycle of the community has: with the year. It stands in the form, so that a form that is sent twice makes one cycle. */
function newId({ community: { _id: slug, timezone }, now }: CommunityVisit, cycles: readonly CycleRecord[]): string {
  const year = localTimeOf(now, timezone).year;
  const taken = new Set(cycles.map(({ _id }) => _id));
  const ids = Array.from({ length: cycles.length + 1 }, (_, ahead) => `${slug}-${year + ahead}`);
  return ids.find((id) => !taken.has(id)) ?? `${slug}-${year}`;
}

/** The stages with their dates, the one of now marked, and what was changed by hand. */
function stagesTable({ text, now }: CommunityVisit, cycle: CycleRecord): Markup {
  const { say, date, theirs } = text;
  const stage = stageAt(cycle, now);
  const timeOf = (at: Date) => html`<time datetime="${at.toISOString()}">${whole(date(at))}</time>`;
  const rows = periods(cycle, now).map((period) => {
    const isNow = period.stage === stage;
    const name = say(`stage.${period.stage}`);
    return html`<tr${isNow ? html` aria-current="step"` : ''}><td>${isNow ? html`<b>${name}</b> <em>${say('calendar.now')}</em>` : name}</td>
<td class="block">${timeOf(period.from)}${period.to ? html` – ${timeOf(period.to)}` : ''}</td></tr>
`;
  });
  const until = slipsClose(cycle, now);
  const slips = until && isPutOff(cycle) ? html`<p>${say('calendar.by.slips', { at: date(until) })}</p>` : '';
  const heads = ['stage', 'when'].map((head) => html`<th scope="col">${say(`calendar.${head}`)}</th>`);
  const moves = cycle.moves.map(
    ({ kind, stage: which, from, by, at, reason }) =>
      html`<li>${whole(date(at))} · ${theirs(by)} · ${say(`calendar.by.${kind}`, { stage: say(`stage.${which}`), at: date(from) })}${reason ? html` · ${theirs(reason)}` : ''}</li>`,
  );
  return html`<table class="list"><thead><tr>${heads}</tr></thead><tbody>${rows}</tbody></table>
${slips}
${moves.length > 0 ? html`<h2>${say('calendar.moves')}</h2><ul class="items">${moves}</ul>` : ''}`;
}

/** Whether slips are keyed after the close. */
function isPutOff({ paper, moves }: CycleRecord): boolean {
  return paper !== undefined || moves.some(({ kind }) => kind === 'slips');
}

function forms(visit: CommunityVisit, cycle: CycleRecord, given: Typed, mistakes: Mistakes): Markup {
  if (!visit.may('moveCycle')) return html``;
  const vote = heldVote(cycle, visit.now) ?? voteOf(cycle, visit.now);
  const until = slipsClose(cycle, visit.now);
  const mayExtend: Extends[] = [...(vote && visit.now < vote.to ? ['vote' as const] : []), ...(until && visit.now < until ? ['slips' as const] : [])];
  return html`<div class="sides"><div>${moveForm(visit, cycle, given, mistakes)}</div><div>${vote && mayExtend.length > 0 ? extendForm(visit, cycle, { vote: vote.to, slips: until ?? vote.to }, mayExtend, given, mistakes) : ''}</div></div>
${datesForm(visit, cycle, given, mistakes)}`;
}

/** What each form of a cycle brings back: which one it is, and the calendar that was looked at. */
function hidden(cycle: CycleRecord): Markup {
  return html`<input type="hidden" name="cycle" value="${cycle._id}"><input type="hidden" name="seen" value="${calendarMark(cycle)}">`;
}

function moveForm({ text: { say }, own, now }: CommunityVisit, cycle: CycleRecord, given: Typed, mistakes: Mistakes): Markup {
  const stage = stageAt(cycle, now);
  const values = STAGES.filter((each) => each !== stage).map((value) => ({ value, label: say(`stage.${value}`) }));
  const options = [{ value: '', label: say('calendar.choose') }, ...values];
  return html`<section aria-labelledby="move"><h2 id="move">${say('calendar.move')}</h2><p>${say(isOpen(cycle, now) ? 'calendar.moveOpen' : 'calendar.moveAbout')}</p>
<form method="post" action="${own}/calendar/move">${hidden(cycle)}
${mistakes.stage ? html`<p class="mistake">${mistakes.stage}</p>` : ''}${choice({ name: 'stage', label: say('calendar.moveTo'), value: given.stage, values: options })}
${field({ name: 'reason', label: say('calendar.reason'), hint: say('calendar.reasonHint'), value: given.reason, mistake: mistakes.reason, attributes: html` maxlength="${LONGEST}"` })}
<button>${say(isOpen(cycle, now) ? 'calendar.askMove' : 'calendar.moveNow')}</button></form></section>`;
}

function extendForm(
  { text: { say, date }, own, community }: CommunityVisit,
  cycle: CycleRecord,
  ends: Readonly<Record<Extends, Date>>,
  which: readonly Extends[],
  given: Typed,
  mistakes: Mistakes,
): Markup {
  const chosen = given.what ?? which[0] ?? 'vote';
  const isOver = !which.includes('vote');
  const close = ends[chosen];
  const { hour, minute } = localTimeOf(close, community.timezone);
  const time = [hour, minute].map((part) => String(part).padStart(2, '0')).join(':');
  const day = dayOf(close, community.timezone);
  return html`<section aria-labelledby="extend"><h2 id="extend">${say('calendar.extend')}</h2><p>${say(isOver ? 'calendar.extendSlips' : 'calendar.extendAbout', { at: date(close) })}</p>
<form method="post" action="${own}/calendar/extend">${hidden(cycle)}
${isOver ? html`<input type="hidden" name="what" value="slips">` : choice({ name: 'what', label: say('calendar.what'), value: chosen, values: which.map((value) => ({ value, label: say(`calendar.what${value === 'vote' ? 'Vote' : 'Slips'}`, { at: date(ends[value]) }) })) })}
${field({ name: 'day', label: say('calendar.untilDay'), value: given.day || day, mistake: mistakes.day, attributes: html` type="date" min="${day}"` })}
${field({ name: 'time', label: say('calendar.untilTime'), value: given.time || time, attributes: html` type="time"` })}
${field({ name: 'why', label: say('calendar.why'), hint: say('calendar.whyHint'), value: given.why, mistake: mistakes.why, attributes: html` maxlength="${LONGEST}"` })}
<button>${say('calendar.askExtend')}</button></form></section>`;
}

/** The dates of the cycle's plan, folded up as long as nothing is wrong in them. */
function datesForm(visit: CommunityVisit, cycle: CycleRecord, given: Typed, mistakes: Mistakes): Markup {
  const { text, own, community } = visit;
  const dates = given.dates ?? datesTyped(cycle, community.timezone);
  return html`<details${given.dates ? html` open` : ''}><summary>${text.say('calendar.otherDates')}</summary><p>${text.say('calendar.otherDatesAbout')}</p>
<form method="post" action="${own}/calendar/dates">${hidden(cycle)}${dateFields(text, dates, mistakes)}<button>${text.say('calendar.saveDates')}</button></form></details>`;
}

function newLinks({ text: { say, theirs }, own, may }: CommunityVisit, cycles: readonly CycleRecord[]): Markup {
  if (!may('planCycle')) return html``;
  const [last] = cycles;
  const like = last
    ? html`<li><a href="${address(`${own}/calendar/new`, { from: last._id })}">${say('calendar.newFrom')} ${theirs(last.title)}</a></li>`
    : '';
  return html`<section aria-labelledby="new"><h2 id="new">${say('calendar.new')}</h2><ul class="items">${like}<li><a href="${own}/calendar/new">${say('calendar.newEmpty')}</a></li></ul></section>`;
}
