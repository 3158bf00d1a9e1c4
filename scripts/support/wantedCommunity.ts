import { type CommunityRecord, communityNames, findCommunity } from '../../src/fund/communities/index.ts';
import { CodedError } from '../../src/store/codedError.ts';

/** The community that a command names; there has to be one. */
export async function wantedCommunity(slug: string): Promise<CommunityRecord> {
  const community = await findCommunity(slug);
  if (!community) throw new CodedError('no-community', `There is no community ${slug}.`);
  return community;
}

/** The community that a command names, or the only one that there is; wrong use if there are several. */
export async function wantedOrOnly(slug: string | undefined): Promise<CommunityRecord> {
  if (slug) return wantedCommunity(slug);
  const [only, another] = (await communityNames()).keys();
  if (only === undefined || another !== undefined)
    throw new CodedError('usage', another ? 'SLUG is missing: there are several communities.' : 'There is no community yet.');
  return wantedCommunity(only);
}
