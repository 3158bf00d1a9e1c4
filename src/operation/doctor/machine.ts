import { stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { type Examined, type Finding, right, wrong } from './finding.ts';

/** What lies on the machine: the address by which it is reached, files that others may not read, and the room for its own database. */
export async function machine(settings: Examined): Promise<(Finding | undefined)[]> {
  return [address(settings), await secretFile(settings), await logKeyFile(settings), await environmentFile(), await disk(settings)];
}

function address({ publicUrl, isReal }: Examined): Finding {
  if (!isReal || publicUrl.startsWith('https://')) return right('address', publicUrl);
  return wrong(
    'address',
    `PUBLIC_URL is ${publicUrl}: what carriers bring would cross the net unencrypted. Put a web server with TLS in front, and name its https:// address.`,
  );
}

/** The generated secret, if it is used. */
async function secretFile({ secret, dataDir }: Examined): Promise<Finding | undefined> {
  return secret ? undefined : ownersAlone('secret', join(dataDir, 'secret'), 'It is made at the first start.');
}

/** The key of the log of heads in its file: there may be one beside LOG_KEY, too. */
function logKeyFile({ dataDir }: Examined): Promise<Finding | undefined> {
  return ownersAlone('log key', join(dataDir, 'log.key'));
}

function environmentFile(): Promise<Finding | undefined> {
  return ownersAlone('.env', '.env');
}

const OTHERS = 0o077;

async function ownersAlone(about: string, file: string, ifMissing?: string): Promise<Finding | undefined> {
  const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!found) return ifMissing ? right(about, ifMissing) : undefined;
  return (found.mode & OTHERS) === 0
    ? right(about, `${file} can be read by its owner alone`)
    : wrong(about, `${file} can be read by others on this machine. Do: chmod 600 ${file}`);
}

const GIB = 1024 ** 3;
/** A ballot is a kilobyte; the oplog and indexes of a city's vote are some hundred megabytes. */
const LEAST_FREE = 2 * GIB;

async function disk({ dataDir, mongodbUri }: Examined): Promise<Finding | undefined> {
  if (mongodbUri) return undefined;
  const { bavail, bsize } = await statfs(dataDir).catch(() => statfs('.')); // before the first start there is no folder yet
  return enough('disk', bavail * bsize, `where ${dataDir} is`);
}

export function enough(about: string, free: number, where: string): Finding {
  const said = `${(free / GIB).toFixed(1)} GB free ${where}`;
  return free >= LEAST_FREE ? right(about, said) : wrong(about, `${said}: make room, at least 2 GB; a full disk takes no ballot.`);
}
