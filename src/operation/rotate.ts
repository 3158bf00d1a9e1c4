import { randomBytes } from 'node:crypto';
import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CodedError } from '../store/codedError.ts';
import { writeWhole } from '../store/files.ts';
import { checkOf, closed, type KeysRecord, keysRecords, type OpenKeys, openedBy, opening } from '../store/keys.ts';
import { processesBehind } from '../store/liveKeys.ts';
import { openDatabase, type StoreSettings, secretOf } from '../store/openStore.ts';
import { type Keys, secretBytes } from '../store/vault.ts';
import { rewriteAll } from './rewriteAll.ts';

/** `done`: only the new SECRET opens the database. `restart`: everything is rewritten, and the new SECRET has to be set; until then the old one opens it, too. */
export interface Rotated {
  readonly ends: 'done' | 'restart';
  /** Where the new SECRET lies, if it has to be set. */
  readonly file: string;
}

interface Rotating {
  /** How long after the change of keys the last pass begins: what was encrypted before has been written by then. Milliseconds. */
  readonly settleMs?: number;
  /** Called with what is going on, in words. */
  readonly onStep?: (said: string) => void;
}

/** A transaction lasts 60 seconds at most, and nothing is encrypted longer ahead. */
const SETTLE_MS = 90_000;

/**
 * Replaces SECRET while the service goes on, and rewrites everything that is encrypted. Each step is one write, and the next is found from what the
 * database keeps: it may be killed anywhere and started again, with the old SECRET or the new one. The new one is written to the file `secret.next`
 * in `dataDir` before the database knows of it. The keys of the HMACs stay (`Keys`), under the new SECRET (docs/privacy.md: Keys).
 *
 * Rejects with `wrong-secret`; with `unreadable` if something there cannot be decrypted: then the old key stays.
 */
export async function rotate(settings: StoreSettings, { settleMs = SETTLE_MS, onStep = () => {} }: Rotating = {}): Promise<Rotated> {
  const file = join(settings.dataDir, 'secret.next');
  const database = await openDatabase(settings);
  try {
    let given = await secretOf(settings);
    for (;;) {
      const { record, open } = await openRecord(given);
      const { rotation } = record;
      if (!rotation && (await isSetAlready(record, file))) {
        await rm(file, { force: true });
        return { ends: 'done', file };
      }
      const isNew = rotation !== undefined && record.opens?.at(-1)?.check === checkOf(given);
      if (!rotation || (!isNew && !(await isKnown(record, file)))) {
        onStep('a new SECRET is made');
        await begin(record, open, given, await nextSecret(file));
      } else if (rotation.step === 'read') {
        await everybodyHas(open, onStep);
        await change(record, open, { ...open.keys, writing: only(open.keys.reading), reading: [open.keys.writing] }, { step: 'write' });
      } else if (rotation.step === 'write') {
        await everybodyHas(open, onStep);
        await rewriteAll(open.keys, settleMs, onStep);
        await change(record, open, { ...open.keys, reading: [] }, { step: 'rewritten' });
      } else if (isNew) {
        await retire(record, open, given);
        await rm(file, { force: true });
        return { ends: 'done', file };
      } else if (settings.secret) return { ends: 'restart', file };
      else {
        await rename(file, join(settings.dataDir, 'secret'));
        given = await secretOf(settings);
      }
    }
  } finally {
    await database.close();
  }
}

async function openRecord(secret: Uint8Array): Promise<{ record: KeysRecord; open: OpenKeys }> {
  const record = await keysRecords().findOne({ _id: 'secret' });
  const open = record && openedBy(record, secret);
  if (record && open) return { record, open };
  throw record
    ? new CodedError('wrong-secret', 'SECRET does not open this database. Set the one that its service has.')
    : new CodedError(
        'nothing-to-rotate',
        'The database is new: nothing was made with a SECRET yet. Set the one that you want, and start the service.',
      );
}

/** The file of the new SECRET is left over: the rotation was over when its command was killed. */
async function isSetAlready({ opens }: KeysRecord, file: string): Promise<boolean> {
  const next = await readNext(file);
  return next !== undefined && opens?.length === 1 && opens[0]?.check === checkOf(next);
}

/** Whether the file holds the SECRET that the database takes as the new one. */
async function isKnown({ opens }: KeysRecord, file: string): Promise<boolean> {
  const next = await readNext(file);
  return next !== undefined && opens?.at(-1)?.check === checkOf(next);
}

async function readNext(file: string): Promise<Buffer | undefined> {
  const written = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return secretBytes(written.trim());
}

async function nextSecret(file: string): Promise<Buffer> {
  const there = await readNext(file);
  if (there) return there;
  const made = randomBytes(32);
  await writeWhole(file, `${made.toString('base64')}\n`);
  return made;
}

/** Both secrets open the keys from now on, and a new key is among them. If the file of a new SECRET was lost, another takes its place. */
async function begin(record: KeysRecord, { keys, openingKey = randomBytes(32) }: OpenKeys, given: Uint8Array, next: Uint8Array): Promise<void> {
  const withNew = record.rotation ? keys : { ...keys, reading: [randomBytes(32)] };
  await write(record, {
    $set: {
      opens: [opening(given, openingKey), opening(next, openingKey)],
      keys: closed(withNew, openingKey),
      ...(!record.rotation && { rotation: { step: 'read' } }),
    },
    $unset: { check: 1 },
  });
}

async function everybodyHas({ generation }: OpenKeys, onStep: (said: string) => void): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    const behind = await processesBehind(generation);
    if (behind === 0) return;
    if (tries % 40 === 0) onStep(`${behind} ${behind === 1 ? 'process does' : 'processes do'} not have the new keys yet`);
    await sleep(250);
  }
}

function only(keys: readonly Uint8Array[]): Uint8Array {
  const [key, another] = keys;
  if (!key || another) throw new Error('a rotation has one new key');
  return key;
}

async function change(record: KeysRecord, { openingKey }: OpenKeys, keys: Keys, rotation: KeysRecord['rotation']): Promise<void> {
  if (!openingKey) throw new Error('a rotation has an opening key');
  await write(record, { $set: { keys: closed(keys, openingKey), rotation } });
}

/** Only the new SECRET opens the keys from now on. They get another opening key, because the old SECRET opened the one before. */
async function retire(record: KeysRecord, { keys }: OpenKeys, secret: Uint8Array): Promise<void> {
  const openingKey = randomBytes(32);
  await write(record, { $set: { opens: [opening(secret, openingKey)], keys: closed(keys, openingKey) }, $unset: { rotation: 1 } });
}

/** If another command has changed the keys meanwhile, nothing is written; what is next is then found from what is there. */
async function write({ generation }: KeysRecord, update: { $set?: Partial<KeysRecord>; $unset?: { check?: 1; rotation?: 1 } }): Promise<void> {
  await keysRecords().updateOne({ _id: 'secret', generation: generation ?? { $exists: false } }, { ...update, $inc: { generation: 1 } });
}
