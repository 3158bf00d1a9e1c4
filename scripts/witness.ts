import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CodedError } from '../src/store/codedError.ts';
import { exclusively } from '../src/store/embedded/exclusively.ts';
import { writeWhole } from '../src/store/files.ts';
import { readVerifierKey, type Signer, signerOf, verifierKey } from '../src/transparency/note.ts';
import { lookAt } from '../src/witness/lookAt.ts';
import { readBounded } from '../src/witness/readBounded.ts';
import { serveWitness } from '../src/witness/serveWitness.ts';
import { type WatchedLog, watchedLog } from '../src/witness/watchedLog.ts';
import { alsoThat, commandOf, does } from './support/command.ts';
import { printLine } from './support/print.ts';

const SAID = {
  goesOn: 'goes on,',
  same: 'as before,',
  stale: 'shows an older tree than was seen,',
  contradicts: 'CONTRADICTS what was seen before:',
} as const;

/** Every so often a served witness looks by itself, in milliseconds. */
const LOOKS_MS = 60 * 60_000;

export const command = commandOf(
  'witness',
  'A witness of logs of heads. DIR holds all that it has seen: keep it, back it up never into the past. Exit 1 if a contradiction was found.',
);

command
  .command('init')
  .description('a new witness with a key of its own')
  .argument('<DIR>')
  .option('--name <NAME>', 'like witness.example.org')
  .action(does((folder, { name }) => init(folder, name)));

command
  .command('watch')
  .description('from now on a log is watched, such as https://vote.example.org/log')
  .argument('<DIR>')
  .argument('<ADDRESS>')
  .option('--key <KEY>', 'its key, as the log’s operator or somebody who watches it told it (without it: as the log shows it now)')
  .action(does((folder, address, { key }) => watch(folder, address, key)));

command
  .command('look')
  .description('reads what is new of each log and checks it')
  .argument('<DIR>')
  .option('--also <ADDRESS>', 'where others show the same log; once for each', alsoThat)
  .action(does((folder, { also = [] }) => withWitness(folder, (logs, signer) => look(logs, signer, also))));

command
  .command('serve')
  .description('answers the logs that ask for a signature, and shows its page')
  .argument('<DIR>')
  .option('--listen <HOST:PORT>', 'where', '127.0.0.1:7380')
  .action(does((folder, { listen }) => withWitness(folder, (logs, signer) => serve(logs, signer, listen))));

command
  .command('key')
  .description('prints its key, for the setting WITNESSES of those who run the log')
  .argument('<DIR>')
  .action(does(async (folder) => printLine(verifierKey(await signerIn(folder)))));

/** Two processes must not have one folder open: each would sign without what the other has seen. */
async function withWitness<Result>(folder: string, work: (logs: Watched[], signer: Signer) => Promise<Result>): Promise<Result> {
  const signer = await signerIn(folder);
  return exclusively(
    join(folder, 'busy'),
    async () => work(await logsIn(folder), signer),
    (pid) => {
      throw new CodedError('witness-busy', `Process ${pid} has ${folder} open; a witness that serves looks by itself, once an hour.`);
    },
  );
}

async function init(folder: string, name: string | undefined): Promise<void> {
  if (!name || !/^[^\s+]+$/.test(name)) throw new CodedError('usage', 'Give it a name without blanks: --name witness.example.org');
  if (existsSync(join(folder, 'witness.json'))) throw new CodedError('usage', `${folder} is a witness already.`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeWhole(join(folder, 'witness.json'), `${JSON.stringify({ name, seed: randomBytes(32).toString('base64'), logs: [] })}\n`);
  printLine(verifierKey(await signerIn(folder)));
}

interface Kept {
  readonly name: string;
  readonly seed: string;
  readonly logs: readonly { readonly key: string; readonly address: string }[];
}

async function readKept(folder: string): Promise<Kept> {
  const text = await readFile(join(folder, 'witness.json'), 'utf8').catch((cause: unknown) => {
    throw new CodedError('usage', `${folder} is no witness yet: npm run witness -- init ${folder} --name NAME`, { cause });
  });
  return JSON.parse(text);
}

async function signerIn(folder: string): Promise<Signer> {
  const { name, seed } = await readKept(folder);
  return signerOf(name, 'cosignature', Buffer.from(seed, 'base64'));
}

async function watch(folder: string, given: string, key: string | undefined): Promise<void> {
  const address = given.replace(/\/+$/, '');
  const text = (key ?? (await readBounded(await fetch(`${address}/vkey`), 1_000)).toString('utf8')).trim();
  if (readVerifierKey(text)?.kind !== 'note') throw new CodedError('usage', `${key === undefined ? `${address}/vkey` : '--key'} is no key of a log.`);
  const kept = await readKept(folder);
  if (kept.logs.some((log) => readVerifierKey(log.key)?.name === readVerifierKey(text)?.name))
    throw new CodedError('usage', 'This log is watched already.');
  await writeWhole(join(folder, 'witness.json'), `${JSON.stringify({ ...kept, logs: [...kept.logs, { key: text, address }] })}\n`);
  printLine(`${text} is watched at ${address}. Ask somebody else who watches it, or its operator on paper, whether this is its key.`);
}

interface Watched {
  readonly log: WatchedLog;
  readonly address: string;
}

async function logsIn(folder: string): Promise<Watched[]> {
  const { logs } = await readKept(folder);
  const found: Watched[] = [];
  for (const { key: text, address } of logs) {
    const key = readVerifierKey(text);
    if (key) found.push({ log: await watchedLog(folder, key, new Date()), address });
  }
  return found;
}

/** Looks at each log, at its own address and where others show it. */
async function look(logs: readonly Watched[], signer: Signer, also: readonly string[]): Promise<number> {
  let isWell = true;
  for (const { log, address } of logs)
    for (const place of [address, ...also]) {
      try {
        const { found, size, bytes } = await lookAt(log, signer, place, () => new Date());
        printLine(`${log.key.name} at ${place}: ${SAID[found]} ${size} heads, ${bytes} bytes read.`);
        isWell &&= found !== 'contradicts';
      } catch (error) {
        if (!(error instanceof CodedError)) throw error;
        printLine(`${log.key.name}: ${error.message}`);
        isWell = false;
      }
    }
  return isWell && logs.every(({ log }) => log.accusations().length === 0) ? 0 : 1;
}

async function serve(logs: readonly Watched[], signer: Signer, listen: string): Promise<void> {
  const [, host = '127.0.0.1', port = '7380'] = /^(.*):(\d+)$/.exec(listen) ?? [];
  const server = serveWitness(new Map(logs.map(({ log }) => [log.key.name, log])), signer, () => new Date());
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(Number(port), host.replace(/^\[|\]$/g, ''), resolve));
  const bound = server.address();
  printLine(`${verifierKey(signer)} at http://${host}:${typeof bound === 'object' && bound ? bound.port : port}`);
  const looks = setInterval(() => void look(logs, signer, []).catch((error: unknown) => printLine(String(error))), LOOKS_MS);
  await new Promise<void>((resolve) => process.once('SIGINT', () => resolve()).once('SIGTERM', () => resolve()));
  clearInterval(looks);
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
