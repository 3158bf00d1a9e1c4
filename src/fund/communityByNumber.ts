import { groupCommit } from '../store/groupCommit.ts';
import { native } from '../store/native.ts';
import { perWorld } from '../store/perWorld.ts';
import { remembered } from '../store/remembered.ts';
import type { World } from '../store/world.ts';
import { Community, type CommunityRecord } from './records/community.ts';

/** The community whose `phone` or `callback` this number is, null for any other; an import is heard of within a second. */
export const communityByNumber: (world: World) => (number: string) => Promise<CommunityRecord | null> = perWorld((world) =>
  remembered(world, 1_000, 10_000, groupCommit(communitiesOf)),
);

async function communitiesOf(numbers: readonly string[]): Promise<(CommunityRecord | null)[]> {
  const asked = [...numbers];
  const found = await native(Community)
    .find({ $or: [{ phone: { $in: asked } }, { callback: { $in: asked } }] })
    .toArray();
  const byNumber = new Map(found.flatMap((community) => [community.callback, community.phone].map((number) => [number, community] as const)));
  return numbers.map((number) => byNumber.get(number) ?? null);
}
