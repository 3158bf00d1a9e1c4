/** The proposals of residents, from the words that they send to what became of it. */

export { afterCalendar } from './afterCalendar.ts';
export {
  decideProposals,
  hideProposal,
  isOnAgenda,
  proposalsToDecide,
  releaseProposal,
  setProposalState,
} from './decideProposal.ts';
export { followBallot, type ProjectMoved, projectsMadeOf, renumberProposals } from './followBallot.ts';
export { leaveOffBallot } from './leaveOff.ts';
export { mergeProposals, takeApart } from './mergeProposals.ts';
export { unlessChanged } from './moveOn.ts';
export { likestBefore, type NearProposal, nearestProposals, nearestTexts } from './nearest.ts';
export {
  draftOpinion,
  draftOpinions,
  examinedSince,
  giveOpinions,
  opinionsGiven,
  type RoundGiven,
  takeOpinionBack,
} from './opinions.ts';
export {
  DECISIONS,
  type Decision,
  encryptedProposal,
  isOpenState,
  LONGEST_PROPOSAL,
  LONGEST_REASON,
  MANNERS,
  ORIGINS,
  type Origin,
  PROPOSAL_STATES,
  Proposal,
  type ProposalRecord,
  type ProposalState,
  proposalText,
  REASONS,
  refusalOf,
  STATES_BY_HAND,
} from './proposal.ts';
export { placesIn, proposalShelf, type Shelf, type ShelvedProposal } from './proposalShelf.ts';
export { forgetProposer, forgetProposers, giveAll, giveToLinked } from './proposers.ts';
export {
  answersTo,
  feasibleProposals,
  type ProposalStory,
  type PublicProposal,
  proposalStory,
  publicProposals,
  type StoryStep,
} from './publicProposals.ts';
export {
  countExamined,
  countProposals,
  nextProposal,
  readProposals,
  readSomeProposals,
  type StaffProposal,
  type Weight,
  waitingProposals,
  weightsOf,
} from './readProposals.ts';
export { bareWords, enterProposal, enterProposals, MOST_LINES, type Proposed, recordProposal, WRITTEN } from './recordProposal.ts';
export { type CategorySuggested, keepApart, sortProposal, sortProposals, suggestCategory } from './sortProposals.ts';
export {
  communityOfRecording,
  lostRecording,
  readSpokenItem,
  readSpokenItems,
  type SpokenItem,
  spokenItems,
  waitingRecordings,
  writeDown,
} from './spokenItems.ts';
export {
  forgetSupports,
  readSupportable,
  type SupportableRead,
  type SupportsTold,
  supportProposals,
  supportsOf,
} from './support.ts';
export {
  PROPOSAL_VIEWS,
  type ProposalsWanted,
  type ProposalView,
  proposalNames,
  proposalPhones,
  sharedTexts,
  type WhichCycle,
} from './wantedProposals.ts';
