import { fork } from 'node:child_process';
import { setPriority } from 'node:os';
import { type Answered, answerInThread } from './helperThread.ts';
import { BESIDE, type IsolatedWork } from './runIsolated.ts';

/** The turns come first; if they take all processors, a tenth of one is left: somebody waits for this, too. */
const PRIORITY = 10;

/** What V8 gives to new objects, in mebibytes: with 16 a roster of 20,000 rows takes 20 MB more, a thousand slips as PDF 14 to 23, and neither is faster. */
const NEW_SPACE = 4;

/** Runs as a thread (`apart.ts`): starts a process for each piece of work, and hands over what it answers. */
answerInThread(inProcess);

async function inProcess({ file, asked, limits: { ms, mebibytes } }: IsolatedWork): Promise<{ readonly answer: unknown } | 'too-much'> {
  const child = fork(file, [String(mebibytes + BESIDE)], {
    serialization: 'advanced',
    execArgv: [...process.execArgv, `--max-old-space-size=${mebibytes}`, `--max-semi-space-size=${NEW_SPACE}`],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  let late: NodeJS.Timeout | undefined;
  try {
    return await new Promise((resolve, reject) => {
      late = setTimeout(() => resolve('too-much'), ms);
      child.once('error', reject);
      child.once('message', (answered: Answered<unknown>) => ('failed' in answered ? reject(new Error(answered.failed)) : resolve(answered)));
      child.once('exit', (_status, signal) => (signal === null ? reject(new Error('It ended without an answer.')) : resolve('too-much')));
      if (child.pid !== undefined) setPriority(child.pid, PRIORITY);
      child.send(asked);
    });
  } finally {
    clearTimeout(late);
    child.kill('SIGKILL');
  }
}
