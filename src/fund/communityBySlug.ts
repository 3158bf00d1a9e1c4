import { changes } from '../store/changes.ts';
import { native } from '../store/native.ts';
import { perWorld } from '../store/perWorld.ts';
import { remembered } from '../store/remembered.ts';
import type { World } from '../store/world.ts';
import { Community, type CommunityRecord } from './records/community.ts';

/** A community by its slug, null where there is none; an import is heard of within a second. */
export const communityBySlug: (world: World) => (slug: string) => Promise<CommunityRecord | null> = perWorld((world) =>
  remembered(world, 1_000, 10_000, (slug) => native(Community).findOne({ _id: slug }), changes(world).mark),
);
