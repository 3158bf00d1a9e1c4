import type { Server } from 'node:http';
import { openDemo } from '../demo/index.ts';
import { Community, Departure } from '../fund/communities/index.ts';
import { Cycle } from '../fund/cycles/index.ts';
import { changes } from '../store/changes.ts';
import { CodedError } from '../store/codedError.ts';
import { databaseOf } from '../store/collection.ts';
import type { Log } from '../store/log.ts';
import { openStore, type Store } from '../store/openStore.ts';
import { httpServer } from '../web/httpServer.ts';
import { type App, app } from './app.ts';
import type { Config } from './config.ts';
import { removeRunFile, writeRunFile } from './runFile.ts';
import { type WatchLimits, watchTurns } from './watchTurns.ts';

export interface RunningServer {
  /** The service's own address on this machine. */
  readonly url: string;
  readonly publicUrl: string;
  /** Lines for the person who starts it. */
  readonly greeting: readonly string[];
  readonly store: Store;
  /** From now on `ended` is called if this process can no longer take turns, and another process could. */
  watch(ended: (error: CodedError) => void, limits?: WatchLimits): void;
  /** Ends gracefully: first new requests are refused and the turns in flight come to their end, then the outbox and the database are closed. */
  close(): Promise<void>;
}

/** The longest time that a stop waits for requests in flight, in milliseconds. */
const STOP_MS = 10_000;

/** Starts the whole service: its database, the demo if this is one, its routes, its ticks. */
export async function startServer(config: Config, log: Log): Promise<RunningServer> {
  const store = await openStore(config);
  try {
    return await serve(config, log, store);
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function serve(config: Config, log: Log, store: Store): Promise<RunningServer> {
  const demo = await openDemo(config, store);
  const { server, serve: answer } = httpServer();
  const port = await listening(server, config);
  const url = `http://${config.host.includes(':') ? `[${config.host}]` : config.host === '0.0.0.0' ? '127.0.0.1' : config.host}:${port}`;
  const publicUrl = config.port === 0 ? config.publicUrl.replace(/:0$/, `:${port}`) : config.publicUrl;
  const world = demo?.world ?? store.world;
  const running = await app({
    ...config,
    world,
    log,
    publicUrl,
    demo: demo?.at(url),
    announces: true,
  });
  answer(running.handler);
  await writeRunFile(config.dataDir, { pid: process.pid, url, publicUrl, ...demo?.note });
  const deafen = changes(world).listen(
    databaseOf(Community),
    [Community, Cycle, Departure].map((model) => model.collection.name),
    (error) => log.warn({ error, code: 'changes-not-heard' }, 'Changes in the database are looked for every second until they are told again'),
  );
  let unwatch = () => {};
  return {
    url,
    publicUrl,
    greeting: demo?.greeting(url) ?? [],
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
  removeRunFile(dataDir);
  await store.close();
}
