/** Elections in the Pabulib format, read and written. It knows no database; any room may use it. */
export { ruleOf, scores } from './election.js';
export { readPabulib } from './readPabulib.js';
