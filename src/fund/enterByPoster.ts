import { native } from '../store/native.ts';
import type { World } from '../store/world.ts';
import { communityBySlug } from './communityBySlug.ts';
import { Chat } from './records/chat.ts';
import type { CommunityRecord } from './records/community.ts';

/** A chat has scanned a community's poster, and belongs there from now on; null, and nothing kept, where there is no such community. */
export function enterByPoster(world: World): (openid: string, slug: string, at: Date) => Promise<CommunityRecord | null> {
  const bySlug = communityBySlug(world);
  return async (openid, slug, at) => {
    const community = await bySlug(slug);
    if (community) await native(Chat).updateOne({ _id: openid }, { $set: { community: slug, at } }, { upsert: true });
    return community;
  };
}
