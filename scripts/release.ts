import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { CodedError } from '../src/store/codedError.ts';
import { root } from '../src/store/files.ts';
import { VERSION } from '../src/store/version.ts';
import { commandOf, does, run } from './support/command.ts';
import { printLine } from './support/print.ts';

const command = commandOf(
  'release',
  'Makes what is released of this version: the package, its list of parts (SBOM, CycloneDX) and their checksums, in release/. Refused unless everything is committed, CHANGELOG.md has the version with its day, and test/upgrades its data.',
).action(
  does(async () => {
    refuseUnlessReady();
    const folder = join(root, 'release');
    mkdirSync(folder, { recursive: true });
    const parts = join(folder, `yisheng-${VERSION}.cdx.json`);
    writeFileSync(parts, npm('sbom', '--omit=dev', '--no-workspaces', '--package-lock-only', '--sbom-format', 'cyclonedx'));
    const [packed = ''] = npm('pack', '--silent', '--pack-destination', folder).trim().split('\n').slice(-1);
    const sums = [join(folder, packed), parts].map((path) => `${createHash('sha256').update(readFileSync(path)).digest('hex')}  ${basename(path)}`);
    writeFileSync(join(folder, 'SHA256SUMS'), `${sums.join('\n')}\n`);
    for (const line of sums) printLine(line);
    printLine(`git tag -s v${VERSION} -m ${VERSION}`);
    printLine(`docker build -f deploy/Containerfile -t yisheng:${VERSION} .`);
  }),
);

/** Throws `not-ready` with everything that is missing. */
function refuseUnlessReady(): void {
  const changes = readFileSync(join(root, 'CHANGELOG.md'), 'utf8');
  const lock: { readonly version?: string } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
  const lacks = [
    execFileSync('git', ['status', '--porcelain'], { cwd: root, encoding: 'utf8' }) && 'Something is not committed.',
    new RegExp(`^## ${VERSION.replaceAll('.', '\\.')} \\(\\d{1,2} \\w+ \\d{4}\\)$`, 'm').exec(changes)
      ? ''
      : `CHANGELOG.md has no “## ${VERSION} (DAY MONTH YEAR)”.`,
    existsSync(join(root, `test/upgrades/${VERSION}.json.gz`)) ? '' : `test/upgrades has no data of ${VERSION}: npm run upgrades:keep.`,
    lock.version === VERSION ? '' : 'package-lock.json has another version: npm install --package-lock-only.',
  ].filter(Boolean);
  if (lacks.length > 0) throw new CodedError('not-ready', lacks.join('\n'));
}

function npm(...words: string[]): string {
  return execFileSync('npm', words, { cwd: root, encoding: 'utf8', maxBuffer: 64_000_000 });
}

await run(command, process.argv.slice(2));
