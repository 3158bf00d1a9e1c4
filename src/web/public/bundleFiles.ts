import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { build, stop } from 'esbuild';
import { root } from '../../store/files.ts';

const SOURCES = [
  ...['page.css', 'poster.css', 'hall.css', 'renewHall.ts', 'recount.ts', 'recountWorker.ts'].map((name) => `src/web/public/browser/${name}`),
  ...[
    'atTable.ts',
    'ballot.ts',
    'ballotOrder.ts',
    'closing.ts',
    'copyTexts.ts',
    'minutes.ts',
    'console.css',
    'forms.ts',
    'kiosk.css',
    'tablet.ts',
    'passkeys.ts',
    'progress.ts',
    'sortKeys.ts',
    'tickPage.ts',
  ].map((name) => `src/web/console/browser/${name}`),
];

/** Bundles style and scripts for browsers, by name; the name contains a hash of the content. Code that is shared with the server comes from the same sources. */
export async function bundleFiles(): Promise<ReadonlyMap<string, Buffer>> {
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
  return new Map(outputFiles.map(({ path, contents }) => [basename(path), Buffer.from(contents)]));
}

/** Writes them into a folder, which holds nothing else afterwards. */
export async function writeBundles(folder: string): Promise<void> {
  const files = await bundleFiles();
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  for (const [name, content] of files) await writeFile(join(folder, name), content);
}
