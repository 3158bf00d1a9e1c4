import { Conversation } from '../dialog/conversation.ts';
import { conversationId } from '../dialog/conversationId.ts';
import { communityBySlug } from '../fund/communityBySlug.ts';
import { Address } from '../fund/records/addressBook.ts';
import { addressHmac } from '../fund/roster/addressHmac.ts';
import type { Reach } from '../fund/tell.ts';
import { native } from '../store/native.ts';
import type { World } from '../store/world.ts';

/** The phones and chats (`addressHmac`) that have been told who writes: they have talked with us, or got something that we started. */
export function knownAmong(world: World): (asked: readonly (Reach & { community: string })[]) => Promise<Set<string>> {
  const bySlug = communityBySlug(world);
  return async (asked) => {
    if (asked.length === 0) return new Set();
    const conversations = new Map<string, string>();
    for (const to of asked) {
      const community = await bySlug(to.community);
      conversations.set(conversationId(world.vault, { ...to, to: community?.phone ?? '' }), addressHmac(world.vault, to));
    }
    const [talked, told] = await Promise.all([
      native(Conversation)
        .find({ _id: { $in: [...conversations.keys()] } }, { projection: { _id: 1 } })
        .toArray(),
      native(Address)
        .find({ _id: { $in: [...conversations.values()] }, 'log.what': 'first' }, { projection: { _id: 1 } })
        .toArray(),
    ]);
    return new Set([...talked.flatMap(({ _id }) => conversations.get(_id) ?? []), ...told.map(({ _id }) => _id)]);
  };
}
