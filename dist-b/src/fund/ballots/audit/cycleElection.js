import { TALLY_RULES } from '../tally/tallyRules.js';
/**
 * The election in `cycle.pb`, for a cycle whose vote is over, in a form that Pabulib's own checker accepts: the frozen ballot, its outcome, and
 * the counted ballots in the order given (shuffled) by voters 1…n; nothing of channels. The same input gives the same file.
 */
export function cycleElection(ballot, setting, ballots, outcome) {
    const { projects, budget, threshold, choices } = ballot;
    const votes = new Map(outcome.tallies.map(({ number, votes }) => [number, votes]));
    const isFullyFunded = projects.reduce((sum, { cost }) => sum + cost, 0) <= budget;
    return {
        description: oneLine(ballot.title),
        country: setting.country,
        unit: oneLine(setting.community),
        instance: ballot.cycle,
        budget,
        voteType: choices.max === 1 ? 'choose-1' : 'approval',
        rule: TALLY_RULES[ballot.rule].pabulib.name(threshold),
        begin: dayMonthYear(setting.from),
        end: dayMonthYear(setting.to),
        choices: { min: choices.min, max: choices.max },
        ...(threshold > 0 && { threshold }),
        currency: ballot.currency,
        more: { ...(isFullyFunded && { fully_funded: '1' }), comment: comment(ballot) },
        projects: projects.map(({ number, title, category, cost }) => ({
            number,
            id: String(number),
            cost,
            name: oneLine(title),
            ...(category && { category: oneLine(category) }),
            votes: votes.get(number) ?? 0,
            selected: outcome.winners.includes(number) ? 1 : 0,
        })),
        votes: ballots.map((picks, index) => ({ voter: String(index + 1), picks: picks.toSorted((a, b) => a - b) })),
    };
}
function comment({ rule, lot }) {
    const ties = `#1: Ties are broken by a lot drawn before the vote: ${lot.join(', ')}.`;
    const { comment } = TALLY_RULES[rule].pabulib;
    return comment ? `${ties} #2: ${comment}` : ties;
}
function dayMonthYear(day) {
    return day.split('-').toReversed().join('.');
}
function oneLine(text) {
    return text.replace(/\s+/g, ' ').trim();
}
