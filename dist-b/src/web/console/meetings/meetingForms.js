import { LONGEST_NOTES } from '../../../fund/meetings/index.js';
import { DECISIONS, LONGEST_SENTENCE } from '../../../fund/proposals/index.js';
import { localTimeOf, readTime } from '../../../store/wallTime.js';
import { html } from '../../html.js';
import { field } from '../frame.js';
import { typed } from '../query.js';
/** `yes`, `no`: the numbers of proposals that the cadres recommend, and that they do not. */
export const PLAN_FIELDS = ['day', 'time', 'place', 'yes', 'no'];
/** The form that says when and where a meeting is, and on what. */
export function planForm({ text: { say } }, path, wrote, mistakes, hidden) {
    const each = (name, attributes, hint) => field({ name, label: say(`meetings.${name}`), hint, value: wrote[name], mistake: mistakes[name], attributes });
    const kept = Object.entries(hidden).map(([name, value]) => html `<input type="hidden" name="${name}" value="${value}">`);
    return html `<form method="post" action="${path}">${kept}
${each('day', html ` type="date" required`)}${each('time', html ` type="time" required`)}${each('place', html ` maxlength="60" required`)}
${each('yes', html ` inputmode="numeric" autocomplete="off"`, say('meetings.numbersHint'))}${each('no', html ` inputmode="numeric" autocomplete="off"`)}
<button>${say('meetings.save')}</button></form>`;
}
/** A meeting's plan as the form has it. */
export function planOfMeeting({ at, place, items }, timezone) {
    const { year, month, day, hour, minute } = localTimeOf(at, timezone);
    const two = (part) => String(part).padStart(2, '0');
    const advised = (advice) => items
        .filter((item) => item.advice === advice)
        .map(({ proposal }) => proposal)
        .join(' ');
    return { day: `${year}-${two(month)}-${two(day)}`, time: `${two(hour)}:${two(minute)}`, place, yes: advised('yes'), no: advised('no') };
}
/** The plan that was typed; absent where something is wrong. */
export function planOf({ community, now, text: { say } }, wrote) {
    const { day = '', time = '', place = '', yes = '', no = '' } = wrote;
    const at = readTime(`${day}T${time || '00:00'}`, community.timezone, now);
    const [wanted, others] = [numbersIn(yes), numbersIn(no)];
    const mistakes = {
        ...(!at && { day: say('meetings.noDay') }),
        ...(place === '' && { place: say('meetings.not.place') }),
        ...(!wanted && { yes: say('meetings.noNumbers') }),
        ...(!others && { no: say('meetings.noNumbers') }),
    };
    if (!at || !wanted || !others || place === '')
        return { mistakes };
    const items = [
        ...wanted.map((proposal) => ({ proposal, advice: 'yes' })),
        ...others.map((proposal) => ({ proposal, advice: 'no' })),
    ];
    return { given: { at, place, items }, mistakes };
}
/** Numbers with blanks or commas between them; undefined if something else stands there. */
function numbersIn(text) {
    const parts = text.split(/[\s,，、;；]+/).filter((part) => part !== '');
    return parts.every((part) => /^[1-9]\d{0,5}$/.test(part)) ? parts.map(Number) : undefined;
}
/** The minutes that were typed, and what is wrong with how they were. */
export function minutesTyped({ request, text: { say } }, { roll, items, notes }) {
    const wrote = {};
    const mistakes = {};
    const given = (name, longest) => {
        const value = typed(request, name, longest);
        wrote[name] = value;
        return value;
    };
    const count = (name) => {
        const value = given(name);
        if (value !== '' && !/^\d{1,4}$/.test(value))
            mistakes[name] = say('meetings.noCount');
        return /^\d{1,4}$/.test(value) ? Number(value) : undefined;
    };
    const minutes = {
        there: roll.filter(({ id }) => given(`there-${id}`) === '1').map(({ id }) => id),
        items: items.map(({ proposal }) => {
            const [votes, against, abstained] = ['for', 'against', 'abstained'].map((name) => count(`${name}-${proposal}`));
            const decision = DECISIONS.find((each) => each === given(`decision-${proposal}`));
            const reason = given(`reason-${proposal}`, LONGEST_SENTENCE);
            return {
                ...{ proposal, ...(votes !== undefined && { for: votes }), ...(against !== undefined && { against }) },
                ...{ ...(abstained !== undefined && { abstained }), ...(decision && { decision }), reason },
            };
        }),
        notes: request.body && 'notes' in request.body ? given('notes', LONGEST_NOTES + 1) : notes,
    };
    return { wrote: { ...wrote, isTyped: '1' }, minutes, mistakes };
}
/** Why something was refused, by the field that it is about. */
export function mistakesOf({ text: { say } }, outcome) {
    if (!('refused' in outcome) || typeof outcome.refused !== 'string')
        return {};
    const { refused } = outcome;
    if ('problems' in outcome && outcome.problems instanceof Map)
        return Object.fromEntries([...outcome.problems].map(([number, problem]) => [`decision-${number}`, say(`meetings.item.${problem}`, { number })]));
    const fields = { place: 'place', tooMany: 'yes', unknown: 'yes', notes: 'notes', text: 'addendum' };
    const numbers = 'numbers' in outcome && Array.isArray(outcome.numbers) ? outcome.numbers.join(say('and')) : '';
    return { [fields[refused] ?? 'form']: say(`meetings.not.${refused}`, { numbers }) };
}
