import { model, Schema } from 'mongoose';
import { cached, changes } from '../../store/changes.ts';
import { collection } from '../../store/collection.ts';
import { groupCommit } from '../../store/groupCommit.ts';
import type { Vault } from '../../store/vault.ts';
import { perWorld, type World } from '../../store/world.ts';
import { Community, type CommunityRecord, communityBySlug } from './community.ts';

/** The community that a chat belongs to: that of the poster scanned last, else the only one there is; null where nobody knows. */
export const communityOfChat: (world: World) => (openid: string) => Promise<CommunityRecord | null> = perWorld((world) => {
  const bySlug = communityBySlug(world);
  const first = cached(world, 1_000, 1, () => collection(Community).find().limit(2).toArray(), changes(world).version);
  const chatOf = groupCommit(chatsOf);
  return async (openid) => {
    const [only, another] = await first('');
    if (only && !another) return only;
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

/** A chat has scanned a community's poster, and belongs there from now on; null, and nothing kept, where there is no such community. */
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

/** A chat that has scanned a poster: which community it belongs to. Where there is one community alone, nothing is kept. */
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
