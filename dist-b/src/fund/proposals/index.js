/** The proposals of residents, from the words that they send to what became of it. */
export { answersTo } from './answersTo.js';
export { decideProposals, hideProposal, isOnAgenda, proposalsToDecide, releaseProposal, setProposalState } from './decideProposal.js';
export { followBallot, projectsMadeOf } from './followBallot.js';
export { mergeProposals, takeApart } from './mergeProposals.js';
export { unlessChanged } from './moveOn.js';
export { likestBefore, nearestProposals, nearestTexts } from './nearest.js';
export { draftOpinion, examinedSince, giveOpinions, LONGEST_SENTENCE, opinionsGiven, takeOpinionBack, } from './opinions.js';
export { DECISIONS, encryptedProposal, isOpenState, LONGEST_PROPOSAL, MANNERS, ORIGINS, PROPOSAL_STATES, Proposal, proposalText, REASONS, refusalOf, } from './proposal.js';
export { placesIn, proposalShelf } from './proposalShelf.js';
export { forgetProposer, forgetProposers, giveAll, giveToLinked } from './proposers.js';
export { feasibleProposals, proposalStory, publicProposals } from './publicProposals.js';
export { countExamined, nextProposal, PROPOSAL_VIEWS, readProposals, readSomeProposals, waitingProposals, } from './readProposals.js';
export { enterProposals, recordProposal } from './recordProposal.js';
export { keepApart, sortProposals, suggestCategory } from './sortProposals.js';
export { readSpokenItem, readSpokenItems, spokenItems, waitingRecordings } from './spokenItems.js';
export { forgetSupports, readSupportable, supportProposals, supportsOf, } from './support.js';
export { sharedTexts } from './textsOf.js';
export { lostRecording, writeDown } from './writeDown.js';
