import { createServer, IncomingMessage, type Server, ServerResponse } from 'node:http';
import type { Express } from 'express';
import { noMoreDemo, openDemo } from '../demo/index.ts';
import { completeAccounts } from '../fund/accounts/index.ts';
import { Community, Departure } from '../fund/communities/index.ts';
import { Cycle } from '../fund/cycles/index.ts';
import { changes } from '../store/cache.ts';
import { CodedError } from '../store/codedError.ts';
import { databaseOf } from '../store/collection.ts';
import type { Log } from '../store/log.ts';
import { openStore, type Store } from '../store/openStore.ts';
import { askWitness } from '../witness/askWitness.ts';
import { type App, app } from './app.ts';
import type { Config } from './config.ts';
import { logMark, logSigner } from './logFiles.ts';
import { removeRunFile, writeRunFile } from './runFile.ts';
import { type WatchLimits, watchTurns } from './watchTurns.ts';

export interface RunningServer {
  /** The service's own address on this machine. */
  readonly url: string;
  readonly publicUrl: string;
  /** Lines for the person who starts it. */
  readonly greeting: readonly string[];
  readonly store: Store;
  /** From now on `ended` is called if this process can no longer take turns, and another process could; and if its embedded MongoDB is given up. */
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
  await completeAccounts();
  const signer = config.role === 'turns' ? undefined : await logSigner({ ...config, publicUrl });
  const running = await app({
    ...config,
    world,
    log,
    publicUrl,
    demo: demo?.at(url),
    heads: signer && { signer, mark: logMark(config.dataDir, signer.name), witnesses: config.witnesses, ask: askWitness },
    announces: true,
  });
  answer(running.handler);
  const note = { pid: process.pid, url, publicUrl, ...demo?.note };
  if (config.role !== 'pages') await writeRunFile(config.dataDir, note); // commands beside it text to it
  const deafen = changes(world).listen(
    databaseOf(Community),
    [Community, Cycle, Departure].map((model) => model.collection.name),
    (error) => log.warn({ error, code: 'changes-not-heard' }, 'Changes in the database are looked for every second until they are told again'),
  );
  let unwatch = () => {};
  return {
    url,
    publicUrl,
    greeting: demo?.greeting(url) ?? (await noMoreDemo(config, store)),
    store,
    watch: (ended, limits) => {
      unwatch = watchTurns(world, store.uri, ended, limits);
      void store.lost?.then(ended);
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

interface HttpServer {
  readonly server: Server;
  /** From now on the app answers; earlier requests have waited for it. */
  serve(app: Express): void;
}

/** How long a request's head and the whole request may take to arrive, in milliseconds. A slower sender is cut off; a carrier's request takes a few, a picture of 12 MB over a line of 2.5 Mbit/s forty seconds. */
const HEAD_MS = 6_000;
const WHOLE_MS = 40_000;
const LOOKED_AT_MS = 2_000;
/** A connection on which nothing moves for so long is cut off. Milliseconds. */
const STILL_MS = 60_000;

/**
 * A server whose requests and responses have the app's prototypes from the start. Else Express would change the prototype of each as it arrives,
 * which makes everything with it slow: 50 µs of CPU for each request, more than the rest of HTTP.
 * A target that is not a path, such as a whole address meant for a proxy, is answered here; no handler has to deal with it.
 */
export function httpServer(): HttpServer {
  class Request extends IncomingMessage {}
  class Response extends ServerResponse<Request> {}
  const { promise: served, resolve } = whenThere<Express>();
  const times = { headersTimeout: HEAD_MS, requestTimeout: WHOLE_MS, connectionsCheckingInterval: LOOKED_AT_MS };
  const server = createServer({ IncomingMessage: Request, ServerResponse: Response, ...times }, async (request, response) => {
    if (request.url?.startsWith('/')) (await served)(request, response);
    else response.writeHead(400, { 'Content-Type': 'text/plain', Connection: 'close' }).end(NO_PATH);
  });
  server.timeout = STILL_MS;
  server.on('connect', (_request, socket) => {
    socket.on('error', () => socket.destroy()); // gone before it was answered
    const head = `HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain\r\nContent-Length: ${NO_PATH.length}\r\nConnection: close`;
    socket.end(`${head}\r\n\r\n${NO_PATH}`, () => socket.destroy()); // nobody reads from it any more, so that it would never notice its end
  });
  return {
    server,
    serve: (app) => {
      Object.setPrototypeOf(Request.prototype, app.request);
      Object.setPrototypeOf(Response.prototype, app.response);
      Object.assign(app, { request: Request.prototype, response: Response.prototype });
      resolve(app);
    },
  };
}

const NO_PATH = 'the request target has to be a path\n';

/** A promise that is resolved from outside. Requests wait for it while the parts are still being put together. */
function whenThere<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {};
  const promise = new Promise<T>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
