import { native } from '../../store/native.ts';
import { Proposal } from '../records/proposal.ts';

/** Proposals that came from a phone or chat (`addressHmac`) are a resident's from now on; theirs become public, but for those that were hidden. */
export async function giveProposals(community: string, from: string, resident: string): Promise<void> {
  await native(Proposal).updateMany({ community, by: from }, { $set: { by: resident } });
  await native(Proposal).updateMany({ community, by: resident, public: false, hidden: { $exists: false } }, { $set: { public: true } });
}
