import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { logMark } from '../../src/app/logFiles.ts';
import { Entry } from '../../src/fund/ballots/index.ts';
import { Cycle } from '../../src/fund/cycles/index.ts';
import { headsLog, type LogSettings } from '../../src/fund/heads/index.ts';
import { withLog } from '../../src/fund/log/index.ts';
import { collection } from '../../src/store/collection.ts';
import { sha256 } from '../../src/store/vault.ts';
import { DAY_MS } from '../../src/store/wallTime.ts';
import type { World } from '../../src/store/world.ts';
import { type Signer, signerOf, verifierKey } from '../../src/transparency/note.ts';
import { askWitness } from '../../src/witness/askWitness.ts';
import { serveWitness } from '../../src/witness/serveWitness.ts';
import { type WatchedLog, watchedLog } from '../../src/witness/watchedLog.ts';
import { town, votingNow } from './town.ts';

export const LOG = signerOf('vote.example.org/log', 'note', new Uint8Array(32).fill(7));

/** A machine that keeps the log of heads: its own folder, so its own mark. */
export async function machine(
  world: World,
  over: Partial<LogSettings> = {},
): Promise<{ look: () => Promise<void>; folder: string; settings: LogSettings }> {
  const folder = await mkdtemp(join(tmpdir(), 'heads-'));
  const settings = { signer: LOG, mark: logMark(folder, LOG.name), witnesses: [], ask: askWitness, ...over };
  return { look: headsLog(world, settings), folder, settings };
}

/** A witness of the real program on loopback, that watches the log. */
export interface TestWitness {
  readonly signer: Signer;
  readonly log: WatchedLog;
  /** As the setting WITNESSES names it. */
  readonly setting: { name: string; key: string; url: string };
  stop(): Promise<void>;
}

export async function testWitness(name: string, { of = LOG, folder }: { of?: Signer; folder?: string } = {}): Promise<TestWitness> {
  const signer = signerOf(`${name}.example.org`, 'cosignature', new Uint8Array(32).fill(name.length + name.charCodeAt(0)));
  const log = await watchedLog(folder ?? (await mkdtemp(join(tmpdir(), 'witness-'))), of, new Date());
  const server = serveWitness(new Map([[of.name, log]]), signer, () => new Date());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    signer,
    log,
    setting: { name, key: verifierKey(signer), url: `http://127.0.0.1:${port}` },
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A community that votes, with acts in its log and entries in its ledger as they are asked for. */
export interface HeadsTown {
  readonly community: string;
  readonly cycle: string;
  act(): Promise<void>;
  cast(): Promise<string>;
  seal(at: Date): Promise<string>;
}

export async function headsTown(world: World, slug?: string): Promise<HeadsTown> {
  const now = world.now().getTime();
  const stages = [
    { stage: 'vote' as const, from: new Date(now - 60_000) },
    { stage: 'implement' as const, from: new Date(now + 10 * DAY_MS) },
  ];
  const { community, cycle } = await town(world, {
    ...(slug && { community: { _id: slug } }),
    cycle: { ...votingNow(world), stages, frozen: frozen(world.now()) },
  });
  let seq = 0;
  const append = async (more: object = {}) => {
    seq += 1;
    const hash = sha256(`${cycle} ${seq} ${Math.random()}`);
    await collection(Entry).insertOne({ _id: { cycle, seq }, at: '2026-12-01', previous: '', hash, key: `${cycle} ${seq}`, ...more });
    return hash;
  };
  return {
    community,
    cycle,
    act: () =>
      withLog(world, community, async (_, note) => note({ community, by: 'Li', role: 'cadre', act: 'test.act', subject: cycle, detail: {} })),
    cast: () => append(),
    seal: async (at) => {
      const hash = await append({ sealed: true });
      await collection(Cycle).updateOne({ _id: cycle }, { $set: { sealedAt: at } });
      return hash;
    },
  };
}

function frozen(at: Date) {
  return { at, ballot: '{}', hash: '', timezone: 'Asia/Shanghai', residents: 3 };
}
