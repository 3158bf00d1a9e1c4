import { basename } from 'node:path';
import { gzipSync } from 'node:zlib';
import { root } from '../../store/files.ts';

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

const SOURCES = [
  ...['page.css', 'poster.css', 'hall.css', 'renewHall.ts', 'recount.ts', 'recountWorker.ts'].map((name) => `src/web/public/browser/${name}`),
  ...[
    'atTable.ts',
    'ballot.ts',
    'closing.ts',
    'console.css',
    'kiosk.css',
    'tablet.ts',
    'passkeys.ts',
    'progress.ts',
    'sortKeys.ts',
    'tickPage.ts',
    'working.ts',
  ].map((name) => `src/web/console/browser/${name}`),
];

let bundled: Promise<BrowserFiles> | undefined;

/** Bundles style and scripts once, when they are first asked for. Code that is shared with the server comes from the same sources. */
export function browserFiles(): Promise<BrowserFiles> {
  bundled ??= bundle();
  bundled.catch(() => {
    bundled = undefined;
  });
  return bundled;
}

async function bundle(): Promise<BrowserFiles> {
  const { build, stop } = await import('esbuild'); // some 10 MB that an idle service does without
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: SOURCES,
    entryNames: '[name]-[hash]',
    outdir: 'dist/assets',
    write: false,
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2020',
    charset: 'utf8',
    logLevel: 'silent',
  });
  await stop(); // its helper process is not needed again
  const files = new Map(
    outputFiles.map(({ path, contents }) => [basename(path), { type: typeOf(path), content: Buffer.from(contents), zipped: gzipSync(contents) }]),
  );
  return {
    files,
    address: (source) => `/assets/${[...files.keys()].find((name) => name.startsWith(`${source}-`)) ?? source}`,
  };
}

function typeOf(path: string): BrowserFile['type'] {
  return path.endsWith('.css') ? 'css' : 'js';
}
