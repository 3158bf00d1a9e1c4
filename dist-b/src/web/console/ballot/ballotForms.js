import { RULES } from '../../../fund/ballots/tally/index.js';
import { ballotMark } from '../../../fund/files/index.js';
import { html } from '../../html.js';
import { choice, field } from '../frame.js';
import { typed } from '../query.js';
const LONGEST = 300;
const PROJECT = ['number', 'title', 'short', 'cost', 'category', 'detail', 'place', 'due'];
const RULE = ['budget', 'rule', 'threshold', 'min', 'max', 'lot'];
export function typedProject(request) {
    return Object.fromEntries([...PROJECT, 'at', 'from'].map((name) => [name, typed(request, name, LONGEST)]));
}
export function typedRules(request) {
    return Object.fromEntries(RULE.map((name) => [name, typed(request, name, LONGEST)]));
}
/** A project as its form has it. `at`: its number until now; `from`: the proposal that it is made of. */
export function typedOf(project, at, from) {
    const values = Object.entries({ ...project, at, from }).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
    return Object.fromEntries(values);
}
/** What is typed, as `cycle.yaml` would say it. */
export function projectGiven(given) {
    const text = (name) => (given[name] === '' ? undefined : given[name]);
    return {
        ...{ number: whole(given.number), title: given.title, cost: whole(given.cost) },
        ...{ short: text('short'), category: text('category'), detail: text('detail'), place: text('place'), due: text('due') },
    };
}
export function rulesGiven({ budget, rule, threshold, min, max, lot = '' }) {
    const order = lot.split(/[\s,，、]+/).filter(Boolean);
    return {
        ...{ budget: whole(budget), rule, threshold: whole(threshold), choices: { min: whole(min), max: whole(max) } },
        lot: order.length > 0 ? order.map(whole) : undefined,
    };
}
/** Whole numbers may be typed with commas; anything else stays as it is, and is refused. */
function whole(text = '') {
    const digits = text.normalize('NFKC').replaceAll(/[,\s]/g, '');
    if (digits === '')
        return undefined;
    return /^\d{1,15}$/.test(digits) ? Number(digits) : text;
}
/** What is wrong, at the fields of the form; what is wrong in another project stands above it. */
export function mistakesIn({ say }, { wrongs, index }) {
    const told = wrongs.map(({ path }) => {
        const [first = '', second, third = ''] = path.map(String);
        if (first === 'projects' && Number(second) !== index)
            return ['form', say('ballot.wrong.other')];
        const name = first === 'projects' ? third : first === 'choices' ? (second ?? 'max') : first;
        return WORDED.has(name) ? [name, say(`ballot.wrong.${name}`)] : ['form', say('ballot.wrong.other')];
    });
    return Object.fromEntries(told.toReversed());
}
const WORDED = new Set([...PROJECT, ...RULE]);
/** The marks that a form brings back: which ballot, and how it was looked at. */
function marks(cycle) {
    return html `<input type="hidden" name="cycle" value="${cycle._id}"><input type="hidden" name="seen" value="${ballotMark(cycle)}">`;
}
export function projectForm({ text: { say }, own, community }, { cycle }, given, mistakes) {
    const input = (name, attributes, isLong = false) => field({
        ...{ name, label: say(`ballot.field.${name}`), value: given[name], mistake: mistakes[name], isLong, attributes },
        ...(HINTED.has(name) && { hint: say(`ballot.hint.${name}`) }),
    });
    const named = [...new Set([...(community.categories ?? []).map(({ name }) => name), ...(given.category ? [given.category] : [])])];
    const categories = [{ value: '', label: say('ballot.noCategory') }, ...named.map((value) => ({ value, label: value }))];
    const hidden = ['at', 'from'].map((name) => html `<input type="hidden" name="${name}" value="${given[name] ?? ''}">`);
    return html `<form method="post" action="${own}/ballot/project" data-look>${marks(cycle)}${hidden}
${given.from ? html `<p>${say('ballot.madeOf', { number: given.from })}</p>` : ''}
${input('number', html ` class="short" inputmode="numeric" maxlength="4"`)}${input('title', html ` maxlength="200"`)}${input('short', html ` maxlength="12"`)}
${input('cost', html ` class="short" inputmode="numeric"`)}${choice({ name: 'category', label: say('ballot.field.category'), value: given.category, values: categories, mistake: mistakes.category })}
${input('detail', html ` maxlength="300"`, true)}${input('place', html ` maxlength="60"`)}${input('due', html ` type="month"`)}
<p><button name="do" value="save">${say('ballot.save')}</button> <button class="quiet" name="do" value="look">${say('ballot.look')}</button></p></form>`;
}
const HINTED = new Set(['short', 'detail', 'due', 'lot', 'threshold']);
/** Rule, choices, budget and lot; for those who may not change them, as a list. */
export function rulesForm({ text: { say, money }, own }, { cycle }, given, mistakes, mayChange) {
    const { budget, rule, threshold, choices, lot = [], currency } = cycle;
    const heading = html `<h2 id="rules">${say('ballot.rules')}</h2>`;
    if (!mayChange) {
        const lines = [
            ['budget', money(budget, currency)],
            ['rule', say(`calendar.rule.${rule}`)],
            ['threshold', threshold],
            ['min', choices.min],
            ['max', choices.max],
            ['lot', lot.length > 0 ? lot.join('、') : say('ballot.drawn')],
        ];
        const items = lines.map(([name, value]) => html `<dt>${say(`ballot.field.${name}`)}</dt><dd>${value}</dd>`);
        return html `<section aria-labelledby="rules">${heading}<dl class="about-it">${items}</dl></section>`;
    }
    const now = {
        budget: String(budget),
        rule,
        threshold: String(threshold),
        min: String(choices.min),
        max: String(choices.max),
        lot: lot.join(' '),
    };
    const values = given ?? now;
    const input = (name) => field({
        ...{ name, label: say(`ballot.field.${name}`), value: values[name], mistake: mistakes[name] },
        ...(HINTED.has(name) && { hint: say(`ballot.hint.${name}`) }),
        attributes: html `${name === 'lot' ? '' : html ` class="short" inputmode="numeric"`}`,
    });
    const rules = RULES.map((value) => ({ value, label: say(`calendar.rule.${value}`) }));
    return html `<section aria-labelledby="rules">${heading}<form method="post" action="${own}/ballot/rules">${marks(cycle)}
${input('budget')}${choice({ name: 'rule', label: say('ballot.field.rule'), value: values.rule, values: rules, mistake: mistakes.rule })}${input('threshold')}
${input('min')}${input('max')}${input('lot')}<button>${say('ballot.save')}</button></form></section>`;
}
