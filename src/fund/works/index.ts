/** What becomes of a cycle: how far it is, and what residents hear of their proposals. */

export { type CycleProgress, type ProgressRead, type ProposalTold, readProgress } from './readProgress.ts';
