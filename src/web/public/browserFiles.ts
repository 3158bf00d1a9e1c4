import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

export interface BrowserFile {
  readonly type: 'css' | 'js';
  readonly content: Buffer;
  readonly zipped: Buffer;
}

/** The files that a browser loads besides the pages, by name; the name contains a hash of the content. */
export interface BrowserFiles {
  readonly files: ReadonlyMap<string, BrowserFile>;
  /** The address of a file, by the name of its source without the extension. */
  address(source: string): string;
}

/** What was bundled as the program was compiled; not there beside the sources. */
const MADE = join(import.meta.dirname, '../../../assets');

let bundled: Promise<BrowserFiles> | undefined;

/** Style and scripts for browsers: what was bundled as the program was compiled, else bundled when they are first asked for. */
export function browserFiles(): Promise<BrowserFiles> {
  bundled ??= bundle();
  bundled.catch(() => {
    bundled = undefined;
  });
  return bundled;
}

async function bundle(): Promise<BrowserFiles> {
  const made = existsSync(MADE) ? await inFolder(MADE) : await (await import('./bundleFiles.ts')).bundleFiles();
  const files = new Map([...made].map(([name, content]) => [name, { type: typeOf(name), content, zipped: gzipSync(content) }]));
  return {
    files,
    address: (source) => `/assets/${[...files.keys()].find((name) => name.startsWith(`${source}-`)) ?? source}`,
  };
}

async function inFolder(folder: string): Promise<ReadonlyMap<string, Buffer>> {
  const names = await readdir(folder);
  return new Map(await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))] as const)));
}

function typeOf(path: string): BrowserFile['type'] {
  return path.endsWith('.css') ? 'css' : 'js';
}
