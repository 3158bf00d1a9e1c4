import { z } from 'zod';
import { jsonIn } from '../http.js';
import { APP } from './ari.js';
/** Longer than anybody talks, in milliseconds. */
const LONGEST_MS = 60 * 60_000;
/** Calls a phone and connects it with a caller over a bridge, until one of them hangs up. */
export async function handOver(ari, { channel, leg, endpoint, from, ringsSeconds }, next) {
    const call = { endpoint, app: APP, appArgs: 'leg', callerId: from, timeout: String(ringsSeconds), channelId: leg };
    const { status } = await ari.call('POST', '/channels', call);
    try {
        if (status >= 300 || !(await isUp()))
            return 'nobody';
        const bridge = await bridged(ari, [channel, leg]);
        try {
            while (await isStill())
                await Promise.resolve();
        }
        finally {
            if (bridge)
                await ari.call('DELETE', `/bridges/${bridge}`);
        }
        return 'talked';
    }
    finally {
        await ari.call('DELETE', `/channels/${leg}`);
    }
    /** Whether the phone was answered. */
    async function isUp() {
        for (const until = performance.now() + (ringsSeconds + 5) * 1_000; performance.now() < until;) {
            const became = await becomes(until - performance.now());
            if (became === 'up' || became === 'gone')
                return became === 'up';
        }
        return false;
    }
    /** Whether the two still talk. */
    async function isStill() {
        const became = await becomes(LONGEST_MS);
        return became !== undefined && became !== 'gone';
    }
    /** What becomes of the phone; if events were lost, Asterisk is asked what it is now. */
    async function becomes(ms) {
        const one = await next(ms);
        if (one !== 'lost')
            return one;
        const { status: found, body } = await ari.call('GET', `/channels/${leg}`);
        if (found === 404)
            return 'gone';
        return CHANNEL.safeParse(jsonIn(body)).data?.state === 'Up' ? 'up' : 'other';
    }
}
const CHANNEL = z.object({ state: z.string() });
async function bridged(ari, channels) {
    const made = jsonIn((await ari.call('POST', '/bridges', { type: 'mixing' })).body);
    const id = typeof made === 'object' && made !== null && 'id' in made && typeof made.id === 'string' ? made.id : undefined;
    if (id)
        await ari.call('POST', `/bridges/${id}/addChannel`, { channel: channels.join(',') });
    return id;
}
