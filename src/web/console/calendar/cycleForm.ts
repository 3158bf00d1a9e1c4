import type { Request } from 'express';
import { moveCycle } from '../../../fund/ballots/index.ts';
import { RULES } from '../../../fund/ballots/tally/index.ts';
import {
  type CycleRecord,
  calendarMark,
  type Extends,
  extendCycle,
  heldVote,
  isOpen,
  STAGES,
  type Stage,
  slipsClose,
  stageAt,
  voteOf,
} from '../../../fund/cycles/index.ts';
import { type CyclePlan, planCycle } from '../../../fund/files/index.ts';
import { DAY_MS, dayOf, localTimeOf } from '../../../store/wallTime.ts';
import { html, type Markup } from '../../html.ts';
import type { PageText } from '../../public/pageText.ts';
import { actForm } from '../actForm.ts';
import { choice, field, type Mistakes, type Tried } from '../frame.ts';
import { typed } from '../query.ts';
import type { CommunityVisit } from '../visits.ts';
import { timeline } from './timeline.ts';

/** What is typed into the form of a cycle, by the fields' names; a stage has `STAGE-day` and `STAGE-time`. */
export type CycleTyped = Readonly<Record<string, string>>;

/** Until when slips of paper are keyed, and from when on: its fields are `slips-day`, `slips-time` and `slips-key`. */
const SLIPS = 'slips';
const KEYED = ['afterClose', 'atOnce'] as const;

const FIELDS = ['id', 'title', 'budget', 'currency', 'rule', 'min', 'max'] as const;

export function typedCycle(request: Request): CycleTyped {
  const dates = [...STAGES, SLIPS].flatMap((name) => [`${name}-day`, `${name}-time`]);
  return Object.fromEntries([...FIELDS, ...dates, `${SLIPS}-key`].map((name) => [name, typed(request, name)]));
}

/** How many days after a new cycle is made its stages usually begin, and at what hour: a month for proposals, two weeks for the council, ten days in public, a week for the vote. */
const USUAL: Readonly<Record<Stage, readonly [days: number, time: string]>> = {
  announce: [7, '08:00'],
  propose: [14, '08:00'],
  deliberate: [44, '08:00'],
  publish: [58, '08:00'],
  vote: [68, '08:00'],
  implement: [75, '20:00'],
  evaluate: [255, '08:00'],
  closed: [300, '08:00'],
};

/** A new cycle before anything is typed: its stages last as long as they usually do. */
export function emptyCycle(id: string, now: Date, timezone: string): CycleTyped {
  const dates = STAGES.flatMap((stage) => {
    const [days, time] = USUAL[stage];
    return [
      [`${stage}-day`, dayOf(new Date(now.getTime() + days * DAY_MS), timezone)],
      [`${stage}-time`, time],
    ];
  });
  return { id, title: '', budget: '', currency: 'CNY', rule: 'greedy', min: '1', max: '', ...Object.fromEntries(dates) };
}

/** A new cycle like another one, a year later: the years in its title, too. It has no projects. */
export function nextCycle(id: string, { title, budget, currency, rule, choices, ...dates }: CycleRecord, timezone: string): CycleTyped {
  return {
    ...{ id, currency, rule, budget: String(budget), min: String(choices.min), max: String(choices.max) },
    title: title.replaceAll(/20\d\d/g, (year) => String(Number(year) + 1)),
    ...datesTyped(dates, timezone, 1),
  };
}

/** The dates of a cycle as the browser's fields have them, by the clocks of a zone; `years` later. 29 February becomes the 28th. */
export function datesTyped({ stages, paper }: Pick<CycleRecord, 'stages' | 'paper'>, timezone: string, years = 0): CycleTyped {
  const named = [...stages.map(({ stage, from }) => ({ name: stage, from })), ...(paper ? [{ name: SLIPS, from: paper.until }] : [])];
  const typed = named.flatMap(({ name, from }) => {
    const { year, month, day, hour, minute } = localTimeOf(from, timezone);
    const last = new Date(Date.UTC(year + years, month, 0)).getUTCDate();
    return [
      [`${name}-day`, [year + years, two(month), two(Math.min(day, last))].join('-')],
      [`${name}-time`, `${two(hour)}:${two(minute)}`],
    ];
  });
  return { ...Object.fromEntries(typed), ...(paper?.key && { [`${SLIPS}-key`]: paper.key }) };
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}

/** What is typed, as `cycle.yaml` would say it. */
export function planOf(given: CycleTyped): CyclePlan {
  const { id = '', title, budget = '', currency, rule, min = '', max = '' } = given;
  return { id, title, budget: number(budget), currency, rule, choices: { min: number(min), max: number(max) }, ...planned(given) };
}

