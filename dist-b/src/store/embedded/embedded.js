import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CodedError } from '../codedError.js';
import { writeWhole } from '../files.js';
import { keptAccess, logIn } from './access.js';
import { exclusively, isAlive } from './exclusively.js';
import { findMongod, say } from './findMongod.js';
import { answers, startMongod } from './mongod.js';
/**
 * The embedded MongoDB under `dataDir`. If it runs already (beside the service, or left by a process that was
 * killed), it is joined, else started; and it is started again if
 * it dies. It serves until its last user has released it. What takes long is reported on standard error.
 */
export async function embedded(dataDir, mongodBinary) {
    const folder = resolve(dataDir);
    await mkdir(join(folder, 'database'), { recursive: true, mode: 0o700 });
    const place = placeIn(folder);
    const fetched = join(folder, 'mongod');
    const use = { pid: process.pid, id: randomUUID() };
    const waiting = (pid) => say(`Waiting for process ${pid}, which is starting or stopping the embedded MongoDB …`);
    const enter = () => exclusively(place.busy, async () => {
        const running = await joined(place, await keptAccess(place.access), () => findMongod(mongodBinary, fetched));
        uses.add(use.id);
        const others = living(await lockIn(place)).filter(({ id }) => id !== use.id);
        await keepLock(place, { pid: running.pid, port: running.access.port, users: [...others, use] });
        return running;
    }, waiting);
    const { access, pid } = await enter();
    const guard = guarded(pid, async () => (await enter()).pid);
    let released;
    const release = async () => {
        await guard.end();
        await exclusively(place.busy, () => leave(place, access, use), waiting);
    };
    return {
        uri: `mongodb://${access.user}:${access.password}@127.0.0.1:${access.port}/yisheng?replicaSet=${access.replicaSet}&authSource=admin`,
        release: () => {
            released ??= release();
            return released;
        },
    };
}
/** This process's own uses. A use with this pid that is not here was left by an earlier process that died. */
const uses = new Set();
function placeIn(folder) {
    const at = (name) => join(folder, 'database', name);
    return { data: at('data'), keyFile: at('keyfile'), log: at('mongod.log'), access: at('access.json'), lock: at('lock.json'), busy: at('busy') };
}
/** What a `mongod` may cause that a process which died has just started, and that does not answer yet: it gets half a minute. */
const STILL_STARTING = ['mongod-held', 'port-held', 'not-there'];
async function joined(place, access, program) {
    for (const until = Date.now() + 30_000;; await sleep(200)) {
        const pid = await pidOfOurs(access);
        if (pid !== undefined)
            return { access, pid };
        try {
            return await startMongod(await program(), place, access);
        }
        catch (error) {
            if (!(error instanceof CodedError) || !STILL_STARTING.includes(error.code) || Date.now() > until)
                throw error;
        }
    }
}
async function pidOfOurs(access) {
    if (!(await answers(access.port)))
        return undefined;
    try {
        const owner = await logIn(access, { limit: 1_000 });
        try {
            if (!(await owner.command({ hello: 1 })).isWritablePrimary)
                return undefined;
            return Number((await owner.command({ serverStatus: 1 })).pid);
        }
        finally {
            await owner.close();
        }
    }
    catch (error) {
        if (error instanceof CodedError)
            return undefined;
        throw error;
    }
}
async function leave(place, access, use) {
    uses.delete(use.id);
    const lock = await lockIn(place);
    const users = living(lock);
    if (lock && users.length > 0)
        return keepLock(place, { ...lock, users }).catch(ifFull);
    await stop(access);
    await rm(place.lock, { force: true });
}
/** Asks our `mongod`, with our password, to shut down, so that another program's pid is never touched. */
async function stop(access) {
    const pid = await pidOfOurs(access);
    if (pid === undefined)
        return;
    const owner = await logIn(access);
    await owner.command({ shutdown: 1, force: true, timeoutSecs: 0 }).catch(() => undefined);
    await owner.close();
    for (const until = Date.now() + 30_000; isAlive(pid); await sleep(20)) {
        if (Date.now() > until)
            throw new CodedError('mongod-stays', `The embedded MongoDB (process ${pid}) does not stop.`);
    }
}
function living(lock) {
    return (lock?.users ?? []).filter(({ pid, id }) => (pid === process.pid ? uses.has(id) : isAlive(pid)));
}
async function lockIn(place) {
    try {
        const lock = JSON.parse(await readFile(place.lock, 'utf8'));
        return lock;
    }
    catch (error) {
        if (error instanceof SyntaxError || (error instanceof Error && 'code' in error && error.code === 'ENOENT'))
            return undefined;
        throw error;
    }
}
/** If the disk has no room to take a use out of the lock file, the use is ignored once its process has ended. */
function ifFull(error) {
    if (!(error instanceof CodedError && error.code === 'disk-full'))
        throw error;
}
function keepLock(place, lock) {
    return writeWhole(place.lock, `${JSON.stringify(lock)}\n`);
}
/** Milliseconds between two looks. */
const LOOK = 500;
/**
 * Watches a `mongod`. If it is gone, `revive` starts it again and gives the pid of the new one. If that fails,
 * the reason is reported once, and it is tried again, less often. `end` stops the watch, after a start that is under way.
 */
function guarded(pid, revive) {
    let current = pid;
    let told = '';
    let underWay = Promise.resolve();
    let timer = setTimeout(look, LOOK).unref();
    function look() {
        underWay = isAlive(current) ? Promise.resolve() : start();
        void underWay.then(() => {
            timer = setTimeout(look, told ? LOOK * 10 : LOOK).unref();
        });
    }
    async function start() {
        try {
            current = await revive();
            told = '';
            say('The embedded MongoDB had ended and was started again.');
        }
        catch (error) {
            const reason = error instanceof Error ? error.message : String(error);
            if (reason !== told)
                say(`The embedded MongoDB has ended and is started again as soon as it can be: ${reason}`);
            told = reason;
        }
    }
    return {
        end: async () => {
            clearTimeout(timer);
            await underWay;
            clearTimeout(timer);
        },
    };
}
