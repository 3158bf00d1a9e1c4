import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { root } from '../../src/store/files.ts';
import { built } from './built.ts';
import { SECRET } from './secret.ts';

/** A command that is to be run. */
export interface CommandLine {
  /** As `['cycle', 'list']`. */
  readonly words: readonly string[];
  /** Its whole environment. */
  readonly settings: Readonly<Record<string, string | undefined>>;
}

export interface Ran {
  readonly status: number;
  readonly out: string;
  readonly err: string;
}

/** Runs `yisheng` with these words on a test's database, in another process. */
export function runScript(uri: string, script: string, ...args: string[]): Promise<Ran> {
  return runScriptWith({}, uri, script, ...args);
}

/** With more settings. */
export function runScriptWith(settings: Record<string, string>, uri: string, script: string, ...args: string[]): Promise<Ran> {
  runner ??= commandRunner(root);
  return runner({ words: [script, ...args], settings: { PATH: process.env.PATH, MONGODB_URI: uri, SECRET, ...settings } });
}

let runner: ((line: CommandLine) => Promise<Ran>) | undefined;

/** A process for commands in a folder, one at a time. It keeps no run from ending. */
export function commandRunner(cwd: string): (line: CommandLine) => Promise<Ran> {
  let child: ChildProcess | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const run = async (line: CommandLine): Promise<Ran> => {
    child ??= fork(await built('test/support/commandRunner.ts'), { cwd, execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    const running = child;
    running.ref();
    running.channel?.ref();
    const over = new AbortController();
    const ended = once(running, 'exit', over).then(() => {
      child = undefined;
      throw new Error(`${line.words.join(' ')} ended the process that runs commands`);
    });
    running.send(line);
    try {
      const [ran]: Ran[] = await Promise.race([once(running, 'message', over), ended]);
      if (!ran) throw new Error(`${line.words.join(' ')} told nothing`);
      return ran;
    } finally {
      ended.catch(() => undefined); // nobody waits for it any more
      over.abort();
      running.channel?.unref();
      running.unref();
    }
  };
  return (line) => {
    const own = last.then(() => run(line));
    last = own.catch(() => undefined);
    return own;
  };
}
