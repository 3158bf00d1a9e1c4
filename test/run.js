/**
 * `npm test`: compiles everything once, then has mocha run what is compiled, in three processes beside each other. With files
 * (`npm test -- test/docs.test.ts`) or options of mocha, those alone.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const BUILT = '.data/built';
const COMPILE = ['--noEmit', 'false', '--noCheck', '--sourceMap', '--incremental', '--rootDir', '.', '--outDir', BUILT, '--tsBuildInfoFile', `${BUILT}/.tsbuildinfo`];
const MOCHA = ['--no-config', '--reporter', 'test/support/reporter.cjs', '--timeout', '180000', '--require', `${BUILT}/test/support/hooks.js`];

/** What takes longest begins first, so that nobody is left with it at the end. */
const LONGEST = [
  ...['web/console/looks.browser', 'conversations/conversations', 'web/console/whoVoted', 'faults/killedDay', 'conversations/sets'],
  ...['web/public/pages.browser', 'web/console/moneyHistories', 'web/console/playedTable.browser', 'print/documents', 'web/console/clicks.browser'],
  ...['faults/fullDisk', 'web/console/pictures', 'web/console/crawl', 'faults/malformed', 'web/console/print', 'web/console/forbidden'],
].map((name) => join('test', `${name}.test.ts`));
const longestFirst = (one, other) => rank(one) - rank(other) || (one < other ? -1 : 1);
const rank = (path) => LONGEST.indexOf(path) + 1 || LONGEST.length + 1;

const given = process.argv.slice(2);
const files = given.some((word) => word.endsWith('.test.ts')) ? [] : readdirSync(join(ROOT, 'test'), { recursive: true }).map((path) => join('test', path));
const tests = [...given, ...files.filter((path) => path.endsWith('.test.ts')).sort(longestFirst)].map((word) => (word.endsWith('.test.ts') ? join(BUILT, word.replace(/ts$/, 'js')) : word));
node('node_modules/typescript/bin/tsc', ...COMPILE);
node('--enable-source-maps', '--max-semi-space-size=32', 'node_modules/mocha/bin/mocha.js', ...MOCHA, ...(files.length > 0 ? ['--parallel', '--jobs', '3'] : []), ...tests);

function node(...words) {
  const { status } = spawnSync(process.execPath, words, { cwd: ROOT, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
