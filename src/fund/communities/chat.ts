import { model, Schema } from 'mongoose';
import { cached, changes } from '../../store/cache.ts';
import { collection } from '../../store/collection.ts';
import { groupCommit } from '../../store/groupCommit.ts';
import type { Vault } from '../../store/vault.ts';
import { perWorld, type World } from '../../store/world.ts';
import { Community, type CommunityRecord } from './community.ts';
import { departures } from './departure.ts';
import { communityBySlug } from './findCommunity.ts';

/** The community that a chat belongs to: the one whose poster was scanned last there, else the only community that ever was here. Null if neither tells. */
export const communityOfChat: (world: World) => (openid: string) => Promise<CommunityRecord | null> = perWorld((world) => {
  const bySlug = communityBySlug(world);
  const left = departures(world);
  const first = cached(world, 1_000, 1, () => collection(Community).find().limit(2).toArray(), changes(world).version);
  const chatOf = groupCommit(chatsOf);
  return async (openid) => {
    const [only, another] = await first('');
    if (only && !another && !(await left.some())) return only;
    const chat = await chatOf(chatId(world.vault, openid));
    return chat ? bySlug(chat) : null;
  };
});

async function chatsOf(ids: readonly string[]): Promise<(string | null)[]> {
  const found = await collection(Chat)
    .find({ _id: { $in: [...ids] } })
    .toArray();
  const communities = new Map(found.map(({ _id, community }) => [_id, community]));
  return ids.map((id) => communities.get(id) ?? null);
}

/**
 * Notes that a chat has scanned a community's poster: it belongs to that community from now on. If there is no such community, gives null and keeps
 * nothing.
 */
export function enterByPoster(world: World): (openid: string, slug: string) => Promise<CommunityRecord | null> {
  const bySlug = communityBySlug(world);
  return async (openid, slug) => {
    const community = await bySlug(slug);
    if (community) await collection(Chat).updateOne({ _id: chatId(world.vault, openid) }, { $set: { community: slug } }, { upsert: true });
    return community;
  };
}

/** Forgets which community a chat belonged to. */
export async function forgetChat(vault: Vault, openid: string): Promise<void> {
  await collection(Chat).deleteOne({ _id: chatId(vault, openid) });
}

/** The `_id` of what is kept of a chat (`ChatRecord`). */
export function chatId(vault: Vault, openid: string): string {
  return vault.hmac('chat', openid);
}

/** The community that a chat belongs to, because a poster was scanned there. If only one community exists, nothing needs to be kept. */
export interface ChatRecord {
  /** `chatId(…)`. */
  _id: string;
  community: string;
}

const schema = new Schema<ChatRecord>(
  { _id: { type: String, required: true }, community: { type: String, required: true } },
  { strict: 'throw', versionKey: false, collection: 'chats' },
);

export const Chat = model<ChatRecord>('Chat', schema);
