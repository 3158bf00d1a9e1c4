import { MANNERS, REASONS } from '../../../fund/proposals/index.js';
import { cleanText } from '../../../store/text.js';
import { typed } from '../query.js';
import { typedFrom } from './onePage.js';
/** What was typed into the form of an opinion. */
export function opinionTyped({ request }) {
    const one = (name, longest) => typed(request, name, longest);
    return {
        ...{ feasible: one('feasible'), cost: plain(one('cost')), own: plain(one('own')), manner: one('manner'), reason: one('reason') },
        sentence: cleanText(one('sentence', 200)),
    };
}
/** What was meant with what was typed; without `opinion` it cannot be said. */
export function opinionOf({ text: { say } }, given) {
    const { feasible, sentence } = given;
    if (feasible === 'no') {
        const reason = REASONS.find((each) => each === given.reason);
        return { opinion: { isFeasible: false, ...(reason && { reason }), ...(sentence !== '' && { sentence }) }, mistakes: {} };
    }
    if (feasible !== 'yes')
        return { mistakes: { feasible: say('proposal.noFeasible') } };
    const sums = { cost: sumIn(given.cost), own: sumIn(given.own) };
    const wrong = ['cost', 'own'].filter((name) => Number.isNaN(sums[name]));
    if (wrong.length > 0)
        return { mistakes: Object.fromEntries(wrong.map((name) => [name, say('proposal.wrongCost')])) };
    const manner = MANNERS.find((each) => each === given.manner);
    const { cost, own } = sums;
    return {
        opinion: { isFeasible: true, ...(cost !== undefined && { cost }), ...(own !== undefined && { own }), ...(manner && { manner }) },
        mistakes: {},
    };
}
/** A sum in whole units: undefined if nothing was typed, NaN if it is none. */
function sumIn(given) {
    if (given === '')
        return undefined;
    return /^\d{1,12}$/.test(given) ? Number(given) : Number.NaN;
}
/** A sum without the commas and blanks between its digits. */
function plain(given) {
    return given.replaceAll(/[,，\s]/g, '');
}
/** Whether a form was sent twice: the draft that stands there is its own. */
export function isOwn(outcome, given, name) {
    if (!('refused' in outcome) || outcome.refused !== 'stale' || outcome.opinion?.by !== name)
        return false;
    const kept = typedFrom(outcome.opinion);
    const names = outcome.opinion.isFeasible ? ['feasible', 'cost', 'own', 'manner'] : ['feasible', 'reason', 'sentence'];
    return names.every((each) => kept[each] === given[each]);
}
