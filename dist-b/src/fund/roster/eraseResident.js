import { forgetAddress } from '../../contacts/addressBook.js';
import { addressHmac } from '../../contacts/contact.js';
import { collection } from '../../store/collection.js';
import { Community, forgetChat } from '../communities/index.js';
import { forgetInquiries } from '../inquiries/index.js';
import { dropDetails } from '../log/index.js';
import { forgetObjections } from '../meetings/index.js';
import { ownContacts, takeOffRoster, unlinkContact, withdrawRequests } from '../people/index.js';
import { forgetProposer, forgetSupports } from '../proposals/index.js';
import { dropSeconds } from '../second/index.js';
import { forgetStaffChat } from '../staff/index.js';
/**
 * Removes the name, phones and chats of a person who asked for it, from the roster, the requests, the inbox and the proposals. What they said stays,
 * with nobody's name on it; their voice is deleted; the anonymous ballot stays. Until the close, HMACs of phones, chats and card stay, so that
 * `accept` can tell who comes back. The resident's `_id` stays, so that a person who comes back gets no second ballot. A person who took the request
 * back meanwhile stays on the roster. Harmless to repeat.
 */
export function eraseResident(world, forget) {
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
export async function forgetAt({ vault }, { community, at }, contacts, resident) {
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
export function endChat(world, forget) {
    return async (openid, at) => {
        const chat = { channel: 'wechat', address: openid };
        for (const community of await collection(Community).distinct('_id')) {
            const id = addressHmac(world.vault, { community, ...chat });
            await unlinkContact(id);
            await forgetAt(world, { community, at }, [chat]);
            await forget(community, [chat]);
        }
        await forgetChat(world.vault, openid);
    };
}
