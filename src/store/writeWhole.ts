import { rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { CodedError } from './codedError.ts';

/** Writes a small file that its owner alone may read, so that it is there whole or as it was. Rejects with `disk-full` where there is no room. */
export async function writeWhole(file: string, text: string): Promise<void> {
  const draft = `${file}.new`;
  try {
    await writeFile(draft, text, { mode: 0o600, flush: true });
    await rename(draft, file);
  } catch (cause) {
    await rm(draft, { force: true });
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ENOSPC')) throw cause;
    throw new CodedError('disk-full', `The disk that holds ${dirname(file)} is full: make room there.`, { cause });
  }
}
