/** How the winners are counted: the rules as pure functions, in exact arithmetic. They know no database and no other room; any room may use them. */
export { electorate } from './electorate.js';
export { equalShares } from './equalShares.js';
export { greedy } from './greedy.js';
export { sharesAt } from './sharesAt.js';
export { tally } from './tally.js';
export { RULES, TALLY_RULES } from './tallyRules.js';
