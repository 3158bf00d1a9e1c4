import { RULES, TALLY_RULES } from '../tally/tallyRules.js';
/** The vote types of the Pabulib format. */
export const VOTE_TYPES = ['approval', 'choose-1', 'cumulative', 'ordinal', 'scoring'];
/**
 * The score of each project, in the file's order: votes under `approval` and `choose-1`, else the points given. If an ordinal file has no
 * points, the last project of a voter's list gets one point, and each one before it gets one more.
 */
export function scores({ projects, votes, voteType }) {
    const counted = new Map(projects.map(({ number }) => [number, 0]));
    for (const vote of votes)
        vote.picks.forEach((pick, index) => void counted.set(pick, (counted.get(pick) ?? 0) + worth(vote, index)));
    return projects.map(({ number, cost }) => ({ number, cost, votes: counted.get(number) ?? 0 }));
    function worth({ points, picks }, index) {
        if (voteType === 'approval' || voteType === 'choose-1')
            return 1;
        return points?.[index] ?? (voteType === 'ordinal' ? picks.length - index : 0);
    }
}
/** Our rule for a rule of Pabulib; undefined if it is one that we do not have, or unknown. A threshold has a field of its own in the file. */
export function ruleOf(pabulib) {
    return RULES.find((rule) => TALLY_RULES[rule].pabulib.knownAs.includes(pabulib));
}
