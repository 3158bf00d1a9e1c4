import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import mongoose from 'mongoose';
import { CodedError } from './codedError.ts';
import { exclusively } from './embedded/exclusively.ts';
import { writeWhole } from './files.ts';
import { secretBytes } from './secretBytes.ts';
import type { Vault } from './vault.ts';

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

/** Whether the database was made with this secret; undefined if it was made with none yet. Nothing is changed. */
export async function isItsSecret(vault: Vault): Promise<boolean | undefined> {
  const kept = await mongoose.connection.collection<{ _id: string; check: string }>('serviceState').findOne({ _id: 'secret' });
  return kept ? kept.check === vault.hmac('secretCheck') : undefined;
}

/** Rejects with `wrong-secret` if the database was made with another secret. A new database stores a check value of this one. */
export async function checkSecret(vault: Vault): Promise<void> {
  const check = vault.hmac('secretCheck');
  const kept = await mongoose.connection
    .collection<{ _id: string; check: string }>('serviceState')
    .findOneAndUpdate({ _id: 'secret' }, { $setOnInsert: { check } }, { upsert: true, returnDocument: 'after' });
  if (kept?.check === check) return;
  throw new CodedError(
    'wrong-secret',
    'SECRET is not the one that this database was made with. Put that one back (in SECRET, or in the file secret in DATA_DIR): nothing in the database can be read with another.',
  );
}
