import { wholeDay, writeStop } from '../../contacts/addressBook.js';
import { reachOf } from '../../fund/people/index.js';
import { boundedMap } from '../../store/cache.js';
import { collection } from '../../store/collection.js';
import { perWorld } from '../../store/world.js';
import { holdBroadcast } from '../broadcasts/changeBroadcast.js';
import { Message } from './message.js';
/** The states from which a message may still come to a state: only forward, never out of an end. */
const BEFORE = {
    sent: ['sending', 'unknown'],
    delivered: ['sending', 'unknown', 'sent'],
    failed: ['sending', 'unknown', 'sent'],
    stopped: ['sending', 'unknown', 'sent'],
};
/**
 * Moves a message on as its carrier reports. A report that is late, repeated, out of order or about a message that is not ours is harmless.
 * It also settles a message that was `unknown`.
 */
export function carrierStatus(world) {
    const watch = pauseOnFailures(world);
    return async ({ ref, carrierId, state, reason }) => {
        const message = await collection(Message).findOneAndUpdate({ ...(ref ? { ref } : { carrierId }), state: { $in: BEFORE[state] } }, { $set: { state, carrierId, changedAt: world.now(), ...(reason ? { reason } : {}) }, ...(reason ? {} : { $unset: { reason: '' } }) });
        if (message && state === 'stopped')
            await stopAddress(world, message);
        if (message && state === 'failed' && !message.next)
            await watch(message.broadcast, true);
    };
}
/** The carrier says that this address has stopped us: that person gets no more messages that we start; on a shared phone, that phone. Harmless to repeat. */
export async function stopAddress(world, { community, channel, to }) {
    const at = wholeDay(world.now());
    for (const _id of await reachOf(world)(to))
        await writeStop(world.vault, { _id, community, at, channel, by: 'carrier' });
}
/** If so many of the last ones failed, something is wrong with the list, the text or the carrier, and going on would only cost money. */
const LAST = 50;
const TOO_MANY = 15;
/** The most broadcasts that one process watches. */
const BROADCASTS = 100;
/** Call it with the end of each message of a broadcast; it pauses the broadcast if too many of the last ones failed. It counts only the calls in this process. */
export const pauseOnFailures = perWorld((world) => {
    const lately = boundedMap(BROADCASTS);
    return async (broadcast, isFailed) => {
        if (broadcast === undefined)
            return;
        const last = lately.get(broadcast) ?? [];
        last.push(isFailed);
        if (last.length > LAST)
            last.shift();
        lately.set(broadcast, last);
        if (!isFailed || last.filter(Boolean).length < TOO_MANY)
            return;
        lately.delete(broadcast);
        await holdBroadcast(world, broadcast);
    };
});
