import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import { Proposal, type ProposalState } from '../records/proposal.ts';
import type { Tell } from '../tell.ts';
import { tellProposer } from './tellProposer.ts';

export type StateSet = { readonly set: true; readonly told: boolean } | { readonly refused: 'noProposal' | 'already' };

/** What is said of a state; that it was received was said at once. */
const SAYS: Partial<Record<ProposalState, string>> = {
  considered: 'notice.proposalConsidered',
  merged: 'notice.proposalMerged',
  project: 'notice.proposalProject',
  declined: 'notice.proposalDeclined',
  done: 'notice.proposalDone',
};

/** Records what became of a proposal, with who says so, and tells who made it. `project`: the one that it is part of now. */
export function setProposalState(
  world: World,
  tell: Tell,
): (change: { cycle: string; number: number; state: ProposalState; project?: number; by: string }) => Promise<StateSet> {
  return async ({ cycle, number, state, project, by }) => {
    const _id = { cycle, number };
    const proposal = await native(Proposal).findOne({ _id });
    if (!proposal) return { refused: 'noProposal' };
    if (proposal.state === state && (project === undefined || proposal.project === project)) return { refused: 'already' };
    const key = SAYS[state];
    const part = project ?? proposal.project;
    const isPart = state === 'merged' || state === 'project';
    const params = { number, ...(isPart && part !== undefined && { project: part }) };
    const said = key && { key: isPart && part === undefined ? `${key}Some` : key, params };
    const told = said ? await tellProposer(world, tell, proposal, `state|${proposal.history.length}`, said) : false;
    await native(Proposal).updateOne(
      { _id },
      { $set: { state, ...(project !== undefined && { project }) }, $push: { history: { state, by, at: world.now() } } },
    );
    return { set: true, told };
  };
}
