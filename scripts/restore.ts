import { config } from '../src/app/config.ts';
import { restore } from '../src/operation/index.ts';
import { backupKey } from './support/backupKey.ts';
import { commandOf, does } from './support/command.ts';

export const command = commandOf(
  'restore',
  'Brings the backup in DIR back into an empty database, with the SECRET and the BACKUP_KEY that it was made with, and checks every ledger and every log. Exit 1 if one of them is not whole.',
)
  .argument('<DIR>')
  .action(
    does(async (from) => {
      const settings = config();
      const done = await restore(settings, {
        from,
        key: backupKey(settings),
        onCollection: (name) => void process.stderr.write(`${name}\n`),
      });
      const told = [...done.ledgers.map((each) => ['ledger', each] as const), ...done.logs.map((each) => ['log', each] as const)];
      for (const [kind, { of, wrong }] of told) process.stdout.write(`${kind} ${of}: ${wrong ?? 'whole'}\n`);
      process.stdout.write(`everything is as it was at ${done.madeAt}\n`);
      if (done.setAside > 0) process.stdout.write(`${done.setAside} messages were under way then: they are unknown now and not sent again\n`);
      return told.some(([, { wrong }]) => wrong !== undefined) ? 1 : 0;
    }),
  );
