import { execFile } from 'node:child_process';
import { chmod, mkdir, rename } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { CodedError } from '../codedError.ts';

/** Puts a program just fetched at `fetched/version/`, if it runs on this machine. Rejects with `not-fetched` where it does not. */
export async function install(program: string, fetched: string, version: string): Promise<string> {
  await chmod(program, 0o755);
  await promisify(execFile)(program, ['--version']).catch((cause) => {
    throw new CodedError('not-fetched', `The MongoDB ${version} that was fetched does not run on this machine.`, { cause });
  });
  const folder = join(fetched, version);
  await mkdir(folder, { recursive: true });
  const installed = join(folder, basename(program).endsWith('.exe') ? 'mongod.exe' : 'mongod');
  await rename(program, installed);
  return installed;
}
