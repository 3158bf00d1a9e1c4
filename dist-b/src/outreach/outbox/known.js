import { introducedAmong } from '../../contacts/addressBook.js';
import { addressHmac } from '../../contacts/contact.js';
import { conversationId, languagesAmong } from '../../dialog/conversation.js';
import { communityBySlug } from '../../fund/communities/index.js';
import { collection } from '../../store/collection.js';
import { Message } from './message.js';
/** The `id`s of those that already know who writes: they have talked with us, or got a message that we started. */
export function knownAmong(world) {
    const bySlug = communityBySlug(world);
    return async (asked) => {
        if (asked.length === 0)
            return new Set();
        const conversations = new Map();
        for (const { id, channel, address, community } of asked) {
            const to = (await bySlug(community))?.phone ?? '';
            conversations.set(conversationId(world.vault, { channel, address, to }), id);
        }
        const [talked, introduced] = await Promise.all([languagesAmong([...conversations.keys()]), introducedAmong([...conversations.values()])]);
        return new Set([...[...talked.keys()].flatMap((id) => conversations.get(id) ?? []), ...introduced]);
    };
}
const NOT_SENT = ['stopped', 'cancelled', 'failed'];
/** Whether we started a message to this address after a moment: then an earlier answer is not our last message. A reply is that answer itself. */
export function wroteSince({ vault }) {
    return async (act, since) => {
        const message = await collection(Message).findOne({ channel: act.channel, to: addressHmac(vault, act), at: { $gt: since }, kind: { $ne: 'reply' }, state: { $nin: NOT_SENT } }, { projection: { _id: 1 } });
        return message !== null;
    };
}
