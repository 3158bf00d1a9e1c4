import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { arch, platform } from 'node:os';
import { join } from 'node:path';
import { CodedError } from '../codedError.ts';
import { install } from './install.ts';
import { type Progress, progress } from './progress.ts';
import { say } from './say.ts';

/** Opens data that the wheel's 6.0 wrote, which 8.0 would refuse. */
const VERSION = '7.0.28';

/** Fetches the official build into `fetched`. Rejects with `not-fetched` within seconds where its server cannot be reached. */
export async function fetchOfficial(fetched: string): Promise<string> {
  // Loaded here alone: no other start needs it, and without this setting it trusts any certificate.
  process.env.npm_config_strict_ssl = 'true';
  const { MongoBinaryDownload } = await import('mongodb-memory-server-core/lib/util/MongoBinaryDownload.js');
  const { MongoBinaryDownloadUrl } = await import('mongodb-memory-server-core/lib/util/MongoBinaryDownloadUrl.js');

  class Download extends MongoBinaryDownload {
    shown: Progress | undefined;

    override printDownloadProgress(chunk: { length: number }): void {
      this.dlProgress.current += chunk.length;
      const total = megabytes(this.dlProgress.length);
      this.shown ??= progress('Fetching MongoDB', total, ' MB');
      this.shown.at(megabytes(this.dlProgress.current), total);
    }
  }

  await reached(await new MongoBinaryDownloadUrl({ version: VERSION, platform: platform(), arch: arch() }).getDownloadUrl().catch(notFetched));
  say(`Fetching MongoDB ${VERSION}, the official build …`);
  await mkdir(fetched, { recursive: true });
  const draft = await mkdtemp(join(fetched, '.fetching-'));
  const download = new Download({ version: VERSION, downloadDir: draft, checkMD5: true });
  try {
    return await install(await download.getMongodPath().catch(notFetched), fetched, VERSION);
  } finally {
    download.shown?.end();
    await rm(draft, { recursive: true, force: true });
  }
}

/** The download itself would try again and again. Behind a proxy this look is left out: it would not go through it. */
async function reached(address: string): Promise<void> {
  if (['https_proxy', 'HTTPS_PROXY', 'http_proxy', 'HTTP_PROXY'].some((name) => process.env[name])) return;
  await fetch(address, { method: 'HEAD', signal: AbortSignal.timeout(4_000) }).catch(notFetched);
}

function notFetched(cause: unknown): never {
  throw new CodedError('not-fetched', 'The official MongoDB build cannot be had from here.', { cause });
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1_000_000);
}
