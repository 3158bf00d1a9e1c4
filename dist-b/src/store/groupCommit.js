import { setTimeout as sleep } from 'node:timers/promises';
import DataLoader from 'dataloader';
import { boundedMap } from './cache.js';
import { asError, CodedError } from './codedError.js';
import { DURABLE, databaseOf } from './collection.js';
import { inTime, within } from './inTime.js';
import { perWorld } from './world.js';
/** The longest that a batch may take, in milliseconds; each command of a turn in it has its own limit (`inTime`). */
const BATCH_MS = 15_000;
/**
 * Group commit: items that come while one batch is under way go together in the next, so that one database
 * command serves many turns. There is no timer to wait for: a single call runs after the next round of the event loop,
 * together with what came in it (turns that waited for the batch before, and the requests that their answers brought: with one round less, a vote
 * takes 20 % more commands and 4 % more CPU of service and database).
 *
 * The queue goes on in any case: a batch that has not settled in time rejects with `not-settled`; whether it was done is then not known.
 *
 * `run` gives one result for each item, in their order. An `Error` among them rejects that item only; a rejection rejects all of them. With
 * `restMs`, so many milliseconds pass between two batches: for what nobody waits for.
 */
export function groupCommit(run, restMs = 0) {
    let underWay = Promise.resolve();
    const loader = new DataLoader((items) => {
        const batch = within(BATCH_MS, run(items), notSettled);
        underWay = restMs === 0 ? batch : rested(batch, restMs);
        return batch;
    }, {
        cache: false,
        batchScheduleFn: (dispatch) => {
            const soon = () => setImmediate(() => setImmediate(dispatch));
            void underWay.then(soon, soon);
        },
    });
    return (item) => loader.load(item);
}
/** Keeps no process alive. */
async function rested(batch, ms) {
    await Promise.allSettled([batch]);
    await sleep(ms, undefined, { ref: false });
}
function notSettled() {
    return new CodedError('not-settled', 'The database did not answer in time, and it is not known what it did; try the same again.');
}
/**
 * Something that is read for many: those who ask for the same while a batch is under way share one answer, which is read after each of them has asked,
 * so that it holds what they have just done. Nothing is kept.
 */
export function readTogether(read) {
    return groupCommit((items) => {
        const answers = boundedMap(items.length);
        return Promise.all(items.map((item) => answers.getOrMake(item, () => read(item).catch(asError))));
    });
}
/** The most statements in one command: even with the longest conversations it stays far below the 48 MB that a message may have. */
const MOST = 500;
/**
 * Many updates in one unordered `update` command. It does not use the driver's bulk API, which measures each statement once more and makes
 * the server record each for a retry: some 90 µs of CPU for each statement. So it is **not** tried again when the primary changes: callers whose
 * statements may be repeated do that. Rejects if it is not known what was done; a write-concern error is such a case.
 */
export async function updateEach(model, statements, writeConcern) {
    const db = databaseOf(model);
    const made = new Set();
    const failed = new Map();
    let met = 0;
    for (let from = 0; from < statements.length; from += MOST) {
        const updates = statements.slice(from, from + MOST);
        const { n, upserted = [], writeErrors = [], } = await inTime((signal) => db.command({ update: model.collection.name, updates, ordered: false, writeConcern }, { signal }));
        met += n;
        for (const { index } of upserted)
            made.add(from + index);
        for (const { index, code } of writeErrors)
            failed.set(from + index, code);
    }
    return { met, made, failed };
}
const DUPLICATE = 11_000;
/**
 * Writes a document, durably, if no other act has changed it since it was read; rejects with `overtaken` if one has, with `NAME-not-written` if the
 * database did not write it. What waits goes together in one command. `statementOf` matches the document by its `_id` and by either key
 * (`eitherKey`), and sets or makes it: done twice, it finds its own key and changes nothing.
 */
export function keyedWriter(model, name, statementOf) {
    const notWritten = (code) => code === DUPLICATE
        ? new CodedError('overtaken', `Another message has changed this ${name}; take the turn again.`)
        : new CodedError(`${name}-not-written`, `The database did not write the ${name}; send it again.`);
    return perWorld(() => groupCommit(async (changes) => {
        const { failed } = await updateEach(model, changes.map(statementOf), DURABLE);
        return changes.map((_, index) => (failed.has(index) ? notWritten(failed.get(index)) : undefined));
    }));
}
/** The key that the document had before the change, or the change's own if it was done already. */
export function eitherKey(before, own) {
    return { $in: [own, ...(before === undefined ? [] : [before])] };
}
