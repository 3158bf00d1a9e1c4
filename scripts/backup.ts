import { setPriority } from 'node:os';
import { config } from '../src/app/config.ts';
import { backup } from '../src/operation/index.ts';
import { checkOf } from '../src/store/keys.ts';
import { openStore, secretOf } from '../src/store/openStore.ts';
import { backupKey } from './support/backupKey.ts';
import { commandOf, does } from './support/command.ts';
import { wanted } from './support/wanted.ts';

/** As `nice` says it. */
const BEHIND_THE_SERVICE = 10;

export const command = commandOf(
  'backup',
  'Copies everything as it is at one moment into the new folder DIR, encrypted with BACKUP_KEY. The service goes on. SECRET is not in it.',
)
  .requiredOption('--out <DIR>', 'where to: a new folder')
  .action(does(({ out }) => copied(wanted(out, '--out'))));

async function copied(out: string): Promise<void> {
  setPriority(BEHIND_THE_SERVICE);
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
