import { type CommunityRecord, findCommunity } from '../../src/fund/communities/index.ts';
import { CodedError } from '../../src/store/codedError.ts';

/** The community that a command names; there has to be one. */
export async function wantedCommunity(slug: string): Promise<CommunityRecord> {
  const community = await findCommunity(slug);
  if (!community) throw new CodedError('no-community', `There is no community ${slug}.`);
  return community;
}
