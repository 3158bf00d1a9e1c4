import { randomUUID } from 'node:crypto';
import { CodedError } from './codedError.js';
import { openKeys } from './keys.js';
import { serviceState } from './serviceState.js';
const ASKS_MS = 2_000;
/** After so long without an answer a process encrypts nothing more: the keys may have changed. Milliseconds. */
const LEASE_MS = 60_000;
/** A process that has said nothing for so long encrypts nothing any more, whatever its clock does. Milliseconds. */
const GONE_MS = 90_000;
const DAY_MS = 86_400_000;
function processes() {
    return serviceState();
}
/**
 * The database's keys, as they are now: they are read again every two seconds, and the database is told which ones this process has. So a rotation
 * of SECRET knows when everybody has a new key. A process that cannot tell any more encrypts nothing after a minute: `mayEncrypt` throws `keys-stale`.
 * `secretOf` is asked again if the secret no longer opens them.
 */
export async function liveKeys(secretOf) {
    const _id = `process:${randomUUID()}`;
    let secret = await secretOf();
    let { keys, generation } = await openKeys(secret);
    let saidAt = 0;
    let asking;
    const ask = async () => {
        const began = performance.now();
        ({ keys, generation } = await openKeys(secret).catch(async (error) => {
            if (!(error instanceof CodedError))
                throw error;
            secret = await secretOf();
            return openKeys(secret);
        }));
        await processes().updateOne({ _id }, [{ $set: { generation, at: '$$NOW' } }], { upsert: true });
        saidAt = began;
    };
    await processes().deleteMany({ _id: /^process:/, at: { $lt: new Date(Date.now() - DAY_MS) } });
    await processes().insertOne({ _id, generation: 0, at: new Date() }); // a rotation waits for a process that is about to read them
    await ask();
    // If the database is away, the keys stay in use until the lease is over; then each use says so.
    const timer = setInterval(() => {
        asking ??= ask()
            .catch(() => undefined)
            .finally(() => {
            asking = undefined;
        });
    }, ASKS_MS).unref();
    let closed;
    const close = async () => {
        clearInterval(timer);
        await asking;
        await processes()
            .deleteOne({ _id })
            .catch(() => undefined); // it lapses by itself
    };
    return {
        keys: () => keys,
        mayEncrypt: () => {
            if (performance.now() - saidAt < LEASE_MS)
                return;
            throw new CodedError('keys-stale', 'For a minute this process could not learn which keys the database has now. If the database is there, SECRET was replaced: start the process with the new one.');
        },
        close: () => {
            closed ??= close();
            return closed;
        },
    };
}
/** Those that a backup knew of have the database open that it was made of, not this one: a rotation waits for none of them. */
export async function forgetProcesses() {
    await processes().deleteMany({ _id: /^process:/ });
}
/** How many processes that may still encrypt do not have this generation of the keys yet. */
export function processesBehind(generation) {
    return processes().countDocuments({
        _id: /^process:/,
        generation: { $lt: generation },
        $expr: { $gt: ['$at', { $subtract: ['$$NOW', GONE_MS] }] },
    });
}
