import { Command } from '@commander-js/extra-typings';
import { CodedError } from '../../src/store/codedError.ts';

/** What the same options say in the help of each command. */
export const BY = 'who does this: the name that the log bears';
export const JSON_HELP = 'one JSON document on standard output, and nothing else there';
export const REASON = 'why: it is recorded';

/** A command, or a subject with verbs, which are made by its `command` and inherit what is the same for all: where the usage is shown, and that nothing ends the process. */
export function commandOf(name: string, description: string): Command {
  const made = new Command(name).description(description).exitOverride().showHelpAfterError();
  const { commandUsage } = made.createHelp();
  return made.configureHelp({ commandUsage: (command) => asCalled(commandUsage(command)) });
}

/** `yisheng cycle list`, or `npm run cycle -- list` where npm runs it as a script (`npx yisheng` is none). */
function asCalled(usage: string): string {
  return (process.env.npm_lifecycle_event ?? 'npx') !== 'npx' ? usage.replaceAll(/^( *)yisheng (\S+)/gm, '$1npm run $2 --') : usage;
}

/** For an option that may be given several times. */
export function alsoThat(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** The action of a command. What `work` gives is the exit status: 1 if the answer is no; nothing is 0. */
export function does<Given extends unknown[]>(work: (...given: Given) => Promise<unknown>): (...given: Given) => Promise<void> {
  return async (...given) => {
    const answer = await work(...given);
    process.exitCode = typeof answer === 'number' ? answer : 0;
  };
}

/**
 * Runs the command that the words name. Exit status: what the command gives; 2 with its usage on wrong use (`CodedError` with code `usage`, or words that
 * no command takes); 1 with its sentence on any other error. A refusal of the system (no such folder, a full disk) is a sentence, too; only an
 * unforeseen error has a stack. `--help` prints the usage and runs nothing.
 */
export async function run(program: Command, words: readonly string[]): Promise<void> {
  let usage = '';
  program.hook('preAction', (_, asked) => {
    usage = asked.helpInformation({ error: true });
  });
  try {
    await program.parseAsync([...words], { from: 'user' });
  } catch (error) {
    if (isOf(error, 'usage')) process.stderr.write(`${error.message}\n\n${usage}`);
    else if (!isOf(error, 'commander.')) process.stderr.write(`${await sentenceOf(error)}\n`); // commander has said its own
    process.exitCode = statusOf(error);
  }
}

function statusOf(error: unknown): number {
  if (isOf(error, 'commander.')) return 'exitCode' in error && error.exitCode === 0 ? 0 : 2;
  return isOf(error, 'usage') ? 2 : 1;
}

function isOf(error: unknown, code: string): error is Error {
  return error instanceof Error && 'code' in error && String(error.code).startsWith(code);
}

async function sentenceOf(error: unknown): Promise<string> {
  if (!(error instanceof Error)) return String(error);
  const { isForbidden } = await import('../../src/store/databaseErrors.ts'); // it brings the driver, which help does without
  if (isForbidden(error))
    return `The database's user in MONGODB_URI may not do this (${error.message}): it needs the role readWrite on the database that MONGODB_URI names.`;
  const isForeseen = error instanceof CodedError || 'syscall' in error;
  return isForeseen ? error.message : (error.stack ?? error.message);
}
