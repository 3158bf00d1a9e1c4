import { extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MessageChannel, Worker } from 'node:worker_threads';
import { CodedError } from './codedError.js';
/** Each takes a process and up to some 200 MB. */
const AT_ONCE = 2;
const inTurn = atOnce(AT_ONCE);
/**
 * Does a piece of work in a process of its own, so that it neither holds up the turns nor takes more than its limits: its priority is low, it knows none
 * of our settings, and if what somebody uploaded ends it, nothing else ends. Two work at a time; others wait. `folder` and `name` say the module, without its
 * extension; it calls `answerApart`. Bytes arrive as a `Uint8Array`. Rejects with `apart-limits` if it took too long or too much, and with the message
 * of what it threw.
 */
export function apart(folder, name, asked, limits) {
    return inTurn(async () => {
        const outcome = await outcomeOf(join(folder, name + extname(import.meta.filename)), asked, limits);
        if (outcome === 'too-much')
            throw new CodedError('apart-limits', 'This takes too long or too much memory: make it smaller.');
        if ('failed' in outcome)
            throw new Error(outcome.failed);
        return outcome.answer;
    });
}
/** What the process itself takes, and bytes, which are no objects; mebibytes. */
export const BESIDE = 384;
/** The other side: takes what was asked, answers once, and ends. It ends as well if the process that asked is gone, or if it takes too much. */
export function answerApart(work) {
    const [, , most = String(BESIDE)] = process.argv;
    new Worker(endAbove, { eval: true, execArgv: [], env: {}, workerData: Number(most) * 1_048_576 }).unref();
    process.once('disconnect', () => process.exit());
    process.once('message', async (asked) => {
        const answered = await Promise.resolve(asked)
            .then(work)
            .then((answer) => ({ answer }), (error) => ({ failed: error instanceof Error ? `${error.stack}` : String(error) }));
        process.send?.(answered);
    });
}
/**
 * V8 limits objects alone: what is read, unpacked or drawn lies beside them. A thread looks, because work that fills the memory looks at no timer; a limit of
 * the system would not do, because there V8 counts with all that it reserves.
 */
const endAbove = `const { workerData } = require('node:worker_threads');
setInterval(() => { if (process.memoryUsage.rss() > workerData) process.kill(process.pid, 'SIGKILL'); }, 20);`;
function outcomeOf(file, asked, limits) {
    const { port1: from, port2: to } = new MessageChannel();
    const work = { file, asked, limits, to };
    const starts = starter();
    return new Promise((resolve, reject) => {
        from.once('message', resolve);
        from.once('close', () => reject(new Error('The thread that starts processes has ended.', { cause: broken.get(starts) })));
        starts.postMessage(work, [to]);
    });
}
let thread;
const broken = new WeakMap();
/** To start a process takes twenty milliseconds and more of the process that starts it, and as long to hand it a picture: a thread does both. */
function starter() {
    if (thread)
        return thread;
    const file = join(import.meta.dirname, `apartThread${extname(import.meta.filename)}`);
    const started = new Worker(beginning(file), { eval: true, env: onlyOf(['NODE_OPTIONS', 'TMPDIR']) });
    started.unref();
    started.once('error', (error) => broken.set(started, error));
    started.once('exit', () => {
        thread = undefined;
    });
    thread = started;
    return started;
}
/** Imports a module. The sources need tsx, which a thread does not inherit; it is found from the folder in which the process was started. */
function beginning(file) {
    const load = `import(${JSON.stringify(pathToFileURL(file).href)})`;
    if (extname(file) !== '.ts')
        return load;
    return `import('tsx/esm/api').then(({ register }) => { register(); return ${load}; })`;
}
function onlyOf(names) {
    return Object.fromEntries(names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));
}
/** Does so many pieces of work at once; the others wait in order. */
export function atOnce(most) {
    const waiting = [];
    let underWay = 0;
    return async (work) => {
        if (underWay >= most)
            await new Promise((resolve) => waiting.push(resolve));
        else
            underWay += 1;
        try {
            return await work();
        }
        finally {
            const next = waiting.shift();
            if (next)
                next();
            else
                underWay -= 1;
        }
    };
}
