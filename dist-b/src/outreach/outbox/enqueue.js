import { EventEmitter } from 'node:events';
import { mongo } from 'mongoose';
import { wholeDay } from '../../contacts/addressBook.js';
import { addressHmac } from '../../contacts/contact.js';
import { collection } from '../../store/collection.js';
import { groupCommit } from '../../store/groupCommit.js';
import { DAY_MS } from '../../store/wallTime.js';
import { perWorld } from '../../store/world.js';
import { laneOf, Message } from './message.js';
/**
 * Queues a message; those that wait at the same time by one command. If it was queued before under the same occasion, channel and address, this changes
 * nothing. With a session it is there only if the session's transaction is committed. Rejects only if the database is away.
 */
export const enqueue = perWorld((world) => {
    const wake = () => wakeUps(world).emit('queued');
    const insert = groupCommit(async (messages) => {
        if ((await insertNew(messages)) > 0)
            for (const channel of new Set(messages.map(({ channel }) => channel)))
                wakeUps(world).emit('queued', channel);
        return messages.map(() => undefined);
    });
    return (outgoing, session) => {
        const message = recordOf(world, outgoing);
        if (!session)
            return insert(message);
        if (!session.listeners('ended').includes(wake))
            session.once('ended', wake);
        return insertWithin(message, session);
    };
});
/** A duplicate key would end the transaction; what is there already is matched instead. */
async function insertWithin({ _id, ...message }, session) {
    await collection(Message).updateOne({ _id }, { $setOnInsert: message }, { upsert: true, session });
}
/** The reply to a text that the carrier's own response cannot carry. It is queued once for each turn. */
export function queueReply(world) {
    const queue = enqueue(world);
    return async ({ key, said: { reply, language, community }, ...to }) => {
        const [first] = [...reply.says, ...(reply.asks ? [reply.asks] : [])];
        if (!first)
            return;
        await queue({
            ...to,
            occasion: `reply|${key}`,
            community: community._id,
            channel: 'sms',
            language,
            kind: 'reply',
            said: { key: first.key, reply },
            until: new Date(world.now().getTime() + DAY_MS),
        });
    };
}
/** Queues an occasion for a batch of residents by one command, for each on the first channel that reaches them; gives how many are new. Harmless to repeat. */
export function queueMany(world) {
    return async ({ said, isOwn = false, ...occasion }, to) => {
        const messages = to.flatMap((recipient) => {
            const [first, ...next] = recipient.reach;
            if (!first)
                return [];
            const { resident, language } = recipient;
            return [
                recordOf(world, {
                    ...occasion,
                    ...first,
                    next,
                    resident,
                    language,
                    kind: 'notice',
                    said: said(recipient),
                    toMany: isOwn ? 'own' : 'same',
                }),
            ];
        });
        if (messages.length === 0)
            return 0;
        const queued = await insertNew(messages);
        if (queued > 0)
            wakeUps(world).emit('queued');
        return queued;
    };
}
/** The message as it waits in the outbox. */
export function recordOf({ vault, now }, { occasion, said, dueAt, toMany, next = [], address, askedAt, ...outgoing }) {
    const { community, channel, resident } = outgoing;
    const to = addressHmac(vault, { community, channel, address });
    const toAddress = [occasion, channel, to].join('|');
    const id = toMany && resident !== undefined ? [occasion, channel, resident].join('|') : toAddress;
    const at = now();
    return {
        ...outgoing,
        _id: id,
        address: vault.encrypt('messageAddress', id, address),
        to,
        ...(toMany === 'same' && { once: toAddress }),
        ...(askedAt && { askedAt: wholeDay(askedAt) }),
        said: vault.encrypt('messageSaid', id, JSON.stringify({ key: said.key, params: said.params, reply: said.reply })),
        lane: laneOf(outgoing),
        ...(next.length > 0 && { next: vault.encrypt('messageNext', id, JSON.stringify(next)) }),
        state: 'pending',
        dueAt: dueAt ?? at,
        attempts: 0,
        ref: vault.hmac('message', id),
        at,
        changedAt: at,
    };
}
const DUPLICATE_KEY = 11_000;
/** Queues messages by one command. A message that was queued before under the same key is left as it is. Gives how many are new. */
export async function insertNew(messages) {
    try {
        return (await collection(Message).insertMany([...messages], { ordered: false })).insertedCount;
    }
    catch (error) {
        if (error instanceof mongo.MongoBulkWriteError && [error.writeErrors].flat().every(({ code }) => code === DUPLICATE_KEY))
            return error.insertedCount;
        throw error;
    }
}
/** Emits `queued` when a message was queued in this process, so that its sender need not wait for the next poll; with the channel, if only one is concerned. */
export const wakeUps = perWorld(() => new EventEmitter());
