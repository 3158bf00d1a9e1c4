import type { Request } from 'express';
import { moveCycle, passedOver } from '../../../fund/ballots/index.ts';
import { RULES } from '../../../fund/ballots/tally/index.ts';
import { type CommunityRecord, PUBLISH_DAYS } from '../../../fund/communities/index.ts';
import {
  type CycleRecord,
  calendarMark,
  type Extends,
  extendCycle,
  heldVote,
  isOpen,
  periods,
  STAGES,
  type Stage,
  slipsClose,
  stageAt,
  voteOf,
} from '../../../fund/cycles/index.ts';
import { type CyclePlan, planCycle } from '../../../fund/files/index.ts';
import { isOneOf } from '../../../store/names.ts';
import { DAY_MS, dayOf, localTimeOf } from '../../../store/wallTime.ts';
import { html, type Markup } from '../../html.ts';
import type { PageText } from '../../public/pageText.ts';
import { actForm } from '../actForm.ts';
import { choice, field, type Mistakes, type Tried } from '../frame.ts';
import { typed } from '../query.ts';
import type { CommunityVisit } from '../visits.ts';
import { lengthOf, timeline } from './timeline.ts';

/** What is typed into the form of a cycle, by the fields' names; a stage has `STAGE-day` and `STAGE-time`. */
export type CycleTyped = Readonly<Record<string, string>>;

/** Until when slips of paper are keyed, and from when on: its fields are `slips-day`, `slips-time` and `slips-key`. */
const SLIPS = 'slips';
const KEYED = ['afterClose', 'atOnce'] as const;

const FIELDS = ['id', 'title', 'budget', 'currency', 'rule', 'min', 'max'] as const;
/** The stage that moves the others, with its day as it was shown: `propose 2026-12-09`; that lengths that are odd are meant. */
const ABOUT_DATES = ['first', 'sure'] as const;

export function typedCycle(request: Request): CycleTyped {
  const dates = [...STAGES, SLIPS].flatMap((name) => [`${name}-day`, `${name}-time`]);
  return Object.fromEntries([...FIELDS, ...ABOUT_DATES, ...dates, `${SLIPS}-key`].map((name) => [name, typed(request, name)]));
}

/** How many days each stage usually lasts: a week to tell of it, a month for proposals, two weeks for the council, ten days in public, a week for the vote. */
const USUAL: Readonly<Record<Stage, number>> = {
  ...{ announce: 7, propose: 30, deliberate: 14, publish: 10, vote: 7, implement: 180, evaluate: 45, closed: 0 },
};

