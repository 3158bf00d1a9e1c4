import { config } from '../src/app/config.ts';
import { logSignerSoFar } from '../src/app/logFiles.ts';

import '../src/app/server.ts'; // for the indexes of every model
import { carriersOn } from '../src/carriers/settings.ts';
import { asMetrics, doctor, type Finding } from '../src/operation/index.ts';
import { accountFindings, carrierFindings } from './support/carrierFindings.ts';
import { commandOf, does, JSON_HELP } from './support/command.ts';
import { printLine } from './support/print.ts';

export const command = commandOf(
  'doctor',
  'Looks at settings, files, disk, database, secret, clock, indexes, accounts, ledgers, the log’s key and the carriers’ accounts (with a call that costs nothing), and says what is wrong and what to do. Nothing is changed. Exit 1 if something is wrong. Records that were written past the service are looked for among the newest 20,000 of each kind.',
)
  .option('--json', JSON_HELP)
  .option('--metrics', 'says it for Prometheus')
  .option('--all', 'looks at all records')
  .action(
    does(async ({ json, metrics, all }) => {
      const settings = config();
      const found: Finding[] = [
        ...(await doctor(
          {
            ...settings,
            isReal: carriersOn(settings).length > 0 || settings.wechat !== undefined,
            logSigner: () => logSignerSoFar(settings),
            askAccounts: accountFindings,
          },
          all,
        )),
        ...(await carrierFindings(settings)),
      ];
      if (metrics) process.stdout.write(asMetrics(found, new Date()));
      else if (json) process.stdout.write(`${JSON.stringify(found, undefined, 2)}\n`);
      else for (const { about, isRight, said } of found) printLine(`${isRight ? '✓' : '✗'} ${about}: ${said}`);
      return found.every(({ isRight }) => isRight) ? 0 : 1;
    }),
  );
