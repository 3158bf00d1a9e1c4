import { CodedError } from '../../../store/codedError.js';
import { costOf, TALLY_RULES } from './tallyRules.js';
/**
 * The outcome of a vote by its rules (docs/contract.md: The vote), in exact arithmetic. The same input gives the same outcome everywhere.
 *
 * A project without a vote can win under `greedy` and `greedy-no-skip` (and in the fill of `equal-shares+fill`) if the threshold is 0 and the
 * project fits, as Pabulib's checker reads the rule. Equal shares alone never chooses such a project, because nobody pays for it.
 *
 * Throws a `CodedError` (BAD_TALLY) if the input is not a vote: an unknown rule, an amount that is not a whole number, a lot that is not an
 * order of the projects, a pick that is not on the ballot or that is given twice.
 */
export function tally(input) {
    refuseWhatIsNoVote(input);
    const { budget, threshold, projects, lot, ballots } = input;
    const votes = countedVotes(input);
    const eligible = projects.map((project) => ({ ...project, votes: votes.get(project.number) ?? 0 })).filter((project) => project.votes >= threshold);
    const rule = TALLY_RULES[input.rule];
    const voted = { budget, projects: eligible, lot };
    const winners = 'byVotes' in rule ? rule.byVotes(voted) : rule.byBallots(voted, ballots);
    return {
        tallies: projects.map(({ number }) => ({ number, votes: votes.get(number) ?? 0 })),
        winners,
        spent: costOf(winners, projects),
    };
}
function countedVotes({ projects, ballots }) {
    const votes = new Map(projects.map(({ number }) => [number, 0]));
    for (const picks of ballots)
        for (const pick of picks)
            votes.set(pick, (votes.get(pick) ?? 0) + 1);
    return votes;
}
function refuseWhatIsNoVote({ rule, budget, threshold, projects, lot, ballots }) {
    if (!Object.hasOwn(TALLY_RULES, rule))
        throw refusal(`there is no rule ${rule}`); // a record in the database may come from a version that has more rules
    const numbers = new Set(projects.map(({ number }) => number));
    if (numbers.size !== projects.length)
        throw refusal('two projects have the same number');
    for (const amount of [budget, threshold, ...projects.map(({ cost }) => cost)]) {
        if (!Number.isSafeInteger(amount) || amount < 0)
            throw refusal(`${amount} is no whole amount`);
    }
    if (lot.length !== numbers.size || new Set(lot).size !== lot.length || !lot.every((number) => numbers.has(number))) {
        throw refusal('the lot is not an order of all project numbers');
    }
    for (const picks of ballots) {
        const unknown = picks.find((pick) => !numbers.has(pick));
        if (unknown !== undefined)
            throw refusal(`${unknown} is not on the ballot`);
        if (new Set(picks).size !== picks.length)
            throw refusal('a ballot has a project twice');
    }
}
function refusal(what) {
    return new CodedError('bad-tally', `This cannot be counted: ${what}.`);
}
