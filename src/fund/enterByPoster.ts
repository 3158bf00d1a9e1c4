import { native } from '../store/native.ts';
import type { World } from '../store/world.ts';
import { chatId } from './chatId.ts';
import { communityBySlug } from './communityBySlug.ts';
import { Chat } from './records/chat.ts';
import type { CommunityRecord } from './records/community.ts';

/** A chat has scanned a community's poster, and belongs there from now on; null, and nothing kept, where there is no such community. */
export function enterByPoster(world: World): (openid: string, slug: string) => Promise<CommunityRecord | null> {
  const bySlug = communityBySlug(world);
  return async (openid, slug) => {
    const community = await bySlug(slug);
    if (community) await native(Chat).updateOne({ _id: chatId(world.vault, openid) }, { $set: { community: slug } }, { upsert: true });
    return community;
  };
}
