import { native } from '../../store/native.ts';
import type { World } from '../../store/world.ts';
import { answerReach } from '../answerReach.ts';
import { Community } from '../records/community.ts';
import type { ProposalRecord } from '../records/proposal.ts';
import { Resident } from '../records/resident.ts';
import type { Notice, Tell } from '../tell.ts';
import { proposalAddress } from './proposalText.ts';

/** Tells who made a proposal what became of it; false where they have been deleted since. `occasion` names what became of it. */
export async function tellProposer(
  { vault }: Pick<World, 'vault'>,
  tell: Tell,
  proposal: ProposalRecord,
  occasion: string,
  said: Notice['said'],
): Promise<boolean> {
  const { _id, community: slug, channel, by } = proposal;
  const address = proposalAddress(vault, proposal);
  if (address === undefined) return false;
  const [community, person] = await Promise.all([
    native(Community).findOne({ _id: slug }, { projection: { language: 1 } }),
    native(Resident).findOne({ _id: by }, { projection: { language: 1 } }),
  ]);
  await tell({
    occasion: `proposal|${_id.cycle}|${_id.number}|${occasion}`,
    community: slug,
    ...answerReach({ channel, address }),
    ...(person && { resident: by }),
    language: person?.language ?? community?.language ?? 'zh-CN',
    kind: 'answer',
    said,
  });
  return true;
}
