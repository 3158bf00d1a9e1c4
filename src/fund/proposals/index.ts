/** The proposals of residents, from the words that they send to what became of it. */

export { hideProposal, releaseProposal, setProposalState } from './decideProposal.ts';
export {
  encryptedProposal,
  forgetProposer,
  giveProposals,
  PROPOSAL_STATES,
  Proposal,
  type ProposalRecord,
  type ProposalState,
  proposalText,
} from './proposal.ts';
export { onPublicList, type PublicProposal, publicProposals } from './publicProposals.ts';
export { type Proposed, recordProposal } from './recordProposal.ts';
export { spokenItems, waitingRecordings } from './spokenItems.ts';
export { lostRecording, writeDown } from './writeDown.ts';
