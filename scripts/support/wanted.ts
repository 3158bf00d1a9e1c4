import { type CommunityRecord, communityNames, findCommunity } from '../../src/fund/communities/index.ts';
import { CodedError } from '../../src/store/codedError.ts';

/** An argument that must be given; wrong use if it is not. */
export function wanted(value: string | undefined, name: string): string {
  const text = value?.trim();
  if (!text) throw new CodedError('usage', `${name} is missing.`);
  return text;
}

/** An argument that must be a number, 1 or more; wrong use if it is not. */
export function wantedNumber(value: string | undefined, name: string): number {
  const text = wanted(value, name);
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new CodedError('usage', `${name} must be a number from 1 on.`);
  return Number(text);
}

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
