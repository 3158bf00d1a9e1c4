/** How the winners are counted: the rules as pure functions, in exact arithmetic. They know no database and no other room; any room may use them. */

export { electorate } from './electorate.ts';
export { equalShares } from './equalShares.ts';
export { greedy } from './greedy.ts';
export { sharesAt } from './sharesAt.ts';
export { RULES, type Rule, TALLY_RULES, tally } from './tally.ts';
