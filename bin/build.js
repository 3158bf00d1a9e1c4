/** Compiles the sources to dist, and bundles what browsers load, if one of them is newer. Where what compiles them is not installed, dist stays as it is. */
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const SOURCES = ['flows', 'scripts', 'src', 'tsconfig.build.json', 'tsconfig.json'];
const BUILT = join(ROOT, 'dist/.built');
const COMPILER = 'node_modules/typescript/bin/tsc';
const NEEDED = [COMPILER, 'node_modules/esbuild/package.json', 'tsconfig.build.json'];

export async function build() {
  const built = changedAt(BUILT);
  if (!NEEDED.every((name) => existsSync(join(ROOT, name)))) {
    if (built === 0) process.stderr.write('Yisheng is not compiled, and what compiles it is not installed: run npm ci --include=dev once.\n');
    return;
  }
  const newest = Math.max(...SOURCES.flatMap((name) => [name, ...inFolder(name)]).map((name) => changedAt(join(ROOT, name))));
  if (built >= newest) return;
  const { spawnSync } = await import('node:child_process');
  const { status } = spawnSync(process.execPath, [join(ROOT, COMPILER), '-p', 'tsconfig.build.json', '--noCheck'], { cwd: ROOT, stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(1);
  const { writeBundles } = await import('../dist/src/web/public/bundleFiles.js');
  await writeBundles(join(ROOT, 'dist/assets'));
  writeFileSync(BUILT, '');
}

/** The files and folders in a folder; a folder changes as a file in it goes. */
function inFolder(name) {
  const folder = join(ROOT, name);
  return name.includes('.') || !existsSync(folder) ? [] : readdirSync(folder, { recursive: true }).map((path) => join(name, path));
}

/** In milliseconds; 0 if it is not there. */
function changedAt(path) {
  return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

if (process.argv[1] === import.meta.filename) await build();
