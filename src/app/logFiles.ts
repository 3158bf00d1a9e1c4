import { randomBytes } from 'node:crypto';
import { mkdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Mark, TreeHead } from '../fund/heads/index.ts';
import { CodedError } from '../store/codedError.ts';
import { exclusively } from '../store/embedded/exclusively.ts';
import { writeWhole } from '../store/files.ts';
import { secretBytes } from '../store/vault.ts';
import { type Signer, signerOf } from '../transparency/note.ts';

interface LogKeySettings {
  readonly logKey?: Uint8Array | undefined;
  readonly dataDir: string;
  readonly publicUrl: string;
}

/** The key of the log of heads: LOG_KEY, or the one in `DATA_DIR/log.key`, which is made the first time. The log's name is the host of PUBLIC_URL and `/log`. */
export async function logSigner(settings: LogKeySettings): Promise<Signer> {
  const { logKey, dataDir } = settings;
  return signerWith(settings, logKey ?? (await keptKey(join(dataDir, 'log.key'))));
}

/** As `logSigner`, but makes no key: undefined if there is none yet. */
export async function logSignerSoFar(settings: LogKeySettings): Promise<Signer | undefined> {
  const key = settings.logKey ?? (await keyIn(join(settings.dataDir, 'log.key')));
  return key && signerWith(settings, key);
}

function signerWith({ publicUrl }: LogKeySettings, key: Uint8Array): Signer {
  return signerOf(`${new URL(publicUrl).host}/log`, 'note', key.subarray(0, 32));
}

/** The largest tree that this machine has signed or seen signed under a name, in `DATA_DIR/log.mark`. */
export function logMark(dataDir: string, origin: string): Mark {
  const file = join(dataDir, 'log.mark');
  let known: TreeHead | undefined;
  return {
    read: async () => (known ??= (await readMarks(file))[origin]),
    keep: async (head) => {
      if (known && known.size >= head.size) return;
      await alone(file, async () => {
        const marks = await readMarks(file);
        if ((marks[origin]?.size ?? -1) < head.size) await writeWhole(file, `${JSON.stringify({ ...marks, [origin]: head })}\n`);
      });
      known = head;
    },
  };
}

/** By the logs' names. */
async function readMarks(file: string): Promise<Readonly<Record<string, TreeHead>>> {
  const text = await contentOf(file);
  return text === undefined ? {} : JSON.parse(text);
}

function keptKey(file: string): Promise<Uint8Array> {
  return alone(file, async () => {
    const kept = await keyIn(file);
    if (kept) return kept;
    const made = randomBytes(32);
    await writeWhole(file, `${made.toString('base64')}\n`);
    return made;
  });
}

async function keyIn(file: string): Promise<Uint8Array | undefined> {
  const text = await contentOf(file);
  const kept = text === undefined ? undefined : secretBytes(text.trim());
  if (text === undefined || kept) return kept;
  throw new CodedError('bad-log-key', `${file} does not hold 32 random bytes in base64. Put back the file that this log was signed with.`);
}

/** One process at a time; with a database elsewhere there may be no folder yet. */
async function alone<Result>(file: string, work: () => Promise<Result>): Promise<Result> {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  return exclusively(`${file}.busy`, work);
}

async function contentOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}