/** The dates that are typed. A day without a time begins at midnight. */
export function planned(given: CycleTyped): Pick<CyclePlan, 'stages' | 'paper'> {
  const stages: Partial<Record<Stage, string>> = {};
  for (const stage of STAGES) {
    const date = dateTyped(given, stage);
    if (date !== undefined) stages[stage] = date;
  }
  const until = dateTyped(given, SLIPS);
  return { stages, ...(until !== undefined && { paper: { until, key: given[`${SLIPS}-key`] === 'atOnce' ? 'atOnce' : 'afterClose' } }) };
}

function dateTyped(given: CycleTyped, name: string): string | undefined {
  const [day = '', time = ''] = [given[`${name}-day`], given[`${name}-time`]];
  return day === '' && time === '' ? undefined : `${day}T${time === '' ? '00:00' : time}`;
}

/** Whole numbers may be typed with commas; anything else stays as it is, and is refused. */
function number(text: string): number | string | undefined {
  const digits = text.replaceAll(/[,，\s]/g, '');
  if (digits === '') return undefined;
  return /^\d{1,15}$/.test(digits) ? Number(digits) : text;
}

/** What is wrong, at the fields of the form: by its place in the file, its kind. */
export function mistakesIn({ say }: PageText, wrongs: Readonly<Record<string, string>>, given: CycleTyped): Mistakes {
  const told = new Map<string, string>();
  for (const [path, kind] of Object.entries(wrongs)) {
    const [first = '', second = ''] = path.split('.');
    const name = first === 'choices' ? second || 'max' : first;
    if (first === 'stages' && second !== '') tell(`${second}-day`, say(`stage.${second}`), ofDate(second, kind));
    else if (first === 'stages') tell('form', undefined, say(`calendar.wrong.${kind}`));
    else if (first === 'paper') tell(`${SLIPS}-day`, say('calendar.slipsUntil'), say(`calendar.wrong.${kind}`));
    else if (WORDED.has(name)) tell(name, say(`calendar.field.${name}`), say(`calendar.wrong.${name}`));
    else tell('form', undefined, say('calendar.wrong.form'));
  }
  const placeOf = (field: string) => [...FIELDS, ...STAGES.map((stage) => `${stage}-day`), `${SLIPS}-day`].indexOf(field);
  return Object.fromEntries([...told].toSorted(([one], [other]) => placeOf(one) - placeOf(other)));

  function tell(field: string, label: string | undefined, what: string): void {
    if (!told.has(field)) told.set(field, label === undefined ? what : say('calendar.wrong.named', { label, what }));
  }

  function ofDate(stage: string, kind: string): string {
    const before = STAGES.slice(
      0,
      STAGES.findIndex((each) => each === stage),
    ).findLast((each) => given[`${each}-day`]);
    if (kind !== 'order' || before === undefined) return say(`calendar.wrong.${kind}`);
    return say('calendar.wrong.orderOf', { day: given[`${stage}-day`], before: say(`stage.${before}`), dayBefore: given[`${before}-day`] });
  }
}

/** The stages that are typed with a day, by when they begin. */
export function stagesTyped(given: CycleTyped): { readonly stage: Stage; readonly from: number }[] {
  return STAGES.flatMap((stage) => {
    const from = Date.parse(`${given[`${stage}-day`]}T${given[`${stage}-time`] || '00:00'}Z`);
    return Number.isNaN(from) ? [] : [{ stage, from }];
  });
}

const WORDED: ReadonlySet<string> = new Set(['title', 'budget', 'currency', 'rule', 'min', 'max']);

/** The fields of a new cycle besides its dates. */
export function ballotFields({ say }: PageText, given: CycleTyped, mistakes: Mistakes): Markup {
  const input = (name: string, attributes: Markup = html``) =>
    field({ name, label: say(`calendar.field.${name}`), value: given[name], mistake: mistakes[name], attributes });
  const digits = html` inputmode="numeric"`;
  return html`<input type="hidden" name="id" value="${given.id ?? ''}">${input('title', html` maxlength="200"`)}${input('budget', digits)}${input('currency', html` maxlength="3"`)}
${choice({ name: 'rule', label: say('calendar.field.rule'), value: given.rule, values: RULES.map((value) => ({ value, label: say(`calendar.rule.${value}`) })) })}
${input('min', digits)}${input('max', digits)}`;
}

/** A day and a time for each stage and for the end of keying, by the clocks of the community. */
export function dateFields(text: PageText, given: CycleTyped, mistakes: Mistakes): Markup {
  const { say } = text;
  const rows = [...STAGES, SLIPS].map((name) => {
    const [day, time] = [`${name}-day`, `${name}-time`];
    return html`<fieldset><legend>${say(name === SLIPS ? 'calendar.slipsUntil' : `stage.${name}`)}</legend><div class="row">
${field({ name: day, label: say('calendar.day'), value: given[day], mistake: mistakes[day], attributes: html` type="date"` })}
${field({ name: time, label: say('calendar.time'), value: given[time], attributes: html` type="time"` })}</div></fieldset>
`;
  });
  const keyed = KEYED.map((value) => ({ value, label: say(`calendar.keyed.${value}`) }));
  return html`<p class="hint">${say('calendar.datesHint')}</p>${timeline(text, stagesTyped(given))}${rows}${choice({ name: `${SLIPS}-key`, label: say('calendar.keyed.from'), value: given[`${SLIPS}-key`], values: keyed })}`;
}

