import { randomUUID } from 'node:crypto';
import { CodedError } from '../../store/codedError.js';
import { serviceState } from '../../store/serviceState.js';
/**
 * Takes over a departure (its slug and moment) from any command that worked on it: that command writes nothing more there. Rejects with
 * `taken-back` if the departure was undone, with `arrived` if the community is open there.
 */
export async function takeOver(client, { _id: slug, at }, how) {
    const _id = `move:${slug}`;
    const token = randomUUID();
    const movers = serviceState(client.db());
    await inTransaction(client, async (session) => {
        const before = await movers.findOne({ _id }, { session });
        if (how === 'move' && before?.undone && before.at.getTime() === at.getTime())
            throw new CodedError('taken-back', `This move of ${slug} is being taken back: end that first (--undo).`);
        if (await client.db().collection('communities').findOne({ _id: slug }, { session }))
            throw new CodedError('arrived', `${slug} is open there already.`);
        await movers.replaceOne({ _id }, { at, token, steps: 0, ...(how === 'undo' && { undone: true }) }, { session, upsert: true });
    });
    return {
        fenced: (write) => inTransaction(client, async (session) => {
            const { modifiedCount } = await movers.updateOne({ _id, token }, { $inc: { steps: 1 } }, { session });
            if (modifiedCount !== 1)
                throw overtaken();
            return write(session);
        }),
        end: async (collection, session) => {
            if ((await collection.deleteOne({ _id, token }, { session })).deletedCount !== 1)
                throw overtaken();
        },
    };
}
/** The fence of the database that a community has left: it holds as long as this departure stands. */
export function departureFence(client, { _id, at }) {
    const departures = client.db().collection('departures');
    return (write) => inTransaction(client, async (session) => {
        const { modifiedCount } = await departures.updateOne({ _id, at }, { $inc: { steps: 1 } }, { session });
        if (modifiedCount !== 1)
            throw overtaken();
        return write(session);
    });
}
function inTransaction(client, run) {
    return client.withSession((session) => session.withTransaction(() => run(session)));
}
function overtaken() {
    return new CodedError('overtaken', 'Another command goes on with this move, or has ended it. This one has stopped.');
}
