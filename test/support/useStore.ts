import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { built } from './built.ts';

export interface StoreUser {
  process: ChildProcess;
  /** Pid of the `mongod` that it uses. */
  mongod: number;
  /** Lets it close the store and waits for its end. */
  leave(): Promise<void>;
  /** kill -9. */
  kill(): Promise<void>;
}

/** Another process that has the store of a data directory open. If it cannot open it, this rejects with the text that it printed. */
export async function useStore(dataDir: string): Promise<StoreUser> {
  const child = spawn(process.execPath, [await built('test/support/storeUser.ts'), dataDir], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const ended = once(child, 'exit');
  let problems = '';
  child.stderr.on('data', (chunk) => {
    problems += chunk;
  });
  const mongod = await Promise.race([
    once(createInterface(child.stdout), 'line').then(([line]) => JSON.parse(line).mongod),
    ended.then(() => Promise.reject(new Error(problems))),
  ]);
  const leave = async () => {
    child.stdin.end();
    await ended;
  };
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  return { process: child, mongod, leave, kill };
}
