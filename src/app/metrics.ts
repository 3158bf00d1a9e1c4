import type { RequestHandler } from 'express';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Channel } from '../contacts/channel.ts';
import { ledgerBatches } from '../fund/ballots/index.ts';
import type { Log } from '../store/log.ts';

/** The measurements, with few labels, none of which reveals a project or a person. Times in seconds. */
export interface Metrics {
  readonly registry: Registry;
  /** One turn from receiving to answering; `outcome` is a code such as `answered` or `repeated`. */
  turn(channel: Channel, outcome: string, seconds: number): void;
  /** A phrase that the phone line said by synthesis, by its key in the catalogue. */
  synthesised(language: string, key: string): void;
  /** The database's clock minus this process's. */
  clockOffset(seconds: number): void;
  /** Whether a carrier takes no messages on a channel at the moment: no balance, its limit, a setting that it refuses. */
  parked(what: { readonly carrier: string; readonly channel: Channel }, isParked: boolean): void;
  /** `route` is a pattern, such as `/api/cycles/:id/ledger`. */
  http(method: string, route: string, status: number, seconds: number): void;
}

const SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8];

/**
 * Prometheus metrics with a registry of their own. `outbox` counts messages by state. It is called at each scrape; if it fails, the scrape leaves
 * the counts out.
 */
export function metrics(outbox?: () => Promise<ReadonlyMap<string, number>>): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: 'yisheng_' });
  const turns = new Counter({ name: 'yisheng_turns_total', help: 'Turns taken', labelNames: ['channel', 'outcome'], registers });
  const turnSeconds = new Histogram({
    name: 'yisheng_turn_seconds',
    help: 'A turn from receiving to answering',
    labelNames: ['channel'],
    buckets: SECONDS,
    registers,
  });
  const synthesised = new Counter({
    name: 'yisheng_prompts_synthesised_total',
    help: 'Phrases of the phone line that nobody has recorded',
    labelNames: ['language', 'key'],
    registers,
  });
  const largest = new Gauge({
    name: 'yisheng_ledger_batch_largest_entries',
    help: 'The most entries that one command wrote into the ledgers, 10 at least',
    registers,
  });
  const offset = new Gauge({ name: 'yisheng_database_clock_offset_seconds', help: 'The database’s clock less this process’s', registers });
  const requests = new Histogram({
    name: 'yisheng_http_request_seconds',
    help: 'HTTP requests by route',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS,
    registers,
  });
  const parked = new Gauge({
    name: 'yisheng_carrier_parked',
    help: 'A carrier takes no messages',
    labelNames: ['carrier', 'channel'],
    registers,
  });
  watchBatches(largest);
  if (outbox) countAtScrape(registry, outbox);
  return {
    registry,
    turn: (channel, outcome, seconds) => {
      turns.inc({ channel, outcome });
      turnSeconds.observe({ channel }, seconds);
    },
    synthesised: (language, key) => synthesised.inc({ language, key }),
    clockOffset: (seconds) => offset.set(seconds),
    parked: ({ carrier, channel }, isParked) => parked.set({ carrier, channel }, isParked ? 1 : 0),
    http: (method, route, status, seconds) => requests.observe({ method, route, status }, seconds),
  };
}

/**
 * Only the largest, ten at least: sums and counts would show how many ballots were cast, and that somebody voted again; the first entry after a start that
 * somebody voted.
 */
function watchBatches(largest: Gauge): void {
  let most = 10;
  largest.set(most);
  ledgerBatches.subscribe((entries) => {
    most = Math.max(most, Number(entries));
    largest.set(most);
  });
}

function countAtScrape(registry: Registry, outbox: () => Promise<ReadonlyMap<string, number>>): void {
  new Gauge({
    name: 'yisheng_outbox_messages',
    help: 'Messages of the outbox that are under way, by state',
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      this.reset();
      const counts = await outbox().catch(() => new Map<string, number>());
      for (const [state, count] of counts) this.set({ state }, count);
    },
  });
}

/** Measures and logs every request by its route's pattern; the values in its path, query, headers and body are left out. Routers have to be mounted at the root, because only then is the pattern whole. */
export function requestLog(log: Log, metrics: Pick<Metrics, 'http'>): RequestHandler {
  return (request, response, next) => {
    const begun = performance.now();
    response.once('close', () => {
      const ms = Math.round((performance.now() - begun) * 10) / 10;
      const route = typeof request.route?.path === 'string' ? request.route.path : 'none';
      const method = METHODS.has(request.method) ? request.method : 'other';
      const status = response.statusCode;
      metrics.http(method, route, status, ms / 1000);
      const isWrong = status >= 500 && status !== 503; // a 503 is reported where its cause is found
      log[isWrong ? 'warn' : 'debug']({ method, route, status, ms }, response.writableFinished ? 'request' : 'request broken off');
    });
    next();
  };
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'OPTIONS']);
