/** Elections in the Pabulib format, read and written. It knows no database; any room may use it. */

export { type Election, type ElectionProject, ruleOf, scores } from './election.ts';
export { readPabulib } from './readPabulib.ts';
