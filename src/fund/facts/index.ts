/** What becomes of a cycle: how far it is, what residents hear of their proposals, and what is known when they ask. */

export { type Facts, type FactWanted, type ProjectFacts, readFacts } from './readFacts.ts';
export { type CycleProgress, type NumberRead, type ProgressRead, type ProjectProgress, type ProposalTold, readProgress } from './readProgress.ts';
