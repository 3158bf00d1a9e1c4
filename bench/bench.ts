import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { commandOf, does, run } from '../scripts/support/command.ts';
import { wantedNumber } from '../scripts/support/wanted.ts';
import { config } from '../src/app/config.ts';
import { CodedError } from '../src/store/codedError.ts';
import { embedded } from '../src/store/embedded/embedded.ts';
import { findMongod } from '../src/store/embedded/findMongod.ts';
import { root } from '../src/store/files.ts';
import { ballots } from './ballots.ts';
import { carriers } from './carriers/carriers.ts';
import { cells } from './cells.ts';
import { city } from './city.ts';
import { ratings, supports } from './commands.ts';
import { log } from './console/log.ts';
import { consolePages } from './console/pages.ts';
import { type Effort, FULL, QUICK } from './effort.ts';
import { cuts } from './faults/cuts.ts';
import { mongodKills } from './faults/mongodKills.ts';
import { forms } from './hostile/forms.ts';
import { malformed } from './hostile/malformed.ts';
import { readers } from './hostile/readers.ts';
import { keep } from './keep.ts';
import { ledgers } from './ledgers.ts';
import { likeness } from './likeness.ts';
import { memory } from './memory.ts';
import { nearest } from './nearest.ts';
import { beside } from './outbox/beside.ts';
import { dueScan } from './outbox/dueScan.ts';
import { flat } from './outbox/flat.ts';
import { kills } from './outbox/kills.ts';
import { speed } from './outbox/speed.ts';
import { pages } from './pages.ts';
import { paper } from './paper.ts';
import type { Place } from './place.ts';
import { print } from './print.ts';
import type { Row } from './row.ts';
import { scale } from './scale.ts';
import { start } from './start.ts';
import { tallies } from './tallies.ts';
import { turns } from './turns.ts';
import { hears } from './voice/hears.ts';
import { voice } from './voice.ts';
import { wechat } from './wechat.ts';
import { works } from './works.ts';
import { year } from './year/year.ts';

type Bench = (place: Place, effort: Effort) => Promise<Row[]>;

const BENCHES: Readonly<Record<string, readonly Bench[]>> = {
  start: [start],
  turns: [turns],
  supports: [supports],
  ratings: [ratings],
  works: [works],
  ballots: [ballots],
  ledgers: [ledgers],
  tally: [tallies],
  voice: [voice],
  hears: [hears],
  wechat: [wechat],
  carriers: [carriers],
  likeness: [likeness],
  nearest: [nearest],
  memory: [memory],
  outbox: [speed, flat, kills, beside, dueScan],
  pages: [pages],
  console: [consolePages, log],
  print: [print],
  paper: [paper],
  malformed: [malformed],
  forms: [forms],
  readers: [readers],
  scale: [scale],
  cells: [cells],
  city: [city],
  keep: [keep],
  year: [year],
  cuts: [cuts],
  kills: [mongodKills],
};
/** The benches that always run. Three take long: they run only if they are named; the city also with --scale. */
const ALWAYS = Object.keys(BENCHES).filter((name) => !['city', 'keep', 'year'].includes(name));

const command = commandOf(
  'bench',
  'Measures the service, what takes turns as a ratio to a baseline of the same run. Exits 1 where a figure falls short.',
)
  .option(
    '--only <NAMES>',
    `of ${Object.keys(BENCHES).join(', ')}. keep: backup, restore and another SECRET with a million residents, and year: a year of so many communities as --ledgers; both only if they are named`,
    ALWAYS.join(','),
  )
  .option('--scale', 'the city, 3,043 communities')
  .option('--quick', 'small rounds, to see that everything runs; its figures do not count')
  .option('--residents <COUNT>', 'so many in the largest database, in place of a million')
  .option('--ledgers <COUNT>', 'so many full ledgers, in place of 300')
  .option('--ballots <COUNT>', 'so many ballots in each, in place of 1,577')
  .option('--out <FILE>', 'where to', join(root, 'bench-results', 'bench.json'))
  .action(does(bench));

async function bench(values: {
  only: string;
  scale?: true;
  quick?: true;
  residents?: string;
  ledgers?: string;
  ballots?: string;
  out: string;
}): Promise<number> {
  const names = values.scale ? ['city'] : values.only.split(',');
  const unknown = names.filter((name) => !Object.hasOwn(BENCHES, name));
  if (unknown.length > 0) throw new CodedError('usage', `There is no bench ${unknown.join(', ')}.`);
  const usual = values.quick ? QUICK : FULL;
  const wanted = (name: 'residents' | 'ledgers' | 'ballots') => wantedNumber(values[name] ?? String(usual[name]), `--${name}`);
  const effort = { ...usual, residents: wanted('residents'), ledgers: wanted('ledgers'), ballots: wanted('ballots') };
  const measured = await inPlace(async (place) => {
    const results: (Row & { bench: string; load: string })[] = [];
    for (const name of names) {
      process.stderr.write(`${name} …\n`);
      for (const bench of BENCHES[name] ?? []) {
        const rows = await bench(place, effort);
        const load = (loadavg()[0] ?? 0).toFixed(1);
        const found = rows.map((row) => ({ bench: name, load, ...row }));
        process.stdout.write(`${table(found)}\n`);
        results.push(...found);
      }
    }
    return results;
  });
  mkdirSync(dirname(values.out), { recursive: true });
  const machine = { node: process.version, cpus: cpus().length, cpu: cpus()[0]?.model };
  const document = { at: new Date().toISOString(), quick: values.quick ?? false, ...machine, rows: measured };
  writeFileSync(values.out, `${JSON.stringify(document, null, 2)}\n`);
  return measured.every(({ reached }) => reached) ? 0 : 1;
}

/** Works on a MongoDB of the bench's own, which ends with the bench, even if that is interrupted. */
async function inPlace<Result>(work: (place: Place) => Promise<Result>): Promise<Result> {
  const { mongodBinary, dataDir } = config();
  const mongod = await findMongod(mongodBinary, join(dataDir, 'mongod'));
  const folder = mkdtempSync(join(tmpdir(), 'yisheng-bench-'));
  const database = await embedded(join(folder, 'data'), mongod);
  const end = async () => {
    await database.release();
    rmSync(folder, { recursive: true, force: true });
  };
  const interrupted = (signal: NodeJS.Signals) => void end().finally(() => process.kill(process.pid, signal));
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    return await work({ mongod, folder: (name) => join(folder, name), uri: (name) => named(database.uri, name) });
  } finally {
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted);
    await end();
  }
}

function named(uri: string, database: string): string {
  const one = new URL(uri);
  one.pathname = `/${database}`;
  return one.href;
}

function table(rows: readonly (Row & { load: string })[]): string {
  return rows
    .map(
      ({ reached, work, result, reach, detail, load }) =>
        `${reached ? 'reached' : 'BELOW  '}  ${work}: ${result} (asked for: ${reach})\n         ${detail}; load average ${load}`,
    )
    .join('\n');
}

await run(command, process.argv.slice(2));
