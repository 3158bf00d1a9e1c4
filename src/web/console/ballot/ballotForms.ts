import type { Request } from 'express';
import { RULES } from '../../../fund/ballots/tally/index.ts';
import type { CycleRecord, Project } from '../../../fund/cycles/index.ts';
import { ballotMark } from '../../../fund/cycles/index.ts';
import { type BallotRead, type ballotMistakes, type ProjectGiven, setBallot } from '../../../fund/files/index.ts';
import { isOneOf } from '../../../store/names.ts';
import { html, type Markup } from '../../html.ts';
import type { PageText } from '../../public/pageText.ts';
import { choice, field, type Mistakes } from '../frame.ts';
import { typed } from '../query.ts';
import type { CommunityVisit } from '../visits.ts';

/** What is typed into a form, by the fields' names. */
export type Typed = Readonly<Record<string, string>>;

/** More than any field takes: what is too long is said, not cut. */
const MAX_TYPED_CHARS = 2_000;
const PROJECT = ['number', 'title', 'short', 'titles', 'also', 'cost', 'category', 'detail', 'place', 'due'] as const;
const RULE = ['budget', 'rule', 'threshold', 'min', 'max', 'lot'] as const;

export function typedProject(request: Request): Typed {
  return Object.fromEntries([...PROJECT, 'at', 'from'].map((name) => [name, typed(request, name, MAX_TYPED_CHARS)]));
}

export function typedRules(request: Request): Typed {
  return Object.fromEntries(RULE.map((name) => [name, typed(request, name, MAX_TYPED_CHARS)]));
}

/** A project as its form has it. `at`: its number until now; `from`: the proposal that it is made of. */
export function typedOf(project: Partial<Project>, at: number | undefined, from: number | undefined): Typed {
  const { titles, also, ...plain } = project;
  const values = Object.entries({ ...plain, titles: titles?.en, also: also?.join('、'), at, from }).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)]],
  );
  return Object.fromEntries(values);
}

/** What is typed, as `cycle.yaml` would say it. */
export function projectGiven(given: Typed): ProjectGiven {
  const text = (name: string) => (given[name] === '' ? undefined : given[name]);
  return {
    ...{ number: wholeNumber(given.number), title: given.title, cost: wholeNumber(given.cost) },
    ...{
      titles: text('titles') && { en: text('titles') },
      also: text('also')
        ?.split(/[,，、;；]+\s*/)
        .filter(Boolean),
    },
    ...{ short: text('short'), category: text('category'), detail: text('detail'), place: text('place'), due: text('due') },
  };
}

export function rulesGiven({ budget, rule, threshold, min, max, lot = '' }: Typed) {
  const order = lot.split(/[\s,，、]+/).filter(Boolean);
  return {
    ...{ budget: wholeNumber(budget), rule, threshold: wholeNumber(threshold), choices: { min: wholeNumber(min), max: wholeNumber(max) } },
    lot: order.length > 0 ? order.map(wholeNumber) : undefined,
  };
}

/** Whole numbers may be typed with commas; anything else stays as it is, and is refused. */
function wholeNumber(text = ''): number | string | undefined {
  const digits = text.normalize('NFKC').replaceAll(/[,\s]/g, '');
  if (digits === '') return undefined;
  return /^\d{1,15}$/.test(digits) ? Number(digits) : text;
}

/** What is wrong, at the fields of the form; what is wrong in another project stands above it. */
export function mistakesIn({ say }: PageText<'console'>, mistakes: ReturnType<typeof ballotMistakes>): Mistakes {
  const told = Object.keys(mistakes).map((name) =>
    isOneOf(WORDED, name) ? [name, say(`ballot.wrong.${name}`)] : ['form', say('ballot.wrong.other')],
  );
  return Object.fromEntries(told);
}

const WORDED = [...PROJECT, ...RULE];

/** The marks that a form brings back: which ballot, and how it was looked at. */
function marks(cycle: CycleRecord): Markup {
  return html`<input type="hidden" name="cycle" value="${cycle._id}"><input type="hidden" name="seen" value="${ballotMark(cycle)}">`;
}

