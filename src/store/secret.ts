import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { CodedError } from './codedError.ts';
import { exclusively } from './embedded/exclusively.ts';
import { writeWhole } from './files.ts';
import { secretBytes } from './secretBytes.ts';

/** The secret that is kept in `file`; it is generated the first time. Only the file's owner may read it. */
export function keptSecret(file: string): Promise<Buffer> {
  return exclusively(`${file}.busy`, async () => {
    try {
      const kept = secretBytes((await readFile(file, 'utf8')).trim());
      if (kept) return kept;
      throw new CodedError('bad-secret', `${file} does not hold 32 random bytes in base64. Put back the file that this database was made with.`);
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
    }
    const secret = randomBytes(32);
    await writeWhole(file, `${secret.toString('base64')}\n`);
    return secret;
  });
}
