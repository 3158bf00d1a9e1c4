import { setMaxListeners } from 'node:events';
import { setImmediate as rest, setTimeout as sleep } from 'node:timers/promises';
import mongoose from 'mongoose';
/** The longest that a command of a turn may take, in milliseconds. The driver's monitor gives up a server that is silent for 3.5 s, and a write waits 2.5 s for the majority. */
const COMMAND_MS = 4_000;
/**
 * A command of a turn that has not settled in time rejects like one whose connection was lost: its outcome is unknown. `run` gives the
 * signal to the driver, which also treats a late command as a lost connection: it closes the connection, and the next command uses a new one.
 */
export function inTime(run) {
    const { controller } = shared;
    return within(COMMAND_MS, run(controller.signal), () => {
        const lost = new mongoose.mongo.MongoNetworkError('a command did not settle in time');
        if (controller === shared.controller)
            shared.controller = unlimited();
        controller.abort(lost);
        return lost;
    });
}
/** Rejects with the error of `late` if the work has not settled within so many milliseconds. Answers that came while this process was held up are read first. */
export async function within(ms, work, late) {
    let immediate;
    let timer;
    const passed = new Promise((_, reject) => {
        timer = setTimeout(() => {
            immediate = setImmediate(() => reject(late()));
        }, ms);
    });
    try {
        return await Promise.race([work, passed]);
    }
    finally {
        clearTimeout(timer);
        clearImmediate(immediate);
    }
}
/** One signal for all commands under way, because a signal for each costs ten times as much. Once it is used, a new one takes its place. */
const shared = { controller: unlimited() };
function unlimited() {
    const controller = new AbortController();
    setMaxListeners(0, controller.signal);
    return controller;
}
/** A piece of work in many small steps takes so many milliseconds. */
const PIECE_MS = 2;
/** The same items. After each piece of work with them other work gets its turn; with `ms`, for what is not urgent, so many milliseconds for itself. */
export async function* withPauses(items, ms) {
    let since = performance.now();
    for await (const item of items) {
        yield item;
        if (performance.now() - since < PIECE_MS)
            continue;
        await (ms === undefined ? rest() : sleep(ms));
        since = performance.now();
    }
}
/** To be called after each small step of work: gives a promise to wait for whenever a piece is over, so that other work gets its turn. */
export function pauses() {
    let since = performance.now();
    return () => {
        if (performance.now() - since < PIECE_MS)
            return undefined;
        return rest().then(() => {
            since = performance.now();
        });
    };
}
/** Does something to each item, one after the other. An item that fails does not stop the others: at the end this rejects with all errors. */
export async function forEachSettled(items, what, run) {
    const failures = [];
    for (const item of items) {
        try {
            await run(item);
        }
        catch (error) {
            failures.push(error);
        }
    }
    if (failures.length > 0)
        throw new AggregateError(failures, `${failures.length} ${what} failed.`);
}
