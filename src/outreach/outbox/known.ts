import { introducedAmong } from '../../contacts/addressBook.ts';
import { addressHmac, type CommunityContact, everyChannel } from '../../contacts/contact.ts';
import { conversationId, languagesAmong } from '../../dialog/conversation.ts';
import { communityBySlug } from '../../fund/communities/index.ts';
import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { Message, type MessageState } from './message.ts';

/** A phone or chat, and its `addressHmac`. */
interface Asked extends CommunityContact {
  readonly id: string;
}

/** The `id`s of those that already know who writes: they have talked with us, or got a message that we started. */
export async function knownAmong(world: World, asked: readonly Asked[]): Promise<Set<string>> {
  const bySlug = communityBySlug(world);
  if (asked.length === 0) return new Set();
  const conversations = new Map<string, string>();
  for (const { id, channel, address, community } of asked) {
    const to = (await bySlug(community))?.phone ?? '';
    conversations.set(conversationId(world.vault, { channel, address, to }), id);
  }
  const [talked, introduced] = await Promise.all([languagesAmong([...conversations.keys()]), introducedAmong([...conversations.values()])]);
  return new Set([...[...talked.keys()].flatMap((id) => conversations.get(id) ?? []), ...introduced]);
}

/** The languages in which people talk with us from phones and chats, on this channel or else on another one; without those who never have. */
export async function languagesSpoken<Contact extends CommunityContact>(world: World, from: readonly Contact[]): Promise<Map<Contact, string>> {
  const bySlug = communityBySlug(world);
  if (from.length === 0) return new Map();
  const asked = await Promise.all(
    from.map(async (contact) => {
      const { community, channel, address } = contact;
      const to = (await bySlug(community))?.phone ?? '';
      const places = [{ channel, address }, ...everyChannel({ channel, address })];
      return { contact, ids: places.map((place) => conversationId(world.vault, { ...place, to })) };
    }),
  );
  const languages = await languagesAmong(asked.flatMap(({ ids }) => ids));
  return new Map(
    asked.flatMap(({ contact, ids }) => {
      const language = ids.map((id) => languages.get(id)).find((known) => known !== undefined);
      return language === undefined ? [] : [[contact, language] as const];
    }),
  );
}

const NOT_SENT: MessageState[] = ['stopped', 'cancelled', 'failed'];

/** Whether we started a message to this address after a moment: then an earlier answer is not our last message. A reply is that answer itself. */
export async function wroteSince({ vault }: World, act: CommunityContact, since: Date): Promise<boolean> {
  const message = await collection(Message).findOne(
    {
      community: act.community,
      channel: act.channel,
      to: addressHmac(vault, act),
      at: { $gt: since },
      kind: { $ne: 'reply' },
      state: { $nin: NOT_SENT },
    },
    { projection: { _id: 1 } },
  );
  return message !== null;
}
