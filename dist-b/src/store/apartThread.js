import { fork } from 'node:child_process';
import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { BESIDE } from './apart.js';
/** The turns come first; if they take all processors, a tenth of one is left: somebody waits for this, too. */
const PRIORITY = 10;
/** Runs as a thread (`apart.ts`): starts a process for each piece of work, and hands over what it answers. */
parentPort?.on('message', async ({ to, ...work }) => {
    to.postMessage(await inProcess(work).catch((error) => ({ failed: String(error) })));
    to.close();
});
async function inProcess({ file, asked, limits: { ms, mebibytes } }) {
    const child = fork(file, [String(mebibytes + BESIDE)], {
        serialization: 'advanced',
        execArgv: [...process.execArgv, `--max-old-space-size=${mebibytes}`],
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    });
    let late;
    try {
        return await new Promise((resolve) => {
            late = setTimeout(() => resolve('too-much'), ms);
            child.once('error', ({ message }) => resolve({ failed: message }));
            child.once('message', (answered) => resolve(answered));
            child.once('exit', (_status, signal) => resolve(signal === null ? { failed: 'It ended without an answer.' } : 'too-much'));
            if (child.pid !== undefined)
                setPriority(child.pid, PRIORITY);
            child.send(asked);
        });
    }
    finally {
        clearTimeout(late);
        child.kill('SIGKILL');
    }
}
