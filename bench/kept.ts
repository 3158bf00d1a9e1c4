import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { root } from '../src/store/files.ts';

/** The folder of what is fetched once for this machine (`test/real/kept.sh`). */
export function kept(what: 'asterisk' | 'base' | 'whisper'): string {
  return resolve(execFileSync(join(root, 'test/real/kept.sh'), [what], { encoding: 'utf8' }).trim());
}
