import { Conversation } from '../dialog/conversation.ts';
import { conversationId } from '../dialog/conversationId.ts';
import { communityBySlug } from '../fund/communityBySlug.ts';
import { Address } from '../fund/records/addressBook.ts';
import type { Reach } from '../fund/tell.ts';
import { native } from '../store/native.ts';
import type { World } from '../store/world.ts';

/** A phone or chat, and its `addressHmac`. */
interface Asked extends Reach {
  readonly community: string;
  readonly id: string;
}

/** Those (their `id`s) that have been told who writes: they have talked with us, or got something that we started. */
export function knownAmong(world: World): (asked: readonly Asked[]) => Promise<Set<string>> {
  const bySlug = communityBySlug(world);
  return async (asked) => {
    if (asked.length === 0) return new Set();
    const conversations = new Map<string, string>();
    for (const { id, channel, address, community } of asked) {
      const to = (await bySlug(community))?.phone ?? '';
      conversations.set(conversationId(world.vault, { channel, address, to }), id);
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
