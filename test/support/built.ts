import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { exclusively } from '../../src/store/embedded/exclusively.ts';
import { root } from '../../src/store/files.ts';

const FOLDER = join(root, '.data/built');
/** `npm test` runs what is compiled; its files are there. */
const IS_COMPILED = import.meta.filename.startsWith(FOLDER);
const TSC = join(root, 'node_modules/typescript/bin/tsc');
const OPTIONS = ['--noEmit', 'false', '--noCheck', '--sourceMap', '--incremental', '--rootDir', '.', '--outDir', FOLDER];

let made: Promise<unknown> | undefined;

/** A program, by its path from the root, as JavaScript: so it starts in half the time. All are made when the first is asked for. */
export async function built(program: string): Promise<string> {
  made ??= IS_COMPILED ? Promise.resolve() : make();
  await made;
  return join(FOLDER, program.replace(/\.ts$/, '.js'));
}

async function make(): Promise<void> {
  await mkdir(FOLDER, { recursive: true });
  const compile = () => promisify(execFile)(process.execPath, [TSC, ...OPTIONS, '--tsBuildInfoFile', join(FOLDER, '.tsbuildinfo')], { cwd: root });
  await exclusively(join(FOLDER, 'busy'), compile);
}
