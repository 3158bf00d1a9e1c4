import { Address, recordConsent, writeStop } from '../../contacts/addressBook.js';
import { addressHmac } from '../../contacts/contact.js';
import { collection } from '../../store/collection.js';
import { holdersOf, reachOf } from './holders.js';
import { Resident } from './resident.js';
/**
 * Undoes a stop, as far as the stop reached: on every phone and chat of the person; on a shared phone, on that phone only. This is kept with its
 * words, time and channel. A deletion that still waits is taken back, if it was asked for here, or is of the only person who holds this phone or chat.
 */
export function startMessages(world) {
    const reach = reachOf(world);
    const holders = holdersOf(world);
    return async ({ words = '' }, act) => {
        const { holders: here } = await holders(act);
        const [own, another] = here;
        const isShared = another !== undefined; // who only wants messages again must not undo what another of them asked for elsewhere
        await recordConsent(world, act, await reach(addressHmac(world.vault, act)), 'start', words);
        const { modifiedCount } = await collection(Resident).updateMany({
            community: act.community,
            erasureRequest: { $exists: true },
            $or: [...(own && !isShared ? [{ _id: own.resident }] : []), { 'erasureRequest.from': addressHmac(world.vault, act) }],
        }, { $unset: { erasureRequest: 1 } });
        return { started: true, stays: modifiedCount > 0 };
    };
}
/**
 * Stops the messages that we start, on every phone and chat of the person who asks; on a shared phone, on that phone only. This is kept with its
 * words, day and channel.
 */
export function stopMessages(world) {
    const reach = reachOf(world);
    return async ({ words }, act) => {
        await recordConsent(world, act, await reach(addressHmac(world.vault, act)), 'stop', words);
        return { stopped: true };
    };
}
/**
 * 订阅: from now on, until a stop, a line is sent to this phone or chat on the day of each step. A stop of this phone or chat ends. This is kept with
 * its words.
 */
export function subscribe(world) {
    return async ({ words }, act) => {
        await recordConsent(world, act, [addressHmac(world.vault, act)], 'news', words);
        return { subscribed: true };
    };
}
/**
 * Moves a stop to the new phone (`phones`: the `addressHmac` of the old one, and of the new one): a resident who stopped our messages on a phone of
 * their own gets none on the phone that the roster now has for them, unless others hold it, too.
 */
export async function moveStops({ vault }, community, phones, session) {
    if (phones.size === 0)
        return;
    const stopped = await collection(Address)
        .find({ _id: { $in: [...phones.keys()] }, stoppedAt: { $exists: true } }, { session, projection: { stoppedAt: 1 } })
        .toArray();
    for (const { _id: before, stoppedAt: at } of stopped) {
        const _id = phones.get(before);
        if (_id === undefined || !at || (await collection(Resident).countDocuments({ phoneId: _id }, { session })) > 1)
            continue;
        await writeStop(vault, { _id, community, at, channel: 'sms', by: 'roster' }, session);
    }
}
