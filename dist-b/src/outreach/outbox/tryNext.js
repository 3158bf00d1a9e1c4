import { collection } from '../../store/collection.js';
import { insertNew, recordOf, wakeUps } from './enqueue.js';
import { Message, nextIn, saidIn } from './message.js';
const AT_ONCE = 200;
/** If a message is known not to have reached a person, tries their next channel; once, also after a crash in between. */
export async function tryNext(world, channel) {
    for (;;) {
        const failed = await collection(Message)
            .find({ state: 'failed', next: { $exists: true }, channel }, { limit: AT_ONCE, promoteBuffers: true })
            .toArray();
        if (failed.length === 0)
            return;
        const following = failed.flatMap((message) => nextOf(world, message));
        if (following.length > 0)
            await insertNew(following);
        await collection(Message).updateMany({ _id: { $in: failed.map(({ _id }) => _id) } }, { $unset: { next: '' } });
        wakeUps(world).emit('queued');
        if (failed.length < AT_ONCE)
            return;
    }
}
function nextOf(world, message) {
    const { _id, once, channel, ...failed } = message;
    const [to, ...rest] = nextIn(world.vault, message);
    if (!to)
        return [];
    const { community, resident, language, kind, askedAt, heedsQuiet, broadcast, unlessVoted, until, reminds } = failed;
    const isToMany = resident !== undefined && _id.endsWith(`|${resident}`);
    return [
        recordOf(world, {
            occasion: _id.slice(0, _id.lastIndexOf(`|${channel}|`)),
            community,
            ...to,
            next: rest,
            ...(resident && { resident }),
            language,
            kind: kind === 'reply' ? 'receipt' : kind, // the next channel has no sender for replies alone
            said: saidIn(world.vault, message),
            ...(isToMany && { toMany: once === undefined ? 'own' : 'same' }),
            ...(askedAt && { askedAt }),
            ...(heedsQuiet && { heedsQuiet }),
            ...(broadcast && { broadcast }),
            ...(unlessVoted && { unlessVoted }),
            ...(until && { until }),
            ...(reminds && { reminds }),
        }),
    ];
}
