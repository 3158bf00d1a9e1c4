import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { lstat, readlink, rm, symlink } from 'node:fs/promises';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
/**
 * Runs `work` while no other process runs anything under the same `file`. The lock of a process that died is ignored.
 * The file is a symbolic link whose target is its holder's lock id: it exists whole or not at all, also on a full disk.
 * `waiting` is called once, with the holder's pid, if another process has held it for more than two seconds.
 */
export async function exclusively(file, work, waiting = () => { }) {
    const lockId = `${process.pid} ${randomUUID()}`;
    lockIds.add(lockId);
    for (let tries = 0; !(await taken(file, lockId)); tries += 1) {
        const holder = await holderOf(file);
        if (holder.isDead)
            await passOver(file, holder.lockId);
        else
            await sleep(50);
        if (tries === 40)
            waiting(holder.pid);
    }
    try {
        return await work();
    }
    finally {
        await rm(file, { force: true });
        lockIds.delete(lockId);
    }
}
/** This process's own locks. A lock with this pid that is not here was left by an earlier process that died. */
const lockIds = new Set();
async function taken(file, lockId) {
    try {
        await symlink(lockId, file, 'junction'); // the kind that needs no special right on Windows
        return true;
    }
    catch (error) {
        if (isCode(error, 'EEXIST'))
            return false;
        throw error;
    }
}
async function holderOf(file) {
    try {
        const lockId = basename(await readlink(file));
        const pid = Number(lockId.split(' ')[0]);
        const isDead = pid === process.pid ? !lockIds.has(lockId) : !isAlive(pid);
        return { lockId, pid, isDead };
    }
    catch (error) {
        if (isCode(error, 'ENOENT'))
            return { lockId: '', pid: 0, isDead: false };
        throw error;
    }
}
/** Removes the lock of a dead holder. If several processes see it at once, only one removes it, and only if it is still the same. */
async function passOver(file, lockId) {
    const breaking = `${file}.breaking`;
    if (!(await taken(breaking, `${process.pid}`))) {
        if (await isOld(breaking))
            await rm(breaking, { force: true });
        else
            await sleep(50);
        return;
    }
    try {
        if ((await holderOf(file)).lockId === lockId)
            await rm(file, { force: true });
    }
    finally {
        await rm(breaking, { force: true });
    }
}
/** Breaking a lock takes an instant: a process that still has not done it after ten seconds must have died. */
async function isOld(file) {
    try {
        return Date.now() - (await lstat(file)).mtimeMs > 10_000;
    }
    catch (error) {
        if (isCode(error, 'ENOENT'))
            return false;
        throw error;
    }
}
function isCode(error, code) {
    return error instanceof Error && 'code' in error && error.code === code;
}
/** Whether a process with this pid runs. A process that ended and was not waited for (a zombie) does not. */
export function isAlive(pid) {
    try {
        process.kill(pid, 0);
    }
    catch (error) {
        return error instanceof Error && 'code' in error && error.code === 'EPERM';
    }
    return process.platform !== 'linux' || !isZombie(pid);
}
function isZombie(pid) {
    try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) === 'Z';
    }
    catch {
        return true;
    }
}
