import { config } from '../src/app/config.ts';
import '../src/app/server.ts'; // for the encrypted fields of every model
import { rotate } from '../src/operation/index.ts';
import { commandOf, does } from './support/command.ts';

export const command = commandOf('secret', 'SECRET, of which every key is made.');

command
  .command('rotate')
  .description(
    'makes a new SECRET and rewrites everything that is encrypted, while the service goes on; takes a few minutes at least. If it is stopped or killed, start it again: it goes on where it was',
  )
  .action(
    does(async () => {
      const { ends, file } = await rotate(config(), { onStep: (said) => void process.stderr.write(`${said}\n`) });
      process.stdout.write(
        ends === 'done'
          ? 'Done: only the new SECRET opens the database now. Make a backup: those of before need the old one.\n'
          : `Everything is rewritten, and the old SECRET opens the database until you go on. Set the new one, which is in ${file}, as SECRET of every process, start them with it, and then: npm run secret -- rotate\n`,
      );
    }),
  );
