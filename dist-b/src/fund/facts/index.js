/** What becomes of a cycle: how far it is, what residents hear of their proposals, and what is known when they ask. */
export { readFacts } from './readFacts.js';
export { readProgress } from './readProgress.js';
