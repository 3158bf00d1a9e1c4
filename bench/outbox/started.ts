import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { CodedError } from '../../src/store/codedError.ts';
import { root } from '../../src/store/files.ts';

export interface Started {
  readonly child: ChildProcess;
  /** The first line that it prints; rejects if it ends before. */
  readonly said: Promise<string>;
}

/** Starts a script of this folder in a process of its own. */
export function started(script: string, env: Record<string, string> = {}): Started {
  const args = ['--import', 'tsx', `bench/outbox/${script}`];
  const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  return { child, said: firstLine(child) };
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (!child.stdout) throw new CodedError('not-started', 'The process has no output.');
  const ended = once(child, 'exit').then(() => {
    throw new CodedError('not-started', 'The process ended before it said anything.');
  });
  const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), ended]);
  return String(line);
}
