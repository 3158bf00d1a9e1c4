/** The proposals of residents, from the words that they send to what became of it. */

export { hideProposal, releaseProposal, setProposalState } from './decideProposal.ts';
export {
  encryptedProposal,
  forgetProposer,
  giveProposals,
  onPublicList,
  PROPOSAL_STATES,
  Proposal,
  type ProposalRecord,
  type ProposalState,
  proposalText,
} from './proposal.ts';
export { type PublicProposal, publicProposals } from './publicProposals.ts';
export { type Proposed, recordProposal } from './recordProposal.ts';
export { readSpokenItem, readSpokenItems, type SpokenItem, spokenItems, waitingRecordings } from './spokenItems.ts';
export {
  forgetSupports,
  giveSupports,
  readSupportable,
  type SupportableRead,
  type SupportsTold,
  supportProposals,
  supportsOf,
} from './support.ts';
export { lostRecording, writeDown } from './writeDown.ts';
