import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import mongoose from 'mongoose';
import { clock } from './clock.js';
import { CodedError } from './codedError.js';
import { connect } from './connect.js';
import { secretBytes } from './crypto.js';
import { embedded } from './embedded/embedded.js';
import { exclusively } from './embedded/exclusively.js';
import { writeWhole } from './files.js';
import { createIndexes } from './indexes.js';
import { liveKeys } from './liveKeys.js';
import { vault } from './vault.js';
/**
 * Finds or starts the database, connects the default mongoose connection, creates the indexes of all models imported,
 * opens the keys with the secret, measures the clock. The service and every command use it, at the same time or alone.
 *
 * Ctrl-C or SIGTERM closes it before the process ends, unless the program handles these signals itself.
 * Rejects with a `CodedError` whose sentence says what to do.
 */
export async function openStore(config) {
    const database = await openDatabase(config);
    let time;
    let live;
    const close = async () => {
        time?.close();
        await live?.close();
        await database.close();
    };
    try {
        live = await liveKeys(() => secretOf(config));
        await createIndexes();
        time = await clock();
        return {
            world: { vault: vault(live.keys, live.mayEncrypt), now: time.now, clockAgrees: time.agrees, randomBytes },
            uri: database.uri,
            embedded: !config.mongodbUri,
            clock: time,
            close,
        };
    }
    catch (error) {
        await close();
        throw error;
    }
}
/** The secret of the settings; without one, the one kept in `dataDir`, which is generated the first time. */
export async function secretOf({ secret, dataDir }) {
    return secret ?? (await keptSecret(join(dataDir, 'secret')));
}
/** Finds or starts the database and connects to it. Nothing is written there. It is closed as a store is. */
export async function openDatabase(config) {
    const server = config.mongodbUri ? { uri: config.mongodbUri, release: async () => { } } : await embedded(config.dataDir, config.mongodBinary);
    let closed;
    const close = () => {
        closed ??= (async () => {
            forget();
            await mongoose.disconnect();
            await server.release();
        })();
        return closed;
    };
    const forget = onEnd(close);
    try {
        await connect(server.uri);
        return { uri: server.uri, close };
    }
    catch (error) {
        await close();
        throw error;
    }
}
/** Closes the store at Ctrl-C or SIGTERM, then lets the signal do its usual work. If the program has its own handlers, nothing is done. Returns the function that removes this. */
function onEnd(close) {
    const end = (signal) => {
        if (process.listeners(signal).some((listener) => !ours.has(listener)))
            return;
        void close().finally(() => process.kill(process.pid, signal));
    };
    ours.add(end);
    process.on('SIGINT', end).on('SIGTERM', end);
    return () => {
        ours.delete(end);
        process.off('SIGINT', end).off('SIGTERM', end);
    };
}
const ours = new Set();
/** The secret that is kept in `file`; it is generated the first time. Only the file's owner may read it. */
function keptSecret(file) {
    return exclusively(`${file}.busy`, async () => {
        try {
            const kept = secretBytes((await readFile(file, 'utf8')).trim());
            if (kept)
                return kept;
            throw new CodedError('bad-secret', `${file} does not hold 32 random bytes in base64. Put back the file that this database was made with.`);
        }
        catch (error) {
            if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT'))
                throw error;
        }
        const secret = randomBytes(32);
        await writeWhole(file, `${secret.toString('base64')}\n`);
        return secret;
    });
}
