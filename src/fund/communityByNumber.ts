import { native } from '../store/native.ts';
import { perWorld } from '../store/perWorld.ts';
import { remembered } from '../store/remembered.ts';
import type { World } from '../store/world.ts';
import { Community, type CommunityRecord } from './records/community.ts';

/** The community whose `phone` or `callback` this number is, null for any other; an import is heard of within a second. */
export const communityByNumber: (world: World) => (number: string) => Promise<CommunityRecord | null> = perWorld((world) =>
  remembered(world, 1_000, 10_000, (number) => native(Community).findOne({ $or: [{ phone: number }, { callback: number }] })),
);
