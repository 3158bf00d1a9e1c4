import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { config } from '../src/config.ts';
import { embedded } from '../src/store/embedded/embedded.ts';
import { root } from '../src/store/root.ts';
import type { Row } from './bench/row.ts';
import { turns } from './bench/turns.ts';
import { command } from './support/command.ts';

const USAGE = `npm run bench -- [--only NAME,NAME] [--out FILE]
Measures the service, each figure as a ratio to a baseline of the same run.`;

const BENCHES: Record<string, (uri: (database: string) => string) => Promise<Row[]>> = {
  turns: (uri) => turns(uri('turns')),
};

await command(USAGE, async () => {
  const { values } = parseArgs({ options: { only: { type: 'string' }, out: { type: 'string', default: join(root, 'bench-results', 'bench.json') } } });
  const names = values.only?.split(',') ?? Object.keys(BENCHES);
  const folder = mkdtempSync(join(tmpdir(), 'yisheng-bench-'));
  const database = await embedded(folder, config().mongodBinary);
  const uri = (name: string) => {
    const one = new URL(database.uri);
    one.pathname = `/${name}`;
    return one.href;
  };
  const rows: Row[] = [];
  try {
    for (const name of names) {
      process.stderr.write(`${name} …\n`);
      const measured = await BENCHES[name]?.(uri);
      rows.push(...(measured ?? []));
      for (const row of measured ?? []) process.stdout.write(`${row.reached ? 'reached' : 'BELOW  '}  ${row.work}: ${row.result} (asked for ${row.reach})\n         ${row.detail}\n`);
    }
  } finally {
    await database.release();
    rmSync(folder, { recursive: true, force: true });
  }
  mkdirSync(join(values.out, '..'), { recursive: true });
  writeFileSync(values.out, `${JSON.stringify({ at: new Date().toISOString(), node: process.version, rows }, null, 2)}\n`);
  return rows.every(({ reached }) => reached) ? 0 : 1;
});
