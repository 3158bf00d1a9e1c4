import { phoneContact } from '../../contacts/contact.ts';
import type { Notice } from '../../contacts/notify.ts';
import type { World } from '../../store/world.ts';
import { type CommunityRecord, findCommunity, firstCommunities } from '../communities/index.ts';
import { ALL, type StaffMember } from './staff.ts';
import { staffChatsOf } from './staffChat.ts';

/**
 * Where a member of the staff is written to: at their staff phone, or, where the SMS is known not to arrive, in the chat that this same phone tied to
 * itself by digits. Never where a roster says that somebody is: a cadre alone writes that. Null if there is no community whose number could send it.
 */
export async function reachStaff(
  { vault }: Pick<World, 'vault'>,
  { community, phone }: StaffMember,
): Promise<Pick<Notice, 'community' | 'channel' | 'address' | 'next' | 'language'> | null> {
  const sender = await senderFor(community);
  return (
    sender && { community: sender._id, ...phoneContact(phone), next: await staffChatsOf({ vault }, sender._id, phone), language: sender.language }
  );
}

/** The community whose number writes. */
async function senderFor(community: string): Promise<CommunityRecord | null> {
  return community === ALL ? ((await firstCommunities(1))[0] ?? null) : findCommunity(community);
}
