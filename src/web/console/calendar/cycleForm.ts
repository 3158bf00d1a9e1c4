import type { Request } from 'express';
import { RULES } from '../../../fund/ballots/tally/index.ts';
import { type CycleRecord, STAGES, type Stage } from '../../../fund/cycles/index.ts';
import type { CyclePlan, Planned } from '../../../fund/files/index.ts';
import { localTimeOf } from '../../../store/wallTime.ts';
import { html, type Markup } from '../../html.ts';
import type { PageText } from '../../public/pageText.ts';
import { choice, field, type Mistakes } from '../frame.ts';
import { typed } from '../query.ts';

/** What is typed into the form of a cycle, by the fields' names; a stage has `STAGE-day` and `STAGE-time`. */
export type CycleTyped = Readonly<Record<string, string>>;

/** Until when slips of paper are keyed: its fields are `slips-day` and `slips-time`. */
const SLIPS = 'slips';

const FIELDS = ['id', 'title', 'budget', 'currency', 'rule', 'min', 'max'] as const;

export function typedCycle(request: Request): CycleTyped {
  const dates = [...STAGES, SLIPS].flatMap((name) => [`${name}-day`, `${name}-time`]);
  return Object.fromEntries([...FIELDS, ...dates].map((name) => [name, typed(request, name)]));
}

/** A new cycle before anything is typed. */
export function emptyCycle(id: string): CycleTyped {
  return { id, title: '', budget: '', currency: 'CNY', rule: 'greedy', min: '1', max: '' };
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
  return Object.fromEntries(typed);
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
  return { stages, ...(until !== undefined && { paper: { until } }) };
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

/** What is wrong, at the fields of the form. */
export function mistakesIn({ say }: PageText, wrongs: Extract<Planned, { wrongs: unknown }>['wrongs']): Mistakes {
  const told = wrongs.map(({ path, kind }) => {
    const [first = '', second = ''] = path.map(String);
    if (first === 'stages') return [second === '' ? 'form' : `${second}-day`, say(`calendar.wrong.${kind ?? 'date'}`)];
    if (first === 'paper') return [`${SLIPS}-day`, say(`calendar.wrong.${kind ?? 'date'}`)];
    const name = first === 'choices' ? second || 'max' : first;
    return WORDED.has(name) ? [name, say(`calendar.wrong.${name}`)] : ['form', say('calendar.wrong.form')];
  });
  return Object.fromEntries(told.toReversed());
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
export function dateFields({ say }: PageText, given: CycleTyped, mistakes: Mistakes): Markup {
  const rows = [...STAGES, SLIPS].map((name) => {
    const [day, time] = [`${name}-day`, `${name}-time`];
    return html`<fieldset><legend>${say(name === SLIPS ? 'calendar.slipsUntil' : `stage.${name}`)}</legend><div class="row">
${field({ name: day, label: say('calendar.day'), value: given[day], mistake: mistakes[day], attributes: html` type="date"` })}
${field({ name: time, label: say('calendar.time'), value: given[time], attributes: html` type="time"` })}</div></fieldset>
`;
  });
  return html`<p class="hint">${say('calendar.datesHint')}</p>${rows}`;
}
