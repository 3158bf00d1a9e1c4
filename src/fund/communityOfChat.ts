import { changes } from '../store/changes.ts';
import { groupCommit } from '../store/groupCommit.ts';
import { native } from '../store/native.ts';
import { perWorld } from '../store/perWorld.ts';
import { remembered } from '../store/remembered.ts';
import type { World } from '../store/world.ts';
import { chatId } from './chatId.ts';
import { communityBySlug } from './communityBySlug.ts';
import { Chat } from './records/chat.ts';
import { Community, type CommunityRecord } from './records/community.ts';

/** The community that a chat belongs to: that of the poster scanned last, else the only one there is; null where nobody knows. */
export const communityOfChat: (world: World) => (openid: string) => Promise<CommunityRecord | null> = perWorld((world) => {
  const bySlug = communityBySlug(world);
  const first = remembered(world, 1_000, 1, () => native(Community).find().limit(2).toArray(), changes(world).mark);
  const chatOf = groupCommit(chatsOf);
  return async (openid) => {
    const [only, another] = await first('');
    if (only && !another) return only;
    const chat = await chatOf(chatId(world.vault, openid));
    return chat ? bySlug(chat) : null;
  };
});

async function chatsOf(ids: readonly string[]): Promise<(string | null)[]> {
  const found = await native(Chat)
    .find({ _id: { $in: [...ids] } })
    .toArray();
  const communities = new Map(found.map(({ _id, community }) => [_id, community]));
  return ids.map((id) => communities.get(id) ?? null);
}
