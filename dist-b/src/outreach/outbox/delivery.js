import { mongo } from 'mongoose';
import { recordFirst } from '../../contacts/addressBook.js';
import { CHANNELS } from '../../contacts/channel.js';
import { communityBySlug } from '../../fund/communities/index.js';
import { collection } from '../../store/collection.js';
import { groupCommit } from '../../store/groupCommit.js';
import { holdBroadcast } from '../broadcasts/changeBroadcast.js';
import { quietUntil } from '../quietUntil.js';
import { beginSending } from './beginSending.js';
import { pauseOnFailures, stopAddress } from './carrierStatus.js';
import { Message, saidIn } from './message.js';
import { sendingRate } from './sendingRate.js';
/** Some twelve hours: the waits grow to a quarter of an hour. */
const MOST_ATTEMPTS = 100;
/** A held message that is `sending` becomes `unknown` so long after the carrier's answer was due, in milliseconds. */
const GRACE_MS = 30_000;
/**
 * Delivers held messages. Resolves when the carrier has answered; the outcome is then still being written.
 * `sending` is durable before the carrier is called. Every write counts only while the message has this lease's token.
 */
export function delivery(world, { send, word, timeoutMs }) {
    const bySlug = communityBySlug(world);
    const begun = beginSending(world, timeoutMs + GRACE_MS);
    const settle = recordOutcomes(world);
    const proven = recordFirst(world);
    const watch = pauseOnFailures(world);
    const after = (ms) => new Date(world.now().getTime() + ms);
    return async (message) => {
        const move = (from, to) => settle({ message, from, to });
        const community = await bySlug(message.community);
        if (!community)
            return { settled: move(['leased'], { state: 'pending', dueAt: after(FIRST_MS), attempts: message.attempts - 1 }) };
        if (message.attempts > MOST_ATTEMPTS)
            return { settled: move(['leased'], { state: 'failed', reason: 'gaveUp' }) };
        const quiet = message.kind === 'notice' || message.heedsQuiet ? quietUntil(community, world.now()) : undefined;
        if (quiet)
            return { settled: move(['leased'], { state: 'pending', dueAt: quiet, attempts: message.attempts - 1 }) };
        const start = await begun(message);
        if (start.state === 'lost')
            return { settled: Promise.resolve() };
        if (start.state !== 'sending')
            return { settled: move(['sending'], start) };
        const { isSpoken } = CHANNELS[message.channel];
        const from = isSpoken ? community.phone : (community.textNumber ?? community.phone);
        const said = saidIn(world.vault, message);
        const text = await worded(message, said, start.isFirst).catch(async (error) => {
            await move(['sending'], { state: 'pending', dueAt: after(backoff(message.attempts)), reason: 'notWorded' });
            throw error;
        });
        const sent = await within(timeoutMs, (signal) => send({
            to: message.address,
            from,
            community: community._id,
            text,
            told: { said, language: message.language, isFirst: start.isFirst },
            ref: message.ref,
            signal,
        }));
        if (sent.state === 'stopped')
            await stopAddress(world, message);
        return {
            sent,
            settled: Promise.all([
                move(['sending', 'unknown'], came(message, sent)), // a callback may have been faster: its state stays
                sent.state === 'refused' && !sent.parks && sendingRate(world, message.channel, community).slowDown(),
                sent.state === 'sent' && start.isFirst && proven({ message, words: text }),
                sent.state === 'failed' && sent.wrong === 'text' && !goesOn(message, sent) && message.broadcast && holdBroadcast(world, message.broadcast),
                !goesOn(message, sent) && watch(message.broadcast, sent.state === 'failed' || sent.state === 'unknown'),
            ]),
        };
    };
    function came({ attempts }, sent) {
        if (sent.state === 'sent')
            return { state: 'sent', carrierId: sent.carrierId };
        if (sent.state === 'stopped')
            return { state: 'stopped' };
        if (sent.state !== 'refused')
            return { state: sent.state, reason: sent.reason };
        const dueAt = after(Math.max(sent.afterMs ?? 0, backoff(attempts)));
        return { state: 'pending', dueAt, reason: sent.reason, ...(sent.parks && { attempts: attempts - 1 }) };
    }
    async function worded({ community, language, channel }, said, isFirst) {
        return word({ community, language, channel, said, isFirst });
    }
}
/** It failed here and is tried on the next channel. */
function goesOn({ next }, { state }) {
    return state === 'failed' && next !== undefined;
}
/** Runs with a signal that aborts after so many milliseconds; the timer is cleared if the work ends before. */
async function within(ms, run) {
    const controller = new AbortController();
    const timer = setTimeout(() => controller.abort(), ms);
    try {
        return await run(controller.signal);
    }
    finally {
        clearTimeout(timer);
    }
}
const DUPLICATE_KEY = 11_000;
/** Writes outcomes durably; those that wait together by one command. Each counts only while the message has its lease's token. */
function recordOutcomes(world) {
    return groupCommit(async (outcomes) => {
        try {
            await write(world, outcomes);
        }
        catch (error) {
            const clashed = clashes(error);
            if (!clashed)
                throw error;
            // a carrier that gives one id to two messages: what it did with either is not known
            await write(world, outcomes.filter((_, index) => clashed.has(index)).map((outcome) => ({ ...outcome, to: { state: 'unknown', reason: 'nonsense' } })));
        }
        return outcomes.map(() => undefined);
    });
}
async function write(world, outcomes) {
    const changedAt = world.now();
    await collection(Message).bulkWrite(outcomes.map(({ message: { _id, token }, from, to }) => ({
        updateOne: { filter: { _id, token, state: { $in: [...from] } }, update: { $set: { ...to, changedAt } } },
    })), { ordered: false });
}
/** Which of the writes met an id that another message has; undefined if something else went wrong. */
function clashes(error) {
    if (!(error instanceof mongo.MongoBulkWriteError))
        return undefined;
    const failed = [error.writeErrors].flat();
    return failed.every(({ code }) => code === DUPLICATE_KEY) ? new Set(failed.map(({ index }) => index)) : undefined;
}
const FIRST_MS = 1_000;
const LONGEST_MS = 15 * 60_000;
/** How long to wait after so many attempts, in milliseconds: exponential with full jitter. `random` in [0, 1). */
export function backoff(attempts, random = Math.random) {
    return Math.floor(random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** attempts));
}
