import type { Act } from '../../contacts/act.ts';
import { forgetAddress } from '../../contacts/addressBook.ts';
import { addressHmac, type ContactPoint } from '../../contacts/contact.ts';
import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { Community, forgetChat } from '../communities/index.ts';
import { forgetInquiries } from '../inquiries/index.ts';
import { dropDetails } from '../log/index.ts';
import { forgetObjections } from '../meetings/index.ts';
import { ownContacts, type ResidentRecord, takeOffRoster, unlinkContact, withdrawRequests } from '../people/index.ts';
import { forgetProposer, forgetSupports } from '../proposals/index.ts';
import { dropSeconds } from '../second/index.ts';
import { forgetStaffChat } from '../staff/index.ts';

/** Is called with phones and chats that belonged to one person alone: it removes what is kept of them outside the fund. */
export type Forget = (community: string, contacts: readonly ContactPoint[]) => Promise<void>;

type ToErase = ResidentRecord & Required<Pick<ResidentRecord, 'erasureRequest'>>;

/**
 * Removes the name, phones and chats of a person who asked for it, from the roster, the requests, the inbox and the proposals. What they said stays,
 * with nobody's name on it; their voice is deleted; the anonymous ballot stays. Until the close, HMACs of phones, chats and card stay, so that
 * `accept` can tell who comes back. The resident's `_id` stays, so that a person who comes back gets no second ballot. A person who took the request
 * back meanwhile stays on the roster. Harmless to repeat.
 */
export function eraseResident(world: World, forget: Forget): (resident: ToErase) => Promise<void> {
  return async (resident) => {
    const { _id, community } = resident;
    const own = await ownContacts(world, resident);
    await forgetAt(world, { community, at: world.now() }, own, _id);
    await forget(community, own);
    await takeOffRoster(resident);
  };
}

/**
 * Removes phones and chats, and with them the people who used them, from requests, proposals and the inbox. Gives whether there was anything to
 * forget. Locks against guessing stay with their phone until they run out, and `不是我` stays until it is unlocked.
 */
export async function forgetAt(
  { vault }: Pick<World, 'vault'>,
  { community, at }: Pick<Act, 'community' | 'at'>,
  contacts: readonly ContactPoint[],
  resident?: string,
): Promise<boolean> {
  let gone = false;
  for (const { channel, address } of contacts) {
    const stranger = addressHmac(vault, { community, channel, address });
    const requests = await withdrawRequests(community, { from: stranger });
    const proposals = await forgetProposer(at, { community, by: stranger });
    await forgetSupports(stranger);
    const inquiries = await forgetInquiries(vault, at, { from: stranger });
    const objections = await forgetObjections(vault, { from: stranger });
    const known = await forgetAddress(stranger);
    const wasStaffChat = await forgetStaffChat(stranger);
    await dropDetails(community, [stranger]);
    await dropSeconds(community, [stranger]);
    gone ||= known || wasStaffChat || requests + proposals + inquiries + objections > 0;
  }
  if (resident !== undefined) {
    await withdrawRequests(community, { resident });
    await forgetProposer(at, { community, by: resident });
    await forgetSupports(resident);
    await forgetInquiries(vault, at, { '_id.community': community, resident });
    await forgetObjections(vault, { community, resident });
    await dropDetails(community, [resident]);
    await dropSeconds(community, [resident]);
  }
  return gone;
}

/**
 * Called when a person no longer follows the account: from now on their chat is nobody's, in no community, and what is kept of it goes; a ballot that
 * was cast there stays. `forget` is given the chat, and removes what is kept of it outside the fund. Harmless to repeat.
 */
export function endChat(
  world: World,
  forget: (community: string, contacts: readonly ContactPoint[]) => Promise<void>,
): (openid: string, at: Date) => Promise<void> {
  return async (openid, at) => {
    const chat: ContactPoint = { channel: 'wechat', address: openid };
    for (const community of await collection(Community).distinct('_id')) {
      const id = addressHmac(world.vault, { community, ...chat });
      await unlinkContact(id);
      await forgetAt(world, { community, at }, [chat]);
      await forget(community, [chat]);
    }
    await forgetChat(world.vault, openid);
  };
}
