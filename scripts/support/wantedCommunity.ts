import { Community, type CommunityRecord } from '../../src/fund/communities/index.ts';
import { CodedError } from '../../src/store/codedError.ts';
import { collection } from '../../src/store/collection.ts';

/** The community that a command names; there has to be one. */
export async function wantedCommunity(slug: string): Promise<CommunityRecord> {
  const community = await collection(Community).findOne({ _id: slug });
  if (!community) throw new CodedError('no-community', `There is no community ${slug}.`);
  return community;
}