/** What was tried with a cycle that is there, or typed as its dates. */
export interface Typed {
  readonly tried?: Tried;
  readonly dates?: CycleTyped;
}

/** The forms of a cycle that is there: moving it, extending its vote, other dates; nothing for those who may not. */
export function forms(visit: CommunityVisit, cycle: CycleRecord, given: Typed, mistakes: Mistakes): Markup {
  if (!visit.may(moveCycle)) return html``;
  const vote = heldVote(cycle, visit.now) ?? voteOf(cycle, visit.now);
  const until = slipsClose(cycle, visit.now);
  const mayExtend: Extends[] = [...(vote && visit.now < vote.to ? ['vote' as const] : []), ...(until && visit.now < until ? ['slips' as const] : [])];
  return html`<div class="sides"><div>${moveForm(visit, cycle, given)}</div><div>${vote && mayExtend.length > 0 ? extendForm(visit, cycle, { vote: vote.to, slips: until ?? vote.to }, mayExtend, given) : ''}</div></div>
${datesForm(visit, cycle, given, mistakes)}`;
}

/** What each form of a cycle brings back: which one it is, and the calendar that was looked at. */
function hidden(cycle: CycleRecord): Markup {
  return html`<input type="hidden" name="cycle" value="${cycle._id}"><input type="hidden" name="seen" value="${calendarMark(cycle)}">`;
}

function moveForm(visit: CommunityVisit, cycle: CycleRecord, { tried = {} }: Typed): Markup {
  const { now, text } = visit;
  const { say } = text;
  const stage = stageAt(cycle, now);
  const values = STAGES.filter((each) => each !== stage).map((value) => ({ value, label: say(`stage.${value}`) }));
  const fields = { stage: { values: [{ value: '', label: say('calendar.choose') }, ...values] } };
  const is = isOpen(cycle, now)
    ? { about: say('calendar.moveOpen'), button: say('calendar.askMove') }
    : { about: say('calendar.moveAbout'), button: say('calendar.moveNow') };
  const form = actForm(visit, moveCycle, { at: `/calendar/${cycle._id}`, tried, seen: calendarMark(cycle), fields, ...is });
  return html`<section aria-labelledby="move"><h2 id="move">${visit.actWords('cycle.move.button')}</h2>${form}</section>`;
}

function extendForm(
  visit: CommunityVisit,
  cycle: CycleRecord,
  ends: Readonly<Record<Extends, Date>>,
  which: readonly Extends[],
  { tried = {} }: Typed,
): Markup {
  const { community, text } = visit;
  const { say, date } = text;
  const typed = tried.act === extendCycle ? tried.typed?.what : undefined;
  const chosen = which.find((each) => each === typed) ?? which[0] ?? 'vote';
  const isOver = !which.includes('vote');
  const close = ends[chosen];
  const { hour, minute } = localTimeOf(close, community.timezone);
  const dayField = dayOf(close, community.timezone);
  const whats = which.map((value) => ({ value, label: say(`calendar.what${value === 'vote' ? 'Vote' : 'Slips'}`, { at: date(ends[value]) }) }));
  const fields = {
    what: isOver ? { hidden: 'slips' } : { values: whats, value: chosen },
    day: { value: dayField, attributes: html` type="date" min="${dayField}"` },
    time: { value: `${two(hour)}:${two(minute)}` },
  };
  const about = say(isOver ? 'calendar.extendSlips' : 'calendar.extendAbout', { at: date(close) });
  const form = actForm(visit, extendCycle, {
    at: `/calendar/${cycle._id}`,
    tried,
    seen: calendarMark(cycle),
    fields,
    about,
    button: say('calendar.askExtend'),
  });
  return html`<section aria-labelledby="extend"><h2 id="extend">${visit.actWords('cycle.extend.button')}</h2>${form}</section>`;
}

/** The dates of the cycle's plan, folded up as long as nothing is wrong in them. */
function datesForm(visit: CommunityVisit, cycle: CycleRecord, given: Typed, mistakes: Mistakes): Markup {
  const { text, own, community } = visit;
  const dates = given.dates ?? datesTyped(cycle, community.timezone);
  return html`<details${given.dates ? html` open` : ''}><summary>${text.say('calendar.otherDates')}</summary><p>${text.say('calendar.otherDatesAbout')}</p>
<form method="post" action="${own}/calendar/dates">${hidden(cycle)}${dateFields(text, dates, mistakes)}<button>${visit.actWords(`${planCycle.name}.button`)}</button></form></details>`;
}
