import type { Act } from '../../contacts/act.ts';
import { forgetAddress } from '../../contacts/addressBook.ts';
import { addressHmac, type ContactPoint } from '../../contacts/contact.ts';
import { collection } from '../../store/collection.ts';
import type { World } from '../../store/world.ts';
import { Community, forgetChat } from '../communities/index.ts';
import { forgetInquiries } from '../inquiries/index.ts';
import { ownContacts, type ResidentRecord, takeOffRoster, untie, withdrawRequests } from '../people/index.ts';
import { forgetProposer } from '../proposals/index.ts';

/** Is given phones and chats that were somebody's alone, for what others than the fund keep of them. */
export type Forget = (community: string, contacts: readonly ContactPoint[]) => Promise<void>;

type ToErase = ResidentRecord & Required<Pick<ResidentRecord, 'erasureRequest'>>;

/**
 * Removes the name, phones and chats of somebody who asked for it, from the roster, the requests, the inbox and the proposals; what they said stays,
 * with nobody's name on it, their voice is deleted, and the anonymous ballot stays. Until the close HMACs of phones, chats and card stay, so that
 * `accept` can tell who comes back; of the resident the `_id` stays, so that coming back gives no second ballot. Harmless to repeat; who took it back
 * meanwhile stays on the roster.
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
 * Takes phones and chats, and with them who used them, out of requests, proposals and the inbox. Gives whether there was anything to forget. Locks
 * against guessing stay with their phone until they run out, and `不是我` until it is unlocked.
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
    const requests = await withdrawRequests(community, stranger);
    const proposals = await forgetProposer(at, { community, by: stranger });
    const inquiries = await forgetInquiries(vault, at, { from: stranger });
    const known = await forgetAddress(stranger);
    gone ||= known || requests + proposals + inquiries > 0;
  }
  if (resident !== undefined) {
    await forgetProposer(at, { community, by: resident });
    await forgetInquiries(vault, at, { '_id.community': community, resident });
  }
  return gone;
}

/**
 * Somebody follows the account no more: their chat is nobody's from now on, in no community, and what is kept of it goes; a ballot cast there
 * stays. `forget` is given the chat, for what others than the fund keep of it. Harmless to repeat.
 */
export function endChat(
  world: World,
  forget: (community: string, contacts: readonly ContactPoint[]) => Promise<void>,
): (openid: string, at: Date) => Promise<void> {
  return async (openid, at) => {
    const chat: ContactPoint = { channel: 'wechat', address: openid };
    for (const community of await collection(Community).distinct('_id')) {
      const id = addressHmac(world.vault, { community, ...chat });
      await untie(id);
      await forgetAt(world, { community, at }, [chat]);
      await forget(community, [chat]);
    }
    await forgetChat(world.vault, openid);
  };
}
