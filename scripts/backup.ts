import { setPriority } from 'node:os';
import { parseArgs } from 'node:util';
import { config } from '../src/app/config.ts';
import { backup, follow } from '../src/operation/index.ts';
import { CodedError } from '../src/store/codedError.ts';
import { checkOf } from '../src/store/keys.ts';
import { openStore, secretOf } from '../src/store/openStore.ts';
import { backupKey } from './support/backupKey.ts';
import { command } from './support/command.ts';
import { wanted } from './support/wanted.ts';

/** As long as it takes to find out that something was wrong all along. */
const KEEP_DAYS = 14;

const USAGE = `npm run backup -- --out DIR | --follow DIR [--keep DAYS]
Copies everything as it is at one moment into the new folder DIR, encrypted with BACKUP_KEY. The service goes on. SECRET is not in it.
With --follow it does so in a folder in DIR, and goes on with all that is written, a quarter of a minute behind, until it is ended; each day it begins
another. Those go that are older than DAYS (${KEEP_DAYS}), and those with the key of a vote that is destroyed. Started again, it goes on where it was.`;

/** As `nice` says it. */
const BEHIND_THE_SERVICE = 10;

await command(USAGE, async () => {
  const { values } = parseArgs({ options: { out: { type: 'string' }, follow: { type: 'string' }, keep: { type: 'string' } } });
  const { out, follow: folder, keep } = values;
  if ((out === undefined) === (folder === undefined)) throw new CodedError('usage', 'Say where to: --out DIR, or --follow DIR.');
  if (keep !== undefined && (folder === undefined || !/^[1-9]\d{0,2}$/.test(keep)))
    throw new CodedError('usage', '--keep is a number of days, with --follow.');
  setPriority(BEHIND_THE_SERVICE);
  const settings = config();
  const key = backupKey(settings);
  const secretCheck = checkOf(await secretOf(settings));
  const ended = new AbortController();
  if (folder !== undefined) for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.abort());
  const store = await openStore(settings);
  try {
    if (folder !== undefined) {
      const onStep = (said: string) => void process.stderr.write(`${said}\n`);
      await follow(store.world, { folder, key, secretCheck, keepDays: Number(keep ?? KEEP_DAYS), signal: ended.signal, onStep });
      return;
    }
    const made = await backup(store.world, {
      ...{ out: wanted(out, '--out'), key, secretCheck },
      onCollection: (name) => void process.stderr.write(`${name}\n`),
    });
    for (const { cycle, hash } of made.ledgers) process.stdout.write(`ledger ${cycle} ${hash}\n`); // its place would tell how many ballots there are
    for (const { community, seq, hash } of made.logs) process.stdout.write(`log ${community} ${seq}:${hash}\n`);
    process.stdout.write(`${made.collections} collections are in ${out}\n`);
  } finally {
    await store.close();
  }
});
