import { within } from '../store/inTime.js';
import { Refusal, TooManyReaders } from './errors.js';
/** For everybody. */
const READERS = { atOnce: 2, rest: 8 };
/** For those who work with the pages all day: they are few, and known. */
export const STAFF = { atOnce: 4, rest: 0 };
/** For what they print: a process of its own draws it, as long as it may (`printPdf`), two at a time; pages do not wait for it. */
export const PRINTING = { atOnce: 3, rest: 0, ms: 120_000 };
const LEAST_REST_MS = 4;
const LONGEST_REST_MS = 50;
const MOST_WAITING = 200;
const MOST_SENDING = 200;
/** How long a reader waits for a place, and how long the work for one usually may take, in milliseconds. */
const PATIENCE_MS = 3_000;
const WORK_MS = 10_000;
/** A reader who does not take what is on the way (64 KiB) in this time is cut off; some 2 KiB a second are enough. Milliseconds. */
const TAKE_MS = 30_000;
export function readerLimit({ atOnce, rest, ms = WORK_MS } = READERS) {
    let free = atOnce;
    let sending = 0;
    const waiting = new Set();
    return {
        handler: (handle) => async (request, response) => {
            await enter(() => handle(request, response));
            cutOffIfSlow(response);
        },
        enter,
        send: async (response, parts, ready) => {
            if (sending >= MOST_SENDING)
                throw new TooManyReaders();
            sending += 1;
            const piece = async () => {
                const { done, value } = await parts.next();
                if (response.writableEnded)
                    return false; // it took too long, which was answered meanwhile
                if (!response.headersSent)
                    ready();
                if (value)
                    response.write(value);
                return !done;
            };
            try {
                let more = await enter(piece);
                while (more && !response.destroyed) {
                    if (response.writableNeedDrain)
                        await taken(response);
                    if (!response.destroyed)
                        more = await worked(piece);
                }
                response.end();
                cutOffIfSlow(response);
            }
            finally {
                sending -= 1;
                void parts.return?.(); // not awaited: after a part that hangs it would wait for that part
            }
        },
    };
    async function enter(work) {
        if (waiting.size >= MOST_WAITING)
            throw new TooManyReaders();
        return worked(work, PATIENCE_MS);
    }
    /** Without patience a reader waits as long as it takes. */
    async function worked(work, patience) {
        if (free > 0)
            free -= 1;
        else
            await turn(patience);
        const began = performance.now();
        try {
            return await within(ms, work(), () => new Refusal(503, 'This takes too long just now; try again in a minute.'));
        }
        finally {
            if (rest === 0)
                setImmediate(next);
            else
                setTimeout(next, Math.min(LONGEST_REST_MS, Math.max(LEAST_REST_MS, rest * (performance.now() - began))));
        }
    }
    function turn(patience) {
        return new Promise((resolve, reject) => {
            const tired = patience === undefined ? undefined : setTimeout(() => waiting.delete(begin) && reject(new TooManyReaders()), patience);
            const begin = () => {
                clearTimeout(tired);
                resolve();
            };
            waiting.add(begin);
        });
    }
    function next() {
        const [begin] = waiting;
        if (begin) {
            waiting.delete(begin);
            begin();
        }
        else
            free += 1;
    }
}
/** Resolves once there is room for more, or the reader is gone. */
async function taken(response) {
    const { promise, resolve } = whenTaken();
    const slow = setTimeout(() => response.destroy(), TAKE_MS);
    response.once('drain', resolve).once('close', resolve);
    await promise;
    clearTimeout(slow);
    response.off('drain', resolve).off('close', resolve);
}
function whenTaken() {
    let resolve = () => { };
    const promise = new Promise((settle) => {
        resolve = settle;
    });
    return { promise, resolve };
}
/** Cuts off a reader who does not take the rest of an answer: it would stay in memory. Most of an answer is on its way at once. */
function cutOffIfSlow(response) {
    if (response.writableFinished || response.destroyed || !response.socket?.writableLength)
        return;
    const slow = setTimeout(() => response.destroy(), TAKE_MS).unref();
    response.once('close', () => clearTimeout(slow));
}