export function projectForm(
  { text: { say }, own, community, wordOfAct }: CommunityVisit,
  { cycle }: BallotRead,
  given: Typed,
  mistakes: Mistakes,
): Markup {
  const input = (name: (typeof PROJECT)[number], attributes: Markup = html``, isLong = false) =>
    field({
      ...{ name, label: say(`ballot.field.${name}`), value: given[name], mistake: mistakes[name], isLong, attributes },
      ...(isOneOf(HINTED, name) && { hint: say(`ballot.hint.${name}`) }),
    });
  const named = [...new Set([...(community.categories ?? []).map(({ name }) => name), ...(given.category ? [given.category] : [])])];
  const categories = [{ value: '', label: say('ballot.noCategory') }, ...named.map((value) => ({ value, label: value }))];
  const hidden = ['at', 'from'].map((name) => html`<input type="hidden" name="${name}" value="${given[name] ?? ''}">`);
  return html`<form method="post" action="${own}/ballot/project" data-look>${marks(cycle)}${hidden}
${given.from ? html`<p>${say('ballot.madeOf', { number: given.from })}</p>` : ''}
${input('number', html` class="short" inputmode="numeric"`)}${input('title', html` data-longest="60"`)}${input('short', html` data-longest="12"`)}
${input('titles', html` data-longest="24"`)}${input('also')}
${input('cost', html` class="short" inputmode="numeric"`)}${choice({ name: 'category', label: say('ballot.field.category'), value: given.category, values: categories, mistake: mistakes.category })}
${input('detail', html` data-longest="300"`, true)}${input('place', html` data-longest="60"`)}${input('due', html` type="month"`)}
<p><button name="do" value="save">${wordOfAct(setBallot.name, 'button')}</button> <button class="quiet" name="do" value="look">${say('ballot.look')}</button></p></form>`;
}

const HINTED = ['short', 'titles', 'also', 'detail', 'due', 'lot', 'threshold'] as const;

/** Rule, choices, budget and lot; for those who may not change them, as a list. */
export function rulesForm(
  { text: { say, money }, own, wordOfAct }: CommunityVisit,
  { cycle }: BallotRead,
  given: Typed | undefined,
  mistakes: Mistakes,
  mayChange: boolean,
): Markup {
  const { budget, rule, threshold, choices, lot = [], currency } = cycle;
  const heading = html`<h2 id="rules">${say('ballot.rules')}</h2>`;
  if (!mayChange) {
    const lines = [
      ['budget', money(budget, currency)],
      ['rule', say(`calendar.rule.${rule}`)],
      ['threshold', threshold],
      ['min', choices.min],
      ['max', choices.max],
      ['lot', lot.length > 0 ? lot.join('、') : say('ballot.drawn')],
    ] as const;
    const items = lines.map(([name, value]) => html`<dt>${say(`ballot.field.${name}`)}</dt><dd>${value}</dd>`);
    return html`<section aria-labelledby="rules">${heading}<dl class="about-it">${items}</dl></section>`;
  }
  const now: Typed = {
    budget: String(budget),
    rule,
    threshold: String(threshold),
    min: String(choices.min),
    max: String(choices.max),
    lot: lot.join(' '),
  };
  const values = given ?? now;
  const input = (name: (typeof RULE)[number]) =>
    field({
      ...{ name, label: say(`ballot.field.${name}`), value: values[name], mistake: mistakes[name] },
      ...(isOneOf(HINTED, name) && { hint: say(`ballot.hint.${name}`) }),
      attributes: html`${name === 'lot' ? '' : html` class="short" inputmode="numeric"`}`,
    });
  const rules = RULES.map((value) => ({ value, label: say(`calendar.rule.${value}`) }));
  return html`<section aria-labelledby="rules">${heading}<form method="post" action="${own}/ballot/rules">${marks(cycle)}
${input('budget')}${choice({ name: 'rule', label: say('ballot.field.rule'), value: values.rule, values: rules, mistake: mistakes.rule })}${input('threshold')}
${input('min')}${input('max')}${input('lot')}<button>${wordOfAct(setBallot.name, 'button')}</button></form></section>`;
}
