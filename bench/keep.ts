import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import mongoose from 'mongoose';
import { progress } from '../scripts/support/progress.ts';
import { connect } from '../src/store/connect.ts';
import { root } from '../src/store/files.ts';
import type { World } from '../src/store/world.ts';
import { benchResident } from './benchCommunity.ts';
import { castMany } from './castMany.ts';
import type { Effort } from './effort.ts';
import { fill, phoneOf } from './fill.ts';
import { load, type Measured } from './load.ts';
import type { Place } from './place.ts';
import { type Running, service, withServers } from './processes.ts';
import { request } from './request.ts';
import type { Row } from './row.ts';
import { benchVault, SECRET } from './secret.ts';
import { isReceipt, vote } from './spoken.ts';
import { untilFrozen } from './untilFrozen.ts';

/** Ballots a second of a city's last two hours. */
const RATE = 70;
const CONNECTIONS = 16;
const KILLS = 5;
const BACKUP_KEY = randomBytes(32).toString('base64');

/**
 * A service with so many residents and as many entries in a ledger takes 70 ballots a second: alone, while it is backed up, and while its SECRET is replaced by
 * a command that is killed five times. Then the backup is brought back into another database.
 */
export async function keep({ uri, folder }: Place, effort: Effort): Promise<Row[]> {
  const { residents } = effort;
  await fill(uri('kept'), residents);
  await fillLedger(uri('kept'), residents);
  const [out, restored, data] = [folder('backup'), uri('restored'), folder('keep')];
  mkdirSync(data, { recursive: true });
  const kept = { MONGODB_URI: uri('kept'), SECRET, BACKUP_KEY, DATA_DIR: data };
  const measured = await withServers(async (started) => {
    const ours = await started(service(uri('kept'), data));
    await untilFrozen(uri('kept'));
    const alone = await voting(ours, residents, after(effort.seconds * 5));
    const backup = script(kept, 'backup', '--out', out);
    const beside = await voting(ours, residents, backup.ended);
    const rotation = rotating(kept);
    const meanwhile = await voting(ours, residents, rotation);
    return { alone, beside, meanwhile, backupS: await backup.ended, rotationS: await rotation };
  });
  const restoreS = await script({ ...kept, MONGODB_URI: restored }, 'restore', out).ended;
  const phases = [measured.alone, measured.beside, measured.meanwhile];
  const acknowledged = phases.reduce((sum, { count, apologies }) => sum + count - apologies, 0);
  const missing = residents + acknowledged - (await entries(uri('kept')));
  const size = `${residents.toLocaleString('en')} residents and entries`;
  const row = (work: string, result: string, reach: string, reached: boolean, detail: string): Row => ({
    work: `${size}: ${work}`,
    result,
    reach,
    reached,
    detail,
  });
  const p99 = ({ p99 }: Measured) => `${p99.toFixed(1)} ms`;
  const said = ({ count, apologies }: Voting) => `${count} ballots${apologies > 0 ? `, ${apologies} of them told that nothing was recorded` : ''}`;
  const grown = (one: Measured) => one.p99 / measured.alone.p99;
  return [
    row(
      'a backup beside 70 ballots a second',
      `${measured.backupS.toFixed(0)} s; p99 × ${grown(measured.beside).toFixed(2)}`,
      'p99 ≤ 1.5 ×',
      grown(measured.beside) <= 1.5,
      `p99 ${p99(measured.beside)} against ${p99(measured.alone)} alone, of ${said(measured.beside)}`,
    ),
    row(
      'its restore, every file and chain checked',
      `${restoreS.toFixed(0)} s`,
      '< 600 s',
      restoreS < 600,
      `${await entries(restored)} entries are back`,
    ),
    row(
      'another SECRET beside 70 ballots a second, the command killed five times',
      `${measured.rotationS.toFixed(0)} s; p99 × ${grown(measured.meanwhile).toFixed(2)}; ${missing} acknowledged and not in the ledger`,
      'goes on; 0',
      missing === 0,
      `p99 ${p99(measured.meanwhile)}, of ${said(measured.meanwhile)}`,
    ),
  ];
}

async function fillLedger(uri: string, residents: number): Promise<void> {
  await connect(uri);
  const world: World = { vault: benchVault, now: () => new Date(), clockAgrees: () => true, randomBytes };
  const bar = progress('entries', residents);
  const ids = function* () {
    for (let index = 0; index < residents; index += 1) yield benchResident('bench', phoneOf(index))._id;
  };
  await castMany(world, 'bench', ids(), () => bar.increment());
  bar.stop();
  await mongoose.disconnect();
}

interface Voting extends Measured {
  /** Ballots whose voter was told that nothing was recorded. */
  readonly apologies: number;
}

let texts = 0;

/** Ballots, 70 a second, until something has ended. */
async function voting({ port }: Running, residents: number, ended: Promise<number>): Promise<Voting> {
  let [isOver, apologies] = [false, 0];
  void ended.then(() => {
    isOver = true;
  });
  const spoken = vote(residents);
  const requests = {
    next: () => (isOver ? { done: true as const, value: undefined } : { done: false as const, value: request(port, spoken(texts++)) }),
  };
  const isAnswer = (body: string) => {
    const isApology = body.includes('没有记');
    if (isApology) apologies += 1;
    return isApology || isReceipt(body);
  };
  const measured = await load(port, CONNECTIONS, 3_600, () => requests, isAnswer, RATE);
  return { ...measured, apologies };
}

async function after(seconds: number): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
  return seconds;
}

interface Command {
  readonly child: ChildProcess;
  /** Seconds from its start to its end; rejects if it fails. */
  readonly ended: Promise<number>;
}

function script(env: Record<string, string>, name: string, ...args: string[]): Command {
  const began = performance.now();
  const child = spawn(process.execPath, ['--import', 'tsx', `scripts/${name}.ts`, ...args], {
    cwd: root,
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = once(child, 'exit').then(([code, signal]) => {
    if (code !== 0 && signal === null) throw new Error(`${name} ended with ${code}`);
    return (performance.now() - began) / 1_000;
  });
  return { child, ended };
}

/** Replaces SECRET; the command is killed as it says its next step, five times, and goes on. Gives the seconds in all. */
async function rotating(env: Record<string, string>): Promise<number> {
  let seconds = 0;
  for (let kills = 0; ; kills += 1) {
    const { child, ended } = script(env, 'secret', 'rotate');
    if (child.stderr) {
      let steps = 0;
      createInterface(child.stderr).on('line', () => {
        steps += 1;
        if (kills < KILLS && steps > kills) child.kill('SIGKILL');
      });
    }
    seconds += await ended;
    if (child.signalCode === null) break;
  }
  const next = readFileSync(join(env.DATA_DIR ?? '', 'secret.next'), 'utf8').trim();
  if (next === '') throw new Error('there is no new SECRET');
  return seconds;
}

async function entries(uri: string): Promise<number> {
  const client = await new mongoose.mongo.MongoClient(uri).connect();
  const count = await client
    .db()
    .collection('entries')
    .countDocuments({ sealed: { $exists: false } });
  await client.close();
  return count;
}
