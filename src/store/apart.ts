import { type ChildProcess, fork } from 'node:child_process';
import { setPriority } from 'node:os';
import { extname, join } from 'node:path';
import { atOnce } from './atOnce.ts';
import { CodedError } from './codedError.ts';

export interface ApartLimits {
  /** How long it may take, its start included, in milliseconds. */
  readonly ms: number;
  /** How much its objects may take, in mebibytes. */
  readonly mebibytes: number;
}

type Answered<Answer> = { readonly answer: Answer } | { readonly failed: string };

/** Each takes a process and up to some 200 MB. */
const AT_ONCE = 2;

const inTurn = atOnce(AT_ONCE);

/**
 * Does a piece of work in a process of its own, so that it neither holds up the turns nor takes more than its limits: its priority is low, it knows none
 * of our settings, and if what somebody uploaded ends it, nothing else ends. Two work at a time; others wait. `folder` and `name` say the module, without its
 * extension; it calls `answerApart`. Rejects with `apart-limits` if it took too long or too much, and with the message of what it threw.
 */
export function apart<Asked extends object, Answer>(folder: string, name: string, asked: Asked, limits: ApartLimits): Promise<Answer> {
  return inTurn(() => inChild<Answer>(join(folder, name + extname(import.meta.filename)), asked, limits));
}

/** The other side: takes what was asked, answers once, and ends. It ends as well if the process that asked is gone. */
export function answerApart<Asked, Answer>(work: (asked: Asked) => Answer | Promise<Answer>): void {
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

async function inChild<Answer>(file: string, asked: object, { ms, mebibytes }: ApartLimits): Promise<Answer> {
  const child = fork(file, {
    serialization: 'advanced',
    execArgv: [...process.execArgv, `--max-old-space-size=${mebibytes}`],
    env: onlyOf(['NODE_OPTIONS', 'TMPDIR']),
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  let late: NodeJS.Timeout | undefined;
  try {
    return await new Promise<Answer>((resolve, reject) => {
      late = setTimeout(() => reject(tooMuch()), ms);
      child.once('error', reject);
      child.once('message', (answered: Answered<Answer>) => {
        if ('answer' in answered) resolve(answered.answer);
        else reject(new Error(answered.failed));
      });
      child.once('exit', (_status, signal) => reject(signal === null ? new Error('It ended without an answer.') : tooMuch()));
      behindTurns(child);
      child.send(asked);
    });
  } finally {
    clearTimeout(late);
    child.kill('SIGKILL');
  }
}

/** The turns come first; if they take all processors, a quarter of one is left: somebody waits for this, too. */
const PRIORITY = 5;

function behindTurns({ pid }: ChildProcess): void {
  if (pid !== undefined) setPriority(pid, PRIORITY);
}

function onlyOf(names: readonly string[]): NodeJS.ProcessEnv {
  return Object.fromEntries(names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));
}

function tooMuch(): CodedError {
  return new CodedError('apart-limits', 'This takes too long or too much memory: make it smaller.');
}
