import { createHash } from 'node:crypto';
import { config } from '../src/app/config.ts';
import { logMark, logSigner } from '../src/app/logFiles.ts';
import { type LogSettings, readWatching, recoverLog, resumeLog } from '../src/fund/heads/index.ts';
import { CodedError } from '../src/store/codedError.ts';
import { openStore } from '../src/store/openStore.ts';
import type { World } from '../src/store/world.ts';
import { verifierKey } from '../src/transparency/note.ts';
import { askWitness } from '../src/witness/askWitness.ts';
import { readBounded } from '../src/witness/readBounded.ts';
import { commandOf, does } from './support/command.ts';
import { printLine } from './support/print.ts';

const LONGEST_NOTE = 64 * 1_024;
const LONGEST_LEAVES = 2 ** 29;

export const command = commandOf('log', 'The log of heads. Without a verb: its key, how far it is, and who watches.').action(
  does(() => withLog(async (log) => show(log))),
);

command
  .command('resume')
  .description('after a backup was brought back: goes on if this machine and all witnesses have seen no longer tree')
  .action(does(() => withLog(async (log, world) => resume(await resumeLog(world, log)))));

command
  .command('recover')
  .description('brings back heads that the database has lost, from a witness (npm run witness) that has kept them')
  .argument('<ADDRESS>')
  .action(does((address) => withLog((log) => recover(log, address))));

async function withLog<Result>(work: (log: LogSettings, world: World) => Promise<Result>): Promise<Result> {
  const settings = config();
  const store = await openStore(settings);
  try {
    const signer = await logSigner(settings);
    return await work({ signer, mark: logMark(settings.dataDir, signer.name), witnesses: settings.witnesses, ask: askWitness }, store.world);
  } finally {
    await store.close();
  }
}

async function recover(log: LogSettings, address: string): Promise<void> {
  const place = `${address.replace(/\/+$/, '')}/${createHash('sha256').update(log.signer.name).digest('hex')}`;
  const [note, leaves] = [await textAt(`${place}/checkpoint`, LONGEST_NOTE), await textAt(`${place}/leaves`, LONGEST_LEAVES)];
  printLine(`${await recoverLog(log, { note, leaves })} heads came back; the log goes on.`);
}

async function show({ signer }: LogSettings): Promise<void> {
  const { tree, held, watchers } = await readWatching();
  printLine(verifierKey(signer));
  printLine(tree ? `${tree.size} heads, the last of ${tree.at.toISOString()}` : 'no tree yet');
  if (held) printLine(`stands still since ${held.since.toISOString()} (${held.why}); npm run doctor says what to do`);
  for (const { name, standing, since, last, leftAt } of watchers)
    printLine(
      `${name}: ${standing} since ${since.toISOString()}${last ? `, signed last ${last.toISOString()}` : ''}${leftAt ? `, not asked since ${leftAt.toISOString()}` : ''}`,
    );
}

function resume(found: Awaited<ReturnType<typeof resumeLog>>): number {
  printLine(
    found === undefined
      ? 'Nothing was lost: the log goes on.'
      : found === 'unsure'
        ? 'A witness does not answer. Try again, or take it out of WITNESSES if it is gone for ever.'
        : `The log cannot go on (${found}): npm run doctor says what to do.`,
  );
  return found === undefined ? 0 : 1;
}

async function textAt(address: string, most: number): Promise<string> {
  const response = await fetch(address);
  if (response.status !== 200) throw new CodedError('not-seen', `${address} answers ${response.status}: is it a witness that watches this log?`);
  return (await readBounded(response, most)).toString('utf8');
}
