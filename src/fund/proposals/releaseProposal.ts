import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import { Proposal } from '../records/proposal.ts';
import type { Tell } from '../tell.ts';
import type { Hidden } from './hideProposal.ts';
import { tellProposer } from './tellProposer.ts';

/** Puts a proposal on the public list, one of a stranger's or one that was hidden, and tells who made it. */
export function releaseProposal(
  world: World,
  tell: Tell,
): (change: { cycle: string; number: number; by: string; reason: string }) => Promise<Hidden> {
  return async ({ cycle, number, by, reason }) => {
    const _id = { cycle, number };
    const proposal = await native(Proposal).findOne({ _id });
    if (!proposal) return { refused: 'noProposal' };
    if (proposal.public) return { refused: 'already' };
    const at = world.now();
    const told = await tellProposer(world, tell, proposal, `released|${at.toISOString()}`, { key: 'notice.proposalReleased', params: { number } });
    await native(Proposal).updateOne({ _id }, { $set: { public: true, released: { by, reason, at } }, $unset: { hidden: 1 } });
    return { done: true, told };
  };
}
