import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { root } from '../../src/store/files.ts';
import { SECRET } from './secret.ts';

export interface Ran {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs one of `scripts/` on a test's database, as a process of its own. */
export function runScript(uri: string, script: string, ...args: string[]): Promise<Ran> {
  return runScriptWith({}, uri, script, ...args);
}

/** With more settings. */
export async function runScriptWith(settings: Record<string, string>, uri: string, script: string, ...args: string[]): Promise<Ran> {
  const env = { PATH: process.env.PATH, MONGODB_URI: uri, SECRET, ...settings };
  const child = spawn(process.execPath, ['--import', 'tsx', `scripts/${script}.ts`, ...args], { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  const [out, err, status] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { status, out, err };
}
