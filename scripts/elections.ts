import { createHash } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readPabulib } from '../src/fund/ballots/pabulib/index.ts';
import { CodedError } from '../src/store/codedError.ts';
import { type Comparison, checkElection } from './support/checkElection.ts';
import { commandOf, does } from './support/command.ts';
import { electionBytes } from './support/electionFile.ts';
import { type Expected, readExpected } from './support/expected.ts';
import { progress } from './support/progress.ts';

interface Checked {
  readonly file: string;
  readonly kind: string;
  readonly comparisons: readonly Comparison[];
  /** The reason why nothing could be compared. */
  readonly fault?: string;
}

export const command = commandOf(
  'elections',
  'Counts every election of a folder anew (DIR/*.pb and DIR/small/*.pb, also as .pb.gz) and compares with the tallies and official winners in the files, by the rule they name, and with DIR/expected.json where it is. A tie that a lot decides is told as one. Exit 0 when all is the same, 1 when anything differs.',
)
  .argument('<DIR>')
  .action(does(async (folder) => counted(folder)));

function counted(folder: string): number {
  const files = ['', 'small'].flatMap((part) => electionsIn(folder, part));
  if (files.length === 0) throw new CodedError('usage', `There is no .pb or .pb.gz file in ${folder}.`);
  const index = join(folder, 'expected.json');
  const expected = existsSync(index) ? readExpected(index) : {};
  const missing = Object.keys(expected).filter((file) => !files.map(unpacked).includes(file));
  const bar = progress('elections', files.length);
  const checked = files.map((file) => {
    const result = check(folder, file, expected[unpacked(file)]);
    bar.increment();
    return result;
  });
  bar.stop();
  return printChecked([
    ...checked,
    ...missing.map((file) => ({ file, kind: '', comparisons: [], fault: 'is in expected.json, but not in the folder' })),
  ]);
}

function electionsIn(folder: string, part: string): string[] {
  const path = join(folder, part);
  if (!existsSync(path)) return [];
  const files = readdirSync(path).filter((file) => unpacked(file).endsWith('.pb'));
  return files.sort().map((file) => join(part, file));
}

/** The name of the file itself. */
function unpacked(file: string): string {
  return file.replace(/\.gz$/, '');
}

function check(folder: string, file: string, expected: Expected | undefined): Checked {
  try {
    const bytes = electionBytes(join(folder, file));
    if (expected && createHash('sha256').update(bytes).digest('hex') !== expected.sha256)
      return { file, kind: '', comparisons: [], fault: 'is not the file that expected.json is about: another SHA-256' };
    const election = readPabulib(bytes.toString('utf8'), file);
    return { file, kind: `${election.voteType} ${election.rule}`, comparisons: checkElection(election, expected) };
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return { file, kind: '', comparisons: [], fault: error.message };
  }
}

/** Prints the table and the sum; gives 1 if something differs. */
function printChecked(checked: readonly Checked[]): number {
  const width = Math.max(...checked.map(({ file }) => file.length));
  for (const { file, kind, comparisons, fault } of checked) {
    const summary = fault
      ? 'FAILED'
      : comparisons.map(({ what, outcome }) => `${what} ${outcome === 'different' ? 'DIFFERENT' : outcome}`).join(', ');
    process.stdout.write(`${file.padEnd(width)}  ${kind.padEnd(31)}  ${summary}\n`);
    if (fault) process.stdout.write(`    ${fault.replaceAll('\n', '\n    ')}\n`);
    for (const { what, detail } of comparisons) if (detail) process.stdout.write(`    ${what}: ${detail}\n`);
  }
  const comparisons = checked.flatMap(({ comparisons }) => comparisons);
  const count = (outcome: Comparison['outcome']) => comparisons.filter((comparison) => comparison.outcome === outcome).length;
  const official = comparisons.filter(({ what, outcome }) => what === 'official' && outcome !== 'different');
  const failed = count('different') + checked.filter(({ fault }) => fault).length;
  process.stdout.write(
    `\n${checked.length} elections; official winners found in ${official.length}, in ${official.filter(({ outcome }) => outcome === 'lot').length} of them by lot\n`,
  );
  process.stdout.write(`${count('same') + count('lot')} passed, ${failed} failed (${count('lot')} passed by lot)\n`);
  return failed > 0 ? 1 : 0;
}
