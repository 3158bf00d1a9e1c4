import { createCipheriv, createHash, randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import mongoose, {} from 'mongoose';
import { ledgerHeads } from '../fund/ballots/index.js';
import { logHeads } from '../fund/log/index.js';
import { CodedError } from '../store/codedError.js';
import { writeWhole } from '../store/files.js';
import { fileOf, keyFor, MANIFEST, written } from './manifest.js';
/**
 * Copies everything in the database as it was at one moment, while the service goes on: all collections are read in one snapshot, from a secondary
 * if there is one. Each collection is one file, BSON, gzipped, encrypted with AES-256-GCM under a key made of BACKUP_KEY: nonce, ciphertext, tag.
 * The folder gets its name when it is whole. SECRET is not in it: without SECRET a restored database cannot be read.
 *
 * Rejects with `out-exists`; with `snapshot-too-old` if reading took longer than the database keeps old versions.
 */
export async function backup({ now }, { out, key, secretCheck, onCollection }) {
    const draft = join(dirname(resolve(out)), `.${resolve(out).split('/').at(-1)}.part`);
    await makeFolder(resolve(out), draft);
    const client = mongoose.connection.getClient();
    const letGo = await keepVersions(client.db('admin'));
    const session = client.startSession({ snapshot: true });
    try {
        const salt = randomBytes(16).toString('hex');
        const fileKey = keyFor('files', key, salt);
        const ledgers = await ledgerHeads(session); // the first read fixes the moment
        const logs = await logHeads(session);
        const collections = [];
        for (const name of await collectionNames()) {
            const copied = await copy(name, join(draft, fileOf(name)), fileKey, session);
            collections.push({ name, ...copied });
            onCollection?.(name, copied.documents);
        }
        const madeAt = now().toISOString();
        const manifest = { format: 1, madeAt, salt, secretCheck, collections, ledgers, logs };
        await writeWhole(join(draft, MANIFEST), written(manifest, key));
        await rename(draft, resolve(out));
        return { collections: collections.length, documents: collections.reduce((sum, { documents }) => sum + documents, 0), ledgers, logs };
    }
    catch (error) {
        await rm(draft, { recursive: true, force: true });
        throw isTooOld(error) ? tooOld(error) : error;
    }
    finally {
        await session.endSession();
        await letGo();
    }
}
/** Longer than a backup takes, in seconds. */
const LONGEST_S = 7_200;
/**
 * A database of one server, such as the embedded one, keeps old versions for as long as the backup may take. The members of a set are set by the person who runs
 * them (docs/operators.md: In production). Gives what puts it back.
 */
async function keepVersions(admin) {
    const { hosts = [] } = await admin.command({ hello: 1 });
    const kept = hosts.length === 1 ? await admin.command({ getParameter: 1, [WINDOW]: 1 }).catch(() => undefined) : undefined; // the user may not ask
    if (!kept || kept[WINDOW] >= LONGEST_S)
        return async () => { };
    const keep = async (seconds) => void (await admin.command({ setParameter: 1, [WINDOW]: seconds }).catch(() => undefined)); // or not change it
    await keep(LONGEST_S);
    return () => keep(kept[WINDOW]);
}
const WINDOW = 'minSnapshotHistoryWindowInSeconds';
async function makeFolder(out, draft) {
    await mkdir(dirname(out), { recursive: true, mode: 0o700 });
    await mkdir(out, { mode: 0o700 }).catch((cause) => {
        const exists = cause instanceof Error && 'code' in cause && cause.code === 'EEXIST';
        throw exists ? new CodedError('out-exists', `${out} exists already: each backup is a folder of its own.`, { cause }) : cause;
    });
    await rm(out, { recursive: true });
    await rm(draft, { recursive: true, force: true });
    await mkdir(draft, { mode: 0o700 });
}
async function collectionNames() {
    const found = (await mongoose.connection.db?.listCollections({}, { nameOnly: true }).toArray()) ?? [];
    return found.map(({ name }) => name).filter((name) => !name.startsWith('system.'));
}
/** Writes one collection. Memory stays the same, however long it is. */
async function copy(name, file, key, session) {
    let documents = 0;
    const found = mongoose.connection
        .collection(name)
        .find({}, { raw: true, session, batchSize: BATCH, readPreference: 'secondaryPreferred', noCursorTimeout: false });
    const pieces = async function* () {
        let waiting = [];
        let bytes = 0;
        for await (const document of found) {
            if (!(document instanceof Uint8Array))
                throw new Error('the driver gave no bytes for a raw document');
            documents += 1;
            waiting.push(document);
            bytes += document.length;
            if (bytes < PIECE)
                continue;
            yield Buffer.concat(waiting);
            waiting = [];
            bytes = 0;
        }
        yield Buffer.concat(waiting);
    };
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(name));
    const hash = createHash('sha256').update(nonce);
    const sealed = new Transform({
        construct(done) {
            this.push(nonce);
            done();
        },
        transform(encrypted, _, done) {
            hash.update(encrypted);
            done(null, encrypted);
        },
        flush(done) {
            const tag = cipher.getAuthTag();
            hash.update(tag);
            done(null, tag);
        },
    });
    const target = createWriteStream(file, { mode: 0o600, flush: true });
    await pipeline(Readable.from(pieces(), { objectMode: false }), createGzip({ level: 1 }), cipher, sealed, target);
    return { documents, sha256: hash.digest('hex') };
}
const BATCH = 1_000;
const PIECE = 256 * 1024;
/** MongoDB's SnapshotTooOld. */
const TOO_OLD = 239;
function isTooOld(error) {
    return error instanceof mongoose.mongo.MongoServerError && error.code === TOO_OLD;
}
function tooOld(cause) {
    return new CodedError('snapshot-too-old', 'Reading everything took longer than the database keeps old versions (five minutes, unless set otherwise). Raise minSnapshotHistoryWindowInSeconds on all members, and begin again.', { cause });
}
