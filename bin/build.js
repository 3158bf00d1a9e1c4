/** Compiles the sources to dist if one of them is newer. An installed package has no sources, and where TypeScript is not installed, dist stays as it is. */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const SOURCES = ['flows', 'scripts', 'src', 'tsconfig.build.json', 'tsconfig.json'];
const COMPILER = join(ROOT, 'node_modules/typescript/bin/tsc');
const BUILT = join(ROOT, 'dist/.built');

export function build() {
  const newest = newestOf(SOURCES.map((name) => join(ROOT, name)));
  if ((existsSync(BUILT) && statSync(BUILT).mtimeMs >= newest) || newest === 0) return;
  if (!existsSync(COMPILER)) return notBuilt();
  const { status } = spawnSync(process.execPath, [COMPILER, '-p', join(ROOT, 'tsconfig.build.json'), '--noCheck'], { cwd: ROOT, stdio: ['ignore', 2, 2] });
  if (status !== 0) process.exit(1);
  writeFileSync(BUILT, '');
}

/** When one of these files, or of the files and folders in them, was changed last, in milliseconds; 0 if there are none. A folder changes as a file in it goes. */
function newestOf(paths) {
  const all = paths.filter((path) => existsSync(path)).flatMap((path) => (statSync(path).isFile() ? [path] : [path, ...readdirSync(path, { recursive: true }).map((name) => join(path, name))]));
  return Math.max(0, ...all.map((path) => statSync(path).mtimeMs));
}

function notBuilt() {
  if (!existsSync(BUILT)) process.stderr.write('Yisheng is not compiled, and TypeScript is not installed: run npm ci --include=dev once.\n');
}

if (process.argv[1] === import.meta.filename) build();
