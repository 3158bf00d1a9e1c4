import { cachedFor } from '../store/cachedFor.ts';
import { native } from '../store/native.ts';
import { Community, type CommunityRecord } from './records/community.ts';

/** The community whose `phone` or `callback` this number is, null for any other; an import is heard of within a second. */
export function communityByNumber(): (number: string) => Promise<CommunityRecord | null> {
  return cachedFor(1_000, 10_000, (number) => native(Community).findOne({ $or: [{ phone: number }, { callback: number }] }));
}
