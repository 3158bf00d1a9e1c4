import { CodedError } from '../../src/store/codedError.ts';
import { isForbidden } from '../../src/store/databaseErrors.ts';

/**
 * Runs a command. Exit 0 when it is done, or the number that it returns if the answer is no (1); 2 with the usage on wrong use (`CodedError` with
 * code `usage`, or an option that parseArgs refuses); 1 with its sentence on any other error. A refusal of the system (no such folder, a full disk)
 * is a sentence, too; only an unforeseen error has a stack. `--help` prints the usage and runs nothing.
 */
export async function command(usage: string, run: () => Promise<unknown>): Promise<void> {
  if (process.argv.slice(2).some((word) => word === '--help' || word === '-h')) {
    process.stdout.write(`${usage}\n`);
    return;
  }
  try {
    const answer = await run();
    process.exitCode = typeof answer === 'number' ? answer : 0;
  } catch (error) {
    if (isWrongUse(error)) {
      process.stderr.write(`${error.message}\n\n${usage}\n`);
      process.exitCode = 2;
      return;
    }
    process.stderr.write(`${sentenceOf(error)}\n`);
    process.exitCode = 1;
  }
}

function sentenceOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (isForbidden(error))
    return `The database's user in MONGODB_URI may not do this (${error.message}): it needs the role readWrite on the database that MONGODB_URI names.`;
  const isForeseen = error instanceof CodedError || 'syscall' in error;
  return isForeseen ? error.message : (error.stack ?? error.message);
}

function isWrongUse(error: unknown): error is Error {
  if (!(error instanceof Error) || !('code' in error)) return false;
  return error.code === 'usage' || String(error.code).startsWith('ERR_PARSE_ARGS');
}
