import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { z } from 'zod';
import { basic, carrierHttp, jsonIn } from '../http.js';
/** The name of our application in the dialplan: `Stasis(yisheng,…)`. */
export const APP = 'yisheng';
const CHANNEL = z.object({
    id: z.string(),
    state: z.string().default(''),
    caller: z.object({ number: z.string().default('') }).default({ number: '' }),
    dialplan: z
        .object({ exten: z.string().default(''), app_name: z.string().default(''), app_data: z.string().default('') })
        .partial()
        .default({}),
});
const EVENT = z.object({
    type: z.string(),
    channel: CHANNEL.optional(),
    args: z.array(z.string()).optional(),
    digit: z.string().optional(),
    cause: z.number().optional(),
    playback: z.object({ id: z.string(), state: z.string(), target_uri: z.string().default('') }).optional(),
    recording: z
        .object({ name: z.string(), target_uri: z.string().default(''), duration: z.number().optional(), talking_duration: z.number().optional() })
        .optional(),
});
const VARIABLE = z.object({ value: z.string() });
/** How long to wait before the next try, in milliseconds; and between two signs of life. */
const AGAIN_MS = [100, 250, 500, 1_000];
const ALIVE_MS = 5_000;
/**
 * An event that Asterisk is asked to tell our application. After a stall it may have dropped the application with an older connection, and refuse its
 * calls, while this one stands.
 */
const ALIVE = 'yisheng-alive';
/** A variable of Asterisk's that the process which holds the line keeps changing. Empty if nobody holds it. */
const HOLDER = 'YISHENG_HOLDER';
/** How often others look at it, in milliseconds; it is held until it was the same for so many looks. */
const LOOK_MS = 1_000;
const LOOKS = 15;
const MOST_BYTES = 1024 * 1024;
/** Calls a path of ARI once, as its user. Rejects if there is no answer. */
export function ariHttp({ url, user, password }) {
    const call = carrierHttp(`${url}/ari`);
    const headers = { authorization: basic(user, password) };
    return (method, path, options = {}) => call(method, path, { headers, ...options });
}
/**
 * Asterisk's REST interface (https://docs.asterisk.org: ARI): commands by HTTP, events over one WebSocket that is opened again whenever it is lost.
 * Of several processes the one that began last holds the line; the others stand by until it no longer does.
 */
export function ari(settings, { onEvent, onConnected, onReplaced }, { world, log }) {
    const { url, user, password } = settings;
    const request = ariHttp(settings);
    const stopping = new AbortController();
    let socket;
    void run();
    const call = (method, path, query = {}, options = {}) => {
        const tail = Object.keys(query).length > 0 ? `?${new URLSearchParams(query)}` : '';
        return request(method, path + tail, options);
    };
    return {
        call,
        channels: async () => {
            const { status, body } = await call('GET', '/channels', {}, { most: 16 * MOST_BYTES });
            return status === 200 ? z.array(CHANNEL).safeParse(jsonIn(body)).data : undefined;
        },
        stop: async () => {
            stopping.abort();
            const isHeld = socket?.readyState === WebSocket.OPEN;
            socket?.terminate();
            if (isHeld)
                await hold('');
        },
    };
    /** Asks Asterisk for an event; without the application it gives the connection up at once. */
    async function askAlive(one) {
        const answer = await call('POST', `/events/user/${ALIVE}`, { application: APP }).catch(() => undefined); // then no event comes
        if (answer?.status === 404)
            one.terminate();
    }
    /** Says that this process holds the line; or, with an empty sign, that nobody does. */
    async function hold(sign) {
        await call('POST', '/asterisk/variable', { variable: HOLDER, value: sign }).catch(() => undefined); // the next sign says it
    }
    async function run() {
        for (let tries = 0; !stopping.signal.aborted; tries += 1) {
            const ended = await listen(() => {
                tries = 0;
            });
            if (stopping.signal.aborted)
                return;
            if (tries === 0 || tries === AGAIN_MS.length)
                log.warn({ channel: 'voice', code: `asterisk-${ended}` }, 'No events come from Asterisk');
            if (ended === 'replaced')
                await whileHeld();
            else
                await pause(AGAIN_MS[Math.min(tries, AGAIN_MS.length - 1)] ?? 0);
        }
    }
    /** Waits as long as another process shows that it holds the line. */
    async function whileHeld() {
        let [last, same] = ['', 0];
        while (same < LOOKS && !stopping.signal.aborted) {
            await pause(LOOK_MS);
            const read = await call('GET', '/asterisk/variable', { variable: HOLDER }).catch(() => undefined); // not reached: nothing has changed
            const { value } = VARIABLE.safeParse(jsonIn(read?.body)).data ?? { value: last };
            if (value === '')
                return;
            same = value === last ? same + 1 : 0;
            last = value;
        }
    }
    async function pause(ms) {
        await sleep(ms, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined); // stopped
    }
    /** Listens until the connection is lost, and says why. */
    function listen(opened) {
        return new Promise((resolve) => {
            const events = new URL(`${url.replace(/^http/, 'ws')}/ari/events?app=${APP}`);
            const one = new WebSocket(events, { headers: { authorization: basic(user, password) }, maxPayload: MOST_BYTES, handshakeTimeout: 5_000 });
            socket = one;
            let why = 'refused';
            let isAlive = true;
            let alive;
            one.on('open', () => {
                why = 'lost';
                opened();
                void hold(world.randomBytes(8).toString('hex'));
                alive = setInterval(() => {
                    if (!isAlive)
                        return one.terminate();
                    isAlive = false;
                    void askAlive(one);
                    void hold(world.randomBytes(8).toString('hex'));
                }, ALIVE_MS).unref();
                onConnected();
            });
            one.on('message', (data) => {
                isAlive = true;
                const event = EVENT.safeParse(jsonIn(Buffer.from(String(data)))).data;
                if (event?.type === 'ApplicationReplaced') {
                    why = 'replaced';
                    one.close();
                    onReplaced();
                }
                else if (event)
                    onEvent(event);
            });
            one.on('error', () => undefined); // `close` follows
            one.on('close', () => {
                clearInterval(alive);
                resolve(why);
            });
        });
    }
}
