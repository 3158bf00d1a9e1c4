import { setPriority } from 'node:os';
import { config } from '../src/app/config.ts';
import { backup, follow } from '../src/operation/index.ts';
import { CodedError } from '../src/store/codedError.ts';
import { checkOf } from '../src/store/keys.ts';
import { openStore, secretOf } from '../src/store/openStore.ts';
import { backupKey } from './support/backupKey.ts';
import { commandOf, does } from './support/command.ts';
import { wantedNumber } from './support/wanted.ts';

/** As `nice` says it. */
const BEHIND_THE_SERVICE = 10;
/** In days: as long as it takes to find out that something was wrong all along. */
const KEEP = '14';

export const command = commandOf(
  'backup',
  'Copies everything as it is at one moment into a new folder, encrypted with BACKUP_KEY. The service goes on. SECRET is not in it.',
)
  .option('--out <DIR>', 'where to: a new folder')
  .option(
    '--follow <DIR>',
    'in a new folder there, and goes on with all that is written, a quarter of a minute behind, until it is ended; started again, where it was. Each day it begins another',
  )
  .option('--keep <DAYS>', 'of those that follow: older ones go, and so do those with the key of a vote that is destroyed', KEEP)
  .action(
    does(async ({ out, follow: folder, keep }) => {
      if ((out === undefined) === (folder === undefined)) throw new CodedError('usage', 'Say where to: --out DIR, or --follow DIR.');
      setPriority(BEHIND_THE_SERVICE);
      await (folder === undefined ? copied(out ?? '') : followed(folder, wantedNumber(keep, '--keep')));
    }),
  );

async function copied(out: string): Promise<void> {
  const settings = config();
  const key = backupKey(settings);
  const store = await openStore(settings);
  try {
    const made = await backup(store.world, {
      ...{ out, key, secretCheck: checkOf(await secretOf(settings)) },
      onCollection: (name) => void process.stderr.write(`${name}\n`),
    });
    for (const { cycle, hash } of made.ledgers) process.stdout.write(`ledger ${cycle} ${hash}\n`); // its place would tell how many ballots there are
    for (const { community, seq, hash } of made.logs) process.stdout.write(`log ${community} ${seq}:${hash}\n`);
    process.stdout.write(`${made.collections} collections are in ${out}\n`);
  } finally {
    await store.close();
  }
}

async function followed(folder: string, keepDays: number): Promise<void> {
  const settings = config();
  const key = backupKey(settings);
  const ended = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.abort());
  const store = await openStore(settings);
  try {
    const onStep = (said: string) => void process.stderr.write(`${said}\n`);
    await follow(store.world, { folder, key, secretCheck: checkOf(await secretOf(settings)), keepDays, signal: ended.signal, onStep });
  } finally {
    await store.close();
  }
}
