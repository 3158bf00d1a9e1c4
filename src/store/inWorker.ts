import { extname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { CodedError } from './codedError.ts';

export interface WorkerLimits {
  /** How long it may take, its start included, in milliseconds. */
  readonly ms: number;
  /** How much its objects may take, in mebibytes. */
  readonly mebibytes: number;
}

/** The last one that was asked for: what is done in a thread is big and never urgent, so one works at a time. */
let last: Promise<unknown> = Promise.resolve();

/**
 * Does a piece of work in a thread of its own, so that it neither holds up the turns nor takes more than its limits. `folder` and `name` say the module,
 * without its extension; it finds `data` as `workerData`, and its first message is the answer. Rejects with `worker-limits` if it took too long or too
 * much, and with what it threw.
 */
export function inWorker<Answer>(folder: string, name: string, data: unknown, limits: WorkerLimits): Promise<Answer> {
  const run = () => alone<Answer>(join(folder, name + extname(import.meta.filename)), data, limits);
  const own = last.then(run, run);
  last = own;
  return own;
}

async function alone<Answer>(file: string, data: unknown, { ms, mebibytes }: WorkerLimits): Promise<Answer> {
  const worker = new Worker(beginning(file), { eval: true, workerData: data, resourceLimits: { maxOldGenerationSizeMb: mebibytes } });
  let late: NodeJS.Timeout | undefined;
  try {
    return await new Promise((resolve, reject) => {
      late = setTimeout(() => reject(tooMuch()), ms);
      worker.once('message', resolve);
      worker.once('error', (error) => reject('code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY' ? tooMuch(error) : error));
      worker.once('exit', () => reject(new Error('A worker ended without an answer.')));
    });
  } finally {
    clearTimeout(late);
    await worker.terminate();
  }
}

/** Imports a module. The sources need tsx, which a thread does not inherit; it is found from the folder in which the process was started. */
function beginning(file: string): string {
  const load = `import(${JSON.stringify(pathToFileURL(file).href)})`;
  if (extname(file) !== '.ts') return load;
  return `import('tsx/esm/api').then(({ register }) => { register(); return ${load}; })`;
}

function tooMuch(cause?: Error): CodedError {
  return new CodedError('worker-limits', 'This takes too long or too much memory: make it smaller.', { cause });
}
