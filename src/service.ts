import { randomBytes } from 'node:crypto';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { type App, app } from './app.ts';
import type { Config } from './config.ts';
import { importCommunity } from './fund/files/importCommunity.ts';
import { Community } from './fund/records/community.ts';
import { Cycle } from './fund/records/cycle.ts';
import type { Log } from './logger.ts';
import { removeServiceNote, writeServiceNote } from './serviceNote.ts';
import { changes } from './store/changes.ts';
import { CodedError } from './store/codedError.ts';
import { databaseOf } from './store/databaseOf.ts';
import { demoClock } from './store/demoClock.ts';
import { openStore, type Store } from './store/openStore.ts';
import { root } from './store/root.ts';
import { type WatchLimits, watchTurns } from './watchTurns.ts';
import { httpServer } from './web/httpServer.ts';

export interface Service {
  /** Its own address on this machine. */
  readonly url: string;
  readonly publicUrl: string;
  readonly isDemo: boolean;
  readonly store: Store;
  /** From now on `ended` is told if this process can take no turns any more, and another one could. */
  watch(ended: (error: CodedError) => void, limits?: WatchLimits): void;
  /** Ends gracefully: no new requests, the turns in flight to their end, then the outbox and the database. */
  close(): Promise<void>;
}

/** Longest that a stop waits for requests in flight. */
const STOP_MS = 10_000;

/** Starts the whole service: its database, the demo's community into an empty one, its routes, its ticks. */
export async function startService(config: Config, log: Log): Promise<Service> {
  const store = await openStore(config);
  try {
    return await serve(config, log, store);
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function serve(config: Config, log: Log, store: Store): Promise<Service> {
  const isDemo = await decideDemo(config, store);
  if (isDemo && !(await Community.exists({}))) await importDemo(store);
  const demoToken = isDemo ? randomBytes(24).toString('base64url') : undefined;
  const { server, serve: answer } = httpServer();
  const port = await listening(server, config);
  const url = `http://${config.host.includes(':') ? `[${config.host}]` : config.host === '0.0.0.0' ? '127.0.0.1' : config.host}:${port}`;
  const publicUrl = config.port === 0 ? config.publicUrl.replace(/:0$/, `:${port}`) : config.publicUrl;
  const clock = demoToken ? await demoClock(store.world.now) : undefined;
  const carrier = config.twilio ?? (demoToken && clock ? { demoToken, url, clock } : undefined);
  const wechat = config.wechat ?? (demoToken ? { demoToken } : undefined);
  const world = clock ? { ...store.world, now: clock.now } : store.world;
  const running = await app({
    world,
    log,
    publicUrl,
    ...(carrier && { carrier }),
    ...(wechat && { wechat }),
    looksAround: true,
    ...(config.metricsToken && { metricsToken: config.metricsToken }),
  });
  answer(running.handler);
  await writeServiceNote(config.dataDir, { pid: process.pid, url, publicUrl, ...(demoToken && { demoToken }) });
  const deafen = changes(world).listen(databaseOf(Community), [Community.collection.name, Cycle.collection.name], (error) =>
    log.warn({ error, code: 'CHANGES_NOT_HEARD' }, 'Changes in the database are looked for every second until they are told again'),
  );
  let unwatch = () => {};
  return {
    url,
    publicUrl,
    isDemo,
    store,
    watch: (ended, limits) => {
      unwatch = watchTurns(world, store.uri, ended, limits);
    },
    close: () => {
      unwatch();
      return close(server, running, { store, deafen }, config);
    },
  };
}

/** On when embedded, no carrier is set and no community but the demo's is there (contract §2). */
async function decideDemo({ demo, twilio, wechat }: Config, store: Store): Promise<boolean> {
  if (demo) return demo === 'on';
  if (!store.embedded || twilio || wechat) return false;
  return !(await Community.exists({ demo: { $ne: true } }));
}

async function importDemo({ world }: Store): Promise<void> {
  const outcome = await importCommunity(world)(join(root, 'scripts/demo'), { demo: true });
  if ('problems' in outcome) throw new CodedError('bad-demo', outcome.problems.map(({ file, line, what }) => `${file}:${line}: ${what}`).join('\n'));
}

function listening(server: Server, { port, host }: Config): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(
        error.code === 'EADDRINUSE'
          ? new CodedError('port-taken', `Port ${port} is in use by another program. Stop it, or set PORT to another number.`, { cause: error })
          : error,
      ),
    );
    server.listen(port, host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address ? address.port : port);
    });
  });
}

async function close(
  server: Server,
  running: App,
  { store, deafen }: { store: Store; deafen: () => Promise<void> },
  { dataDir }: Config,
): Promise<void> {
  running.leave();
  const closed = new Promise((resolve) => server.close(resolve));
  const cut = setTimeout(() => server.closeAllConnections(), STOP_MS);
  await closed;
  clearTimeout(cut);
  await running.stop();
  await deafen();
  removeServiceNote(dataDir);
  await store.close();
}
