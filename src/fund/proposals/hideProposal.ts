import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import { Proposal } from '../records/proposal.ts';
import type { Tell } from '../tell.ts';
import { tellProposer } from './tellProposer.ts';

export type Hidden = { readonly done: true; readonly told: boolean } | { readonly refused: 'noProposal' | 'already' };

/** Takes a proposal off the public list, and tells who made it why; its place among the day's of strangers is free again. */
export function hideProposal(world: World, tell: Tell): (change: { cycle: string; number: number; by: string; reason: string }) => Promise<Hidden> {
  return async ({ cycle, number, by, reason }) => {
    const _id = { cycle, number };
    const proposal = await native(Proposal).findOne({ _id });
    if (!proposal) return { refused: 'noProposal' };
    if (proposal.hidden) return { refused: 'already' };
    const at = world.now();
    const told = await tellProposer(world, tell, proposal, `hidden|${at.toISOString()}`, {
      key: 'notice.proposalHidden',
      params: { number, reason },
    });
    await native(Proposal).updateOne({ _id }, { $set: { public: false, hidden: { by, reason, at } }, $unset: { strangerSlot: 1 } });
    return { done: true, told };
  };
}
