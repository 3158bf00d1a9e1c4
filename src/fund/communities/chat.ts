import { cached, changes } from '../../store/cache.ts';
import { collection } from '../../store/collection.ts';
import { groupCommit, sharedWriter } from '../../store/groupCommit.ts';
import { records } from '../../store/records.ts';
import type { Vault } from '../../store/vault.ts';
import { perWorld, type World } from '../../store/world.ts';
import type { Served } from './carrierAccount.ts';
import { Community, type CommunityRecord } from './community.ts';
import { departures } from './departure.ts';
import { communityBySlug } from './findCommunity.ts';

/**
 * The community that a chat belongs to, of those that its account serves: the one whose poster was scanned last there, else the only one of them that ever was
 * here. Null if neither tells. `comes`: somebody follows the account just now, perhaps again, so that nothing is known any more of their having been here.
 */
export function communityOfChat(world: World, { serves, among }: Served): (address: string, comes: boolean) => Promise<CommunityRecord | null> {
  const bySlug = communityBySlug(world);
  const left = departures(world);
  const first = cached(world, 1_000, 1, () => collection(Community).find(among).limit(2).toArray(), changes(world).version);
  const chatOf = lookUp(world);
  const noteIn = note(world);
  const noted = cached(world, NOTED_MS, NOTED_CHATS, (chat) => {
    const [community = '', address = ''] = chat.split(' ');
    return noteIn({ address, community });
  });
  return async (address, comes) => {
    const [only, another] = await first('');
    if (only && !another && !(await left.some())) {
      await (comes ? noteIn({ address, community: only._id }) : noted(`${only._id} ${address}`));
      return only;
    }
    const chat = await chatOf(chatId(world.vault, address));
    const community = chat ? await bySlug(chat) : null;
    return community && serves(community) ? community : null;
  };
}

const lookUp = perWorld(() => groupCommit(chatsOf));

async function chatsOf(ids: readonly string[]): Promise<(string | null)[]> {
  const found = await collection(Chat)
    .find({ _id: { $in: [...ids] } })
    .toArray();
  const communities = new Map(found.map(({ _id, community }) => [_id, community]));
  return ids.map((id) => communities.get(id) ?? null);
}

/**
 * Notes that a chat has scanned a community's poster: it belongs to that community from now on. If its account serves no such community, gives null and keeps
 * nothing.
 */
export async function enterByPoster(world: World, { serves }: Served, address: string, slug: string): Promise<CommunityRecord | null> {
  const bySlug = communityBySlug(world);
  const community = await bySlug(slug);
  if (!community || !serves(community)) return null;
  await note(world)({ address, community: slug });
  return community;
}

/** The community that a chat belongs to: the one whose poster was scanned last, or the only one there was. */
export const Chat = records('chats', {
  /** `chatId(…)`. */
  _id: String,
  community: String,
  /** Those in which it has been: something may be kept of it there. */
  been: [String],
});

/** So long it is not written again, and of so many chats, in which community a chat is that no poster has led there. */
const NOTED_MS = 60_000;
const NOTED_CHATS = 10_000;

/** Writes in which community a chat is. */
const note = sharedWriter(Chat, 'chat', ({ address, community }: { readonly address: string; readonly community: string }, { vault }) => ({
  q: { _id: chatId(vault, address) },
  u: { $set: { community }, $addToSet: { been: community } },
  upsert: true,
}));

/** The communities in which a chat has ever been, by their slugs. */
export async function communitiesOfChat(vault: Vault, address: string): Promise<readonly string[]> {
  return (await collection(Chat).findOne({ _id: chatId(vault, address) }))?.been ?? [];
}

/** Forgets in which communities a chat was. */
export async function forgetChat(vault: Vault, address: string): Promise<void> {
  await collection(Chat).deleteOne({ _id: chatId(vault, address) });
}

/** The `_id` of what is kept of a chat (`Chat`). */
export function chatId(vault: Vault, address: string): string {
  return vault.hmac('chat', address);
}
