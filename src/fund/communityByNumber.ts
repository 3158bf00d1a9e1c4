import { changes } from '../store/changes.ts';
import { lookUps } from '../store/lookUps.ts';
import { perWorld } from '../store/perWorld.ts';
import { remembered } from '../store/remembered.ts';
import type { World } from '../store/world.ts';
import { Community, type CommunityRecord } from './records/community.ts';

/** The community whose `phone` or `callback` this number is, null for any other; an import is heard of within a second. */
export const communityByNumber: (world: World) => (number: string) => Promise<CommunityRecord | null> = perWorld((world) =>
  remembered(world, 1_000, 10_000, lookUps(world)({ model: Community, pipeline: byNumber, results: inOrder }), changes(world).mark),
);

function byNumber(numbers: readonly string[]) {
  return [{ $match: { $or: [{ phone: { $in: numbers } }, { callback: { $in: numbers } }] } }];
}

function inOrder(found: readonly CommunityRecord[], numbers: readonly string[]): (CommunityRecord | null)[] {
  const communities = new Map(found.flatMap((community) => [community.callback, community.phone].map((number) => [number, community] as const)));
  return numbers.map((number) => communities.get(number) ?? null);
}