/** A new cycle before anything is typed: it begins at once, and its stages last as long as they usually do, the publication as long as the community says. */
export function emptyCycle(id: string, now: Date, { timezone, publishDays = PUBLISH_DAYS }: CommunityRecord): CycleTyped {
  const { hour, minute } = localTimeOf(now, timezone);
  let days = 0;
  const dates = STAGES.flatMap((stage, place) => {
    const day = dayOf(new Date(now.getTime() + days * DAY_MS), timezone);
    days += stage === 'publish' ? Math.max(USUAL.publish, publishDays) : USUAL[stage];
    const time = place === 0 ? `${two(hour)}:${two(minute)}` : stage === 'implement' ? '20:00' : '08:00';
    return [
      [`${stage}-day`, day],
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
export function mistakesIn(
  { say, sayIn }: PageText<'console'>,
  wrongs: Readonly<Record<string, string>>,
  given: CycleTyped,
  { publishDays = PUBLISH_DAYS }: Pick<CommunityRecord, 'publishDays'>,
): Mistakes {
  const told = new Map<string, string>();
  for (const [path, kind] of Object.entries(wrongs)) {
    const [first = '', second = ''] = path.split('.');
    const name = first === 'choices' ? second || 'max' : first;
    if (first === 'stages' && second !== '') tell(`${second}-day`, sayIn('stage', second), ofDate(second, kind));
    else if (first === 'stages') tell('form', undefined, sayIn('calendar.wrong', kind));
    else if (first === 'paper') tell(`${SLIPS}-day`, say('calendar.slipsUntil'), sayIn('calendar.wrong', kind));
    else if (isOneOf(WORDED, name)) tell(name, say(`calendar.field.${name}`), say(`calendar.wrong.${name}`));
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
    if (kind !== 'order' || before === undefined) return sayIn('calendar.wrong', kind, { days: publishDays });
    return say('calendar.wrong.orderOf', { day: given[`${stage}-day`], before: say(`stage.${before}`), dayBefore: given[`${before}-day`] });
  }
}

/** The shortest that is meant without a word, in days; no stage is meant to last longer than `LONGEST`, or to have begun longer than `PAST` ago. */
const SHORTEST: Readonly<Partial<Record<Stage, number>>> = { propose: 3, deliberate: 1 };
const [LONGEST, PAST] = [400, 31];

/** What is known as dates are typed: the clock on the wall of the community, as `stagesTyped` counts, and whether the cycle is a new one. */
interface Dating {
  readonly now: number;
  readonly isNew: boolean;
}

export function dating({ now, community: { timezone } }: Pick<CommunityVisit, 'now' | 'community'>, isNew: boolean): Dating {
  const { year, month, day, hour, minute } = localTimeOf(now, timezone);
  return { now: Date.UTC(year, month - 1, day, hour, minute), isNew };
}

/** What of the dates to come is odd, at its field; nothing once it is said that it is meant, or where they are in no order. */
export function oddDates({ say }: PageText<'console'>, given: CycleTyped, { now, isNew }: Dating): Mistakes {
  if (given.sure === 'yes') return {};
  const stages = stagesTyped(given);
  if (stages.some(({ from }, place) => from <= (stages[place - 1]?.from ?? Number.NEGATIVE_INFINITY))) return {}; // which is told first
  return Object.fromEntries(
    stages.flatMap(({ stage, from }, place): [string, string][] => {
      const next = stages[place + 1]?.from;
      const at = `${stage}-day`;
      const label = say(`stage.${stage}`);
      if (isNew && place === 0 && now - from > PAST * DAY_MS)
        return [[at, say('calendar.odd.past', { label, count: Math.floor((now - from) / DAY_MS) })]];
      if (next === undefined || next < now) return [];
      const isOdd = next - from < (SHORTEST[stage] ?? 0) * DAY_MS || next - from > LONGEST * DAY_MS;
      return isOdd ? [[at, say('calendar.odd.length', { label, length: lengthOf(say, next - from) })]] : [];
    }),
  );
}

/** The same dates, those after the first one moved by as many days as that one was. */
export function shifted(given: CycleTyped): CycleTyped {
  const [name = '', was = ''] = (given.first ?? '').split(' ');
  const day = given[`${name}-day`] ?? '';
  const by = Date.parse(day) - Date.parse(was);
  const place = STAGES.findIndex((stage) => stage === name);
  if (Number.isNaN(by) || place < 0) return given;
  const moved = [...STAGES.slice(place + 1), SLIPS].flatMap((each) => {
    const at = Date.parse(given[`${each}-day`] ?? '');
    return Number.isNaN(at) ? [] : [[`${each}-day`, dayOf(new Date(at + by), 'UTC')]];
  });
  return { ...given, ...Object.fromEntries(moved), first: `${name} ${day}` };
}

/** The stages that are typed with a day, by when they begin. */
export function stagesTyped(given: CycleTyped): { readonly stage: Stage; readonly from: number }[] {
  return STAGES.flatMap((stage) => {
    const from = Date.parse(`${given[`${stage}-day`]}T${given[`${stage}-time`] || '00:00'}Z`);
    return Number.isNaN(from) ? [] : [{ stage, from }];
  });
}

const WORDED = ['title', 'budget', 'currency', 'rule', 'min', 'max'] as const;

/** The fields of a new cycle besides its dates. */
export function ballotFields({ say }: PageText<'console'>, given: CycleTyped, mistakes: Mistakes): Markup {
  const input = (name: (typeof WORDED)[number], attributes: Markup = html``) =>
    field({ name, label: say(`calendar.field.${name}`), value: given[name], mistake: mistakes[name], attributes });
  const digits = html` inputmode="numeric"`;
  return html`<input type="hidden" name="id" value="${given.id ?? ''}">${input('title', html` maxlength="200"`)}${input('budget', digits)}${input('currency', html` maxlength="3"`)}
${choice({ name: 'rule', label: say('calendar.field.rule'), value: given.rule, values: RULES.map((value) => ({ value, label: say(`calendar.rule.${value}`) })) })}
${input('min', digits)}${input('max', digits)}`;
}

/** A day and a time for each stage and for the end of keying, by the clocks of the community; the button that sends them, and the one that moves all after the first. */
export function dateFields(text: PageText<'console'>, given: CycleTyped, mistakes: Mistakes, known: Dating, button: string): Markup {
  const { say, sayIn } = text;
  const typed = stagesTyped(given);
  const first = (typed.find(({ from }) => known.isNew || from > known.now) ?? typed[0])?.stage;
  const leads = given.first || (first && `${first} ${given[`${first}-day`]}`);
  const isOdd = given.sure === 'yes' || Object.keys(oddDates(text, given, known)).some((field) => field in mistakes);
  const rows = ([...STAGES, SLIPS] as const).map((name) => {
    const [day, time] = [`${name}-day`, `${name}-time`];
    return html`<fieldset><legend>${say(name === SLIPS ? 'calendar.slipsUntil' : `stage.${name}`)}</legend><div class="row">
${field({ name: day, label: say('calendar.day'), value: given[day], mistake: mistakes[day], attributes: html` type="date"` })}
${field({ name: time, label: say('calendar.time'), value: given[time], attributes: html` type="time"` })}</div></fieldset>
`;
  });
  const keyed = KEYED.map((value) => ({ value, label: say(`calendar.keyed.${value}`) }));
  const shift = leads
    ? html` <button class="quiet" name="do" value="shift" formnovalidate>${say('calendar.shift')}</button> <span class="hint">${say('calendar.shiftHint', { stage: sayIn('stage', leads.split(' ')[0] ?? '') })}</span>`
    : '';
  const odd = isOdd
    ? html`<label class="choice"><input type="checkbox" name="sure" value="yes"${given.sure === 'yes' ? html` checked` : ''}> <span>${say('calendar.odd.sure')}</span></label>`
    : '';
  return html`<p class="hint">${say('calendar.datesHint')}</p>${timeline(text, typed)}${rows}${choice({ name: `${SLIPS}-key`, label: say('calendar.keyed.from'), value: given[`${SLIPS}-key`], values: keyed })}${leads ? html`<input type="hidden" name="first" value="${leads}">` : ''}${odd}<p class="acts"><button>${button}</button>${shift}</p>`;
}

/** What was tried with a cycle that is there, or typed as its dates. */
export interface Typed {
  readonly tried?: Tried;
  readonly dates?: CycleTyped;
}

/** The forms of a cycle that is there: moving it, extending its vote, other dates; nothing for those who may not. `publicUntil`: of the list that is published. */
export function forms(visit: CommunityVisit, cycle: CycleRecord, given: Typed, mistakes: Mistakes, publicUntil: Date | undefined): Markup {
  if (!visit.may(moveCycle)) return html``;
  const vote = heldVote(cycle, visit.now) ?? voteOf(cycle, visit.now);
  const until = slipsClose(cycle, visit.now);
  const mayExtend: Extends[] = [...(vote && visit.now < vote.to ? ['vote' as const] : []), ...(until && visit.now < until ? ['slips' as const] : [])];
  return html`<div class="sides"><div>${moveForm(visit, cycle, given, publicUntil)}</div><div>${vote && mayExtend.length > 0 ? extendForm(visit, cycle, { vote: vote.to, slips: until ?? vote.to }, mayExtend, given) : ''}</div></div>
${datesForm(visit, cycle, given, mistakes)}`;
}

/** What each form of a cycle brings back: which one it is, and the calendar that was looked at. */
function hidden(cycle: CycleRecord): Markup {
  return html`<input type="hidden" name="cycle" value="${cycle._id}"><input type="hidden" name="seen" value="${calendarMark(cycle)}">`;
}

function moveForm(visit: CommunityVisit, cycle: CycleRecord, { tried = {} }: Typed, publicUntil: Date | undefined): Markup {
  const { now, text } = visit;
  const { say, date } = text;
  const stage = stageAt(cycle, now);
  const [first] = stage === undefined ? periods(cycle, now) : [];
  const values = STAGES.filter((each) => each !== stage).map((value) => {
    const dropped = passedOver(cycle, value, now).map((each) => say(`stage.${each}`));
    const without = dropped.length > 0 ? say('calendar.without', { stages: dropped.join(say('and')) }) : '';
    return { value, label: `${say(`stage.${value}`)}${without}` };
  });
  const fields = { stage: { values: [{ value: '', label: say('calendar.choose') }, ...values], ...(first && { value: first.stage }) } };
  const vote = voteOf(cycle, now);
  const isPublic = publicUntil && now < publicUntil && !isOpen(cycle, now) && stage !== undefined && STAGES.indexOf(stage) < STAGES.indexOf('vote');
  const about = [
    ...(first ? [say('calendar.moveAhead', { at: date(first.from) })] : []),
    say('calendar.moveAbout'),
    ...(vote && vote.from > now ? [say('calendar.moveVote', { at: date(vote.to) })] : []),
    ...(isPublic ? [say('calendar.movePublic', { at: date(publicUntil) })] : []),
  ];
  const is = isOpen(cycle, now)
    ? { about: say('calendar.moveOpen'), button: say('calendar.askMove') }
    : { about: about.join(' '), button: say('calendar.moveNow') };
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
<form method="post" action="${own}/calendar/dates">${hidden(cycle)}${dateFields(text, dates, mistakes, dating(visit, false), visit.wordOfAct(planCycle.name, 'button'))}</form></details>`;
}
