import { config } from '../src/app/config.ts';
import { restore } from '../src/operation/index.ts';
import { CodedError } from '../src/store/codedError.ts';
import { backupKey } from './support/backupKey.ts';
import { commandOf, does } from './support/command.ts';

export const command = commandOf(
  'restore',
  'Brings the backup in DIR back into an empty database, with the SECRET and the BACKUP_KEY that it was made with, and checks every ledger and every log. DIR may be one that backup --follow writes. Exit 1 if one of them is not whole.',
)
  .argument('<DIR>')
  .option('--at <TIME>', 'what was written up to then, such as 2027-01-31T18:30:00+08:00; else all that there is')
  .action(
    does(async (from, { at }) => {
      const settings = config();
      const done = await restore(settings, {
        from,
        at: at === undefined ? undefined : moment(at),
        key: backupKey(settings),
        onCollection: (name) => void process.stderr.write(`${name}\n`),
      });
      const told = [...done.ledgers.map((each) => ['ledger', each] as const), ...done.logs.map((each) => ['log', each] as const)];
      for (const [kind, { of, wrong }] of told) process.stdout.write(`${kind} ${of}: ${wrong ?? 'whole'}\n`);
      process.stdout.write(`everything is as it was at ${done.asAt.toISOString()}\n`);
      if (done.setAside > 0) process.stdout.write(`${done.setAside} messages were under way then: they are unknown now and not sent again\n`);
      return told.some(([, { wrong }]) => wrong !== undefined) ? 1 : 0;
    }),
  );

function moment(text: string): Date {
  const at = new Date(text);
  if (Number.isNaN(at.getTime()) || !/[+-]\d\d:?\d\d$|Z$/.test(text))
    throw new CodedError('usage', '--at is a moment with its zone: 2027-01-31T18:30:00+08:00.');
  return at;
}
