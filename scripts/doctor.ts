import { parseArgs } from 'node:util';
import { config } from '../src/app/config.ts';
import { logSignerSoFar } from '../src/app/logFiles.ts';

import '../src/app/server.ts'; // for the indexes of every model
import { carriersOn } from '../src/carriers/settings.ts';
import { asMetrics, doctor, type Finding } from '../src/operation/index.ts';
import { carrierFindings } from './support/carrierFindings.ts';
import { command } from './support/command.ts';
import { printLine } from './support/print.ts';

const USAGE = `npm run doctor -- [--json | --metrics]
Looks at settings, files, disk, database, secret, clock, indexes, accounts, ledgers, the log's key and the carriers' accounts (with a call that costs nothing), and says what is wrong and
what to do. Nothing is changed. Exit 1 if something is wrong. --metrics says it for Prometheus.`;

await command(USAGE, async () => {
  const { values } = parseArgs({ options: { json: { type: 'boolean', default: false }, metrics: { type: 'boolean', default: false } } });
  const settings = config();
  const found: Finding[] = [
    ...(await doctor({
      ...settings,
      isReal: carriersOn(settings).length > 0 || settings.wechat !== undefined,
      logSigner: () => logSignerSoFar(settings),
    })),
    ...(await carrierFindings(settings)),
  ];
  if (values.metrics) process.stdout.write(asMetrics(found, new Date()));
  else if (values.json) process.stdout.write(`${JSON.stringify(found, undefined, 2)}\n`);
  else for (const { about, isRight, said } of found) printLine(`${isRight ? '✓' : '✗'} ${about}: ${said}`);
  return found.every(({ isRight }) => isRight) ? 0 : 1;
});
