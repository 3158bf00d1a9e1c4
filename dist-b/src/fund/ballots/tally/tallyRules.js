import { equalShares } from './equalShares.js';
import { greedy } from './greedy.js';
/** How projects win (docs/contract.md: The vote). */
export const RULES = ['greedy', 'greedy-no-skip', 'equal-shares', 'equal-shares+fill'];
/** A new rule needs a name in `RULES`, an entry here, and its words in the page's texts. */
export const TALLY_RULES = {
    greedy: {
        byVotes: (voted) => greedy({ ...voted, skip: true }),
        pabulib: { name: (threshold) => (threshold > 0 ? 'greedy-threshold' : 'greedy'), knownAs: ['greedy', 'greedy-threshold'] },
    },
    'greedy-no-skip': {
        byVotes: (voted) => greedy({ ...voted, skip: false }),
        pabulib: { name: () => 'greedy-no-skip', knownAs: ['greedy-no-skip'] },
    },
    'equal-shares': {
        byBallots: shared,
        // the comparison is with greedy; it has no part in how equal shares chooses
        pabulib: { name: () => 'equalshares/add1', knownAs: ['equalshares/add1', 'equalshares/add1-comparison'] },
    },
    'equal-shares+fill': {
        byBallots: filled,
        pabulib: { name: () => 'unknown', knownAs: [], comment: 'Equal shares with Add1, then greedy with the rest.' },
    },
};
/** The cost of the winners, given by their numbers, in the unit of the projects' costs. */
export function costOf(winners, projects) {
    return projects.reduce((sum, { number, cost }) => (winners.includes(number) ? sum + cost : sum), 0);
}
function shared(voted, ballots) {
    return equalShares({ ...voted, ballots }).winners;
}
function filled(voted, ballots) {
    const { budget, projects, lot } = voted;
    const paid = shared(voted, ballots);
    const rest = projects.filter(({ number }) => !paid.includes(number));
    return [...paid, ...greedy({ budget: budget - costOf(paid, projects), projects: rest, lot, skip: true })];
}
