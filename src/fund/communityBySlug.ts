import { changes } from '../store/changes.ts';
import { native } from '../store/native.ts';
import { perWorld } from '../store/perWorld.ts';
import { forReaders } from '../store/readers.ts';
import { remembered } from '../store/remembered.ts';
import type { World } from '../store/world.ts';
import { isId } from './isId.ts';
import { Community, type CommunityRecord } from './records/community.ts';

/** A community by its slug, null where there is none; an import is heard of within a second. */
export const communityBySlug: (world: World) => Communities = perWorld((world) =>
  remembered(world, 1_000, 10_000, (slug) => native(Community).findOne({ _id: slug }), changes(world).mark),
);

/** The same for whoever reads: neither connections nor memory are those of the turns. */
export const communityForReaders: (world: World) => Communities = perWorld((world) => {
  const communities = remembered(world, 1_000, 10_000, (slug) => forReaders(Community).findOne({ _id: slug }), changes(world).mark);
  return async (slug) => (isId(slug) ? communities(slug) : null);
});

type Communities = (slug: string) => Promise<CommunityRecord | null>;
