import { model, Schema } from 'mongoose';
import { cached, changes } from '../../store/cache.js';
import { collection } from '../../store/collection.js';
import { groupCommit } from '../../store/groupCommit.js';
import { perWorld } from '../../store/world.js';
import { Community } from './community.js';
import { departures } from './departure.js';
import { communityBySlug } from './findCommunity.js';
/** The community that a chat belongs to: the one whose poster was scanned last there, else the only community that ever was here. Null if neither tells. */
export const communityOfChat = perWorld((world) => {
    const bySlug = communityBySlug(world);
    const left = departures(world);
    const first = cached(world, 1_000, 1, () => collection(Community).find().limit(2).toArray(), changes(world).version);
    const chatOf = groupCommit(chatsOf);
    return async (openid) => {
        const [only, another] = await first('');
        if (only && !another && !(await left.some()))
            return only;
        const chat = await chatOf(chatId(world.vault, openid));
        return chat ? bySlug(chat) : null;
    };
});
async function chatsOf(ids) {
    const found = await collection(Chat)
        .find({ _id: { $in: [...ids] } })
        .toArray();
    const communities = new Map(found.map(({ _id, community }) => [_id, community]));
    return ids.map((id) => communities.get(id) ?? null);
}
/**
 * Notes that a chat has scanned a community's poster: it belongs to that community from now on. If there is no such community, gives null and keeps
 * nothing.
 */
export function enterByPoster(world) {
    const bySlug = communityBySlug(world);
    return async (openid, slug) => {
        const community = await bySlug(slug);
        if (community)
            await collection(Chat).updateOne({ _id: chatId(world.vault, openid) }, { $set: { community: slug } }, { upsert: true });
        return community;
    };
}
/** Forgets which community a chat belonged to. */
export async function forgetChat(vault, openid) {
    await collection(Chat).deleteOne({ _id: chatId(vault, openid) });
}
/** The `_id` of what is kept of a chat (`ChatRecord`). */
export function chatId(vault, openid) {
    return vault.hmac('chat', openid);
}
const schema = new Schema({ _id: { type: String, required: true }, community: { type: String, required: true } }, { strict: 'throw', versionKey: false, collection: 'chats' });
export const Chat = model('Chat', schema);
