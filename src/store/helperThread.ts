import { extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { MessageChannel, type MessagePort, parentPort, Worker } from 'node:worker_threads';

/** What somebody else answers: `failed` is the message of what the work threw. */
export type Answered<Answer> = { readonly answer: Answer } | { readonly failed: string };

interface Work<Asked> {
  readonly asked: Asked;
  readonly to: MessagePort;
}

/**
 * A thread that does what holds a process up, such as to start another: that takes twenty milliseconds and more, and longer where others want the
 * processor. `folder` and `name` say its module, without its extension; it calls `answerInThread`. The thread begins with the first work, and again with
 * the next if it has ended. It has the variables `settings` of our environment, and no others. Bytes arrive as a `Uint8Array`. Rejects with the message of what the work threw, or if the thread has ended.
 */
export function helperThread<Asked extends object>(
  folder: string,
  name: string,
  settings: readonly string[],
): <Answer>(asked: Asked) => Promise<Answer> {
  const file = join(folder, name + extname(import.meta.filename));
  let thread: Worker | undefined;
  const broken = new WeakMap<Worker, Error>();
  const begun = () => {
    if (thread) return thread;
    const begins = new Worker(beginning(file), { eval: true, env: onlyOf(settings) });
    begins.unref();
    begins.once('error', (error) => broken.set(begins, error));
    begins.once('exit', () => {
      thread = undefined;
    });
    thread = begins;
    return begins;
  };
  return async <Answer>(asked: Asked) => {
    const { port1: from, port2: to } = new MessageChannel();
    const work: Work<Asked> = { asked, to };
    const by = begun();
    const answered = await new Promise<Answered<Answer>>((resolve, reject) => {
      from.once('message', resolve);
      from.once('close', () => reject(new Error(`The thread ${name} has ended.`, { cause: broken.get(by) })));
      by.postMessage(work, [to]);
    });
    if ('failed' in answered) throw new Error(answered.failed);
    return answered.answer;
  };
}

/** These variables of our environment, as far as they are set. */
export function onlyOf(names: readonly string[]): NodeJS.ProcessEnv {
  return Object.fromEntries(names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])));
}

/** The other side: does what is asked, each by itself. */
export function answerInThread<Asked, Answer>(work: (asked: Asked) => Promise<Answer>): void {
  parentPort?.on('message', async ({ asked, to }: Work<Asked>) => {
    const answered: Answered<Answer> = await work(asked).then(
      (answer) => ({ answer }),
      (error: unknown) => ({ failed: error instanceof Error ? error.message : String(error) }),
    );
    to.postMessage(answered);
    to.close();
  });
}

/** Imports a module. The sources need tsx, which a thread does not inherit; it is found from the folder in which the process was started. */
function beginning(file: string): string {
  const load = `import(${JSON.stringify(pathToFileURL(file).href)})`;
  if (extname(file) !== '.ts') return load;
  return `import('tsx/esm/api').then(({ register }) => { register(); return ${load}; })`;
}
