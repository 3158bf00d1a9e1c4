import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import mongoose from 'mongoose';
import { CodedError } from '../codedError.js';
import { patchDriver } from '../connect.js';
import { writeWhole } from '../files.js';
/** The access that is kept in `file`; it is made at the first start. Only the file's owner may read it. */
export async function keptAccess(file) {
    const kept = await readFile(file, 'utf8').catch((error) => {
        if (error.code === 'ENOENT')
            return undefined;
        throw error;
    });
    if (kept !== undefined)
        return parsed(kept, file);
    const made = {
        port: await freePort(),
        replicaSet: `yisheng-${randomBytes(6).toString('hex')}`,
        user: 'yisheng',
        password: randomBytes(24).toString('base64url'),
    };
    await keepAccess(file, made);
    return made;
}
export function keepAccess(file, access) {
    return writeWhole(file, `${JSON.stringify(access, null, 2)}\n`);
}
/** A port of the loopback interface that nobody listens on. */
export async function freePort() {
    const port = await listening(0);
    if (port === undefined)
        throw new CodedError('no-port', 'No free port was found on 127.0.0.1.');
    return port;
}
export async function isFree(port) {
    return (await listening(port)) !== undefined;
}
async function listening(port) {
    const server = createServer();
    try {
        return await new Promise((resolve, reject) => {
            server.once('error', (error) => error.code === 'EADDRINUSE' || error.code === 'EACCES' ? resolve(undefined) : reject(error));
            server.listen(port, '127.0.0.1', () => {
                const address = server.address();
                resolve(typeof address === 'object' ? address?.port : undefined);
            });
        });
    }
    finally {
        await new Promise((resolve) => server.close(resolve));
    }
}
function parsed(kept, file) {
    try {
        const { port, replicaSet, user, password } = JSON.parse(kept);
        if (typeof port === 'number' && typeof replicaSet === 'string' && typeof user === 'string' && typeof password === 'string')
            return { port, replicaSet, user, password };
    }
    catch (cause) {
        throw unreadable(file, cause);
    }
    throw unreadable(file);
}
function unreadable(file, cause) {
    return new CodedError('bad-access-file', `${file} cannot be read. Put it back from a backup: without it the database beside it cannot be opened.`, {
        cause,
    });
}
/**
 * Logs in at our `mongod`. If it accepts the password, it is ours. Without a login only commands work that need none.
 * Rejects with `login-refused` if it (or another program) does not accept the password, with `not-there` if nothing answers in `limit` ms;
 * a command rejects with `not-there` if the connection breaks or there is no answer in half a minute.
 */
export async function logIn(access, { as = 'owner', limit = 3_000 } = {}) {
    patchDriver();
    const client = new mongoose.mongo.MongoClient(`mongodb://127.0.0.1:${access.port}/`, {
        directConnection: true,
        maxPoolSize: 1,
        serverSelectionTimeoutMS: limit,
        connectTimeoutMS: limit,
        socketTimeoutMS: 30_000,
        ...(as === 'owner' && { auth: { username: access.user, password: access.password }, authMechanism: 'SCRAM-SHA-256', authSource: 'admin' }),
    });
    try {
        await client.connect();
    }
    catch (cause) {
        await client.close();
        if (cause instanceof mongoose.mongo.MongoServerError)
            throw new CodedError('login-refused', 'The database does not take our password.', { cause });
        throw notThere(access, cause);
    }
    const brokenOff = (cause) => {
        throw cause instanceof mongoose.mongo.MongoNetworkError ? notThere(access, cause) : cause;
    };
    return { command: (command) => client.db('admin').command(command).catch(brokenOff), close: () => client.close() };
}
function notThere({ port }, cause) {
    return new CodedError('not-there', `No database answers at port ${port}.`, { cause });
}
