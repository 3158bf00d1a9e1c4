import { extname, join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { CodedError } from './codedError.ts';
import { type Answered, helperThread } from './helperThread.ts';

export interface IsolatedLimits {
  /** How long it may take, its start included, in milliseconds. */
  readonly ms: number;
  /** How much its objects may take, in mebibytes; with all that it holds beside them the process may have `BESIDE` more. */
  readonly mebibytes: number;
}

/** A piece of work for the thread that starts processes. */
export interface IsolatedWork {
  readonly file: string;
  readonly asked: object;
  readonly limits: IsolatedLimits;
}

/** Each takes a process and up to some 200 MB. */
const AT_ONCE = 2;

const inTurn = atOnce(AT_ONCE);
/** It also takes long to hand a picture to a process. */
const inProcess = helperThread<IsolatedWork>(import.meta.dirname, 'isolatedThread', ['NODE_OPTIONS', 'TMPDIR']);

/**
 * Does a piece of work in a process of its own, so that it neither holds up the turns nor takes more than its limits: its priority is low, it knows none
 * of our settings, and if what somebody uploaded ends it, nothing else ends. Two work at a time; others wait. `folder` and `name` say the module, without its
 * extension; it calls `answerIsolated`. Bytes arrive as a `Uint8Array`. Rejects with `apart-limits` if it took too long or too much, and with the message
 * of what it threw.
 */
export function runIsolated<Asked extends object, Answer>(folder: string, name: string, asked: Asked, limits: IsolatedLimits): Promise<Answer> {
  return inTurn(async () => {
    const outcome = await inProcess<{ readonly answer: Answer } | 'too-much'>({
      file: join(folder, name + extname(import.meta.filename)),
      asked,
      limits,
    });
    if (outcome === 'too-much') throw new CodedError('apart-limits', 'This takes too long or too much memory: make it smaller.');
    return outcome.answer;
  });
}

/** What the process itself takes, and bytes, which are no objects; mebibytes. */
export const BESIDE = 384;

/** The other side: takes what was asked, answers once, and ends. It ends as well if the process that asked is gone, or if it takes too much. */
export function answerIsolated<Asked, Answer>(work: (asked: Asked) => Answer | Promise<Answer>): void {
  const [, , most = String(BESIDE)] = process.argv;
  new Worker(endAbove, { eval: true, execArgv: [], env: {}, workerData: Number(most) * 1_048_576 }).unref();
  process.once('disconnect', () => process.exit());
  process.once('message', async (asked: Asked) => {
    const answered: Answered<Answer> = await Promise.resolve(asked)
      .then(work)
      .then(
        (answer) => ({ answer }),
        (error: unknown) => ({ failed: error instanceof Error ? `${error.stack}` : String(error) }),
      );
    process.send?.(answered);
  });
}

/**
 * V8 limits objects alone: what is read, unpacked or drawn lies beside them. A thread looks, because work that fills the memory looks at no timer; a limit of
 * the system would not do, because there V8 counts with all that it reserves.
 */
const endAbove = `const { workerData } = require('node:worker_threads');
setInterval(() => { if (process.memoryUsage.rss() > workerData) process.kill(process.pid, 'SIGKILL'); }, 20);`;

/** Does so many pieces of work at once; the others wait in order. */
export function atOnce(most: number): <Result>(work: () => Promise<Result>) => Promise<Result> {
  const waiting: (() => void)[] = [];
  let underWay = 0;
  return async (work) => {
    if (underWay >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else underWay += 1;
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else underWay -= 1;
    }
  };
}
