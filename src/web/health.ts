import { type Request, type RequestHandler, Router } from 'express';
import mongoose from 'mongoose';
import type { Registry } from 'prom-client';
import { tryTurn } from '../dialog/dialog.ts';
import { cutLedgers } from '../fund/ballots/index.ts';
import { cached } from '../store/cache.ts';
import { MOST_OFF } from '../store/clock.ts';
import { inTime, within } from '../store/collection.ts';
import { isSame } from '../store/vault.ts';
import type { World } from '../store/world.ts';
import { Refusal } from './errors.ts';

/** The part of the metrics that HTTP needs. Times in seconds. */
export interface WebMetrics {
  readonly registry: Registry;
  /** The database's clock minus this process's. */
  clockOffset(seconds: number): void;
}

/** What `/readyz` is answered from. */
export interface HealthDeps {
  readonly metrics: WebMetrics;
  /** If true, `/readyz` says no, so that a load balancer sends no more requests. */
  readonly isStopping: () => boolean;
  /** By how much the world's clock is ahead of this machine's, in milliseconds. */
  readonly ahead?: (() => number) | undefined;
  /** What this process does; `all` if absent. */
  readonly role?: string | undefined;
}

/** The longest that a turn may take while the service is ready, in milliseconds. */
const PATIENCE = 2_000;

/** Whether a ledger lacks entries is looked at so often. */
const CUT_MS = 30_000;

/** `/healthz`: the process is alive. `/readyz`: it can take turns: a test turn of nobody's has just succeeded, the clock is right, the indexes exist, and no ledger lacks what was written last. Requests that come meanwhile share the answer. */
export function health(world: World, { metrics, isStopping, ahead = () => 0, role = 'all' }: HealthDeps): Router {
  let indexed = false;
  let underWay: Promise<void> | undefined;
  const cutNow = cached(world, CUT_MS, 1, () => cutLedgers(world));
  return Router()
    .get('/healthz', (_request, response) => {
      response.set('Cache-Control', 'no-store').json({ alive: true });
    })
    .get('/readyz', async (_request, response) => {
      if (isStopping()) throw new Refusal(503, 'The service is stopping.');
      underWay ??= check().finally(() => (underWay = undefined));
      await within(PATIENCE, underWay, () => notNow());
      response.set('Cache-Control', 'no-store').json({ ready: true, role });
    });

  async function check(): Promise<void> {
    await tryTurn(world).catch((cause) => {
      throw notNow(cause);
    });
    await checkClock(world, metrics, ahead());
    indexed ||= await areIndexesThere();
    if (!indexed) throw new Refusal(503, 'The database has no indexes yet; they are made at the start.');
    const [cut] = await cutNow('').catch((cause) => {
      throw notNow(cause);
    });
    if (cut !== undefined)
      throw new Refusal(
        503,
        `The ledger of ${cut} lacks entries that were written: somebody deleted them in the database. Stop the vote; npm run doctor says more.`,
      );
  }
}

function notNow(cause?: unknown): Refusal {
  return new Refusal(503, 'The database does not answer, or too late for a turn; try again in a minute.', { cause });
}

/** Asks the database for its time. Both this machine's clock and the world's have to agree with it. */
async function checkClock(world: World, metrics: WebMetrics, ahead: number): Promise<void> {
  const asked = performance.now();
  const { localTime } = await inTime((signal) => mongoose.connection.getClient().db('admin').command({ hello: 1 }, { signal }));
  const onTheWay = performance.now() - asked;
  const off = [Date.now(), world.now().getTime() - ahead].map((now) => localTime.getTime() + onTheWay / 2 - now);
  metrics.clockOffset((off[0] ?? 0) / 1000);
  if (off.some((ms) => Math.abs(ms) > MOST_OFF + onTheWay / 2))
    throw new Refusal(503, 'The clock is more than a second off the database’s; set it by NTP.');
}

async function areIndexesThere(): Promise<boolean> {
  const complete = await Promise.all(
    mongoose.modelNames().map(async (name) => {
      const { schema, collection } = mongoose.model(name);
      const wanted = schema.indexes().map(([fields]) => JSON.stringify(fields));
      if (wanted.length === 0) return true;
      const found = (await collection.indexes()).map(({ key }) => JSON.stringify(key));
      return wanted.every((index) => found.includes(index));
    }),
  );
  return complete.every(Boolean);
}

/** `/metrics` for Prometheus. If there is a token, it is for requests that bear it; else only for loopback, and not through a proxy. */
export function metricsRoute({ registry }: Pick<WebMetrics, 'registry'>, token?: string): Router {
  return Router().get('/metrics', token ? bearer(token) : loopbackOnly, async (_request, response) => {
    response
      .set('Cache-Control', 'no-store')
      .type(registry.contentType)
      .send(await registry.metrics());
  });
}

function bearer(token: string): RequestHandler {
  return (request, response, next) => {
    if (isSame(request.get('Authorization') ?? '', `Bearer ${token}`)) return next();
    response.set('WWW-Authenticate', 'Bearer');
    throw new Refusal(401, 'Send METRICS_TOKEN as the bearer token.');
  };
}

const loopbackOnly: RequestHandler = (request, _response, next) => {
  if (isLoopback(request) && !isForwarded(request)) return next();
  throw new Refusal(403, 'Without METRICS_TOKEN only this machine itself may read its metrics, and not through a proxy.');
};

function isLoopback({ socket }: Request): boolean {
  return /^(::1|(::ffff:)?127\.\d+\.\d+\.\d+)$/.test(socket.remoteAddress ?? '');
}

function isForwarded({ headers }: Request): boolean {
  return Object.keys(headers).some((name) => name === 'via' || name === 'forwarded' || name.startsWith('x-forwarded-') || name === 'x-real-ip');
}
