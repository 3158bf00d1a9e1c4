import type { RequestHandler } from 'express';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Channel } from '../contacts/channel.ts';
import { ledgerBatches } from '../fund/ballots/index.ts';
import type { Log } from '../store/log.ts';
import { VERSION } from '../store/version.ts';

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
  parked(what: { readonly carrier: string; readonly channel: Channel; readonly account?: string }, isParked: boolean): void;
  /** A tick failed, by its name. */
  tickFailed(tick: string): void;
  /** `route` is a pattern, such as `/api/cycles/:id/ledger`. */
  http(method: string, route: string, status: number, seconds: number): void;
}

const SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8];

/** What is asked of the database at each scrape; of what cannot be told the scrape says nothing. */
interface AtScrape {
  /** The messages of the outbox by state. */
  readonly outbox?: () => Promise<ReadonlyMap<string, number>>;
  /** Who watches the log of heads. */
  readonly watching?: () => Promise<Watched>;
  /** Single numbers, each by the name of its gauge in `NUMBERS`. */
  readonly numbers?: Readonly<Partial<Record<keyof typeof NUMBERS, () => Promise<number | undefined>>>>;
}

const NUMBERS = {
  yisheng_outbox_oldest_seconds: 'How long the oldest message has been due that belongs to what somebody did',
  yisheng_ledgers_unsealed: 'Ledgers that should have been sealed a minute ago',
  yisheng_backup_behind_seconds: 'How old what the last backup holds is',
  yisheng_backup_followed: '1 while a backup follows what is written, or did so within a day',
} as const;

/** Prometheus metrics with a registry of their own. */
export function metrics({ outbox, watching, numbers = {} }: AtScrape = {}, role = 'all'): Metrics {
  const registry = new Registry();
  const registers = [registry];
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
    labelNames: ['carrier', 'channel', 'account'],
    registers,
  });
  const ticks = new Counter({ name: 'yisheng_tick_failures_total', help: 'Ticks that failed', labelNames: ['tick'], registers });
  const build = new Gauge({ name: 'yisheng_build_info', help: 'What runs', labelNames: ['version', 'node', 'role'], registers });
  build.set({ version: VERSION, node: process.version, role }, 1);
  if (outbox) countAtScrape(registry, outbox);
  if (watching) watchAtScrape(registry, watching);
  for (const name of NAMES) {
    const read = numbers[name];
    if (read) readAtScrape(registry, name, read);
  }
  return {
    registry: Registry.merge([ofProcess(), registry]),
    turn: (channel, outcome, seconds) => {
      turns.inc({ channel, outcome });
      turnSeconds.observe({ channel }, seconds);
    },
    synthesised: (language, key) => synthesised.inc({ language, key }),
    clockOffset: (seconds) => offset.set(seconds),
    parked: (what, isParked) => parked.set(what, isParked ? 1 : 0),
    tickFailed: (tick) => ticks.inc({ tick }),
    http: (method, route, status, seconds) => requests.observe({ method, route, status }, seconds),
  };
}

/** What is measured of the process, whatever runs in it: once, since it watches the collector, the event loop and the ledgers' batches from then on. */
function ofProcess(): Registry {
  if (!measured) {
    measured = new Registry();
    collectDefaultMetrics({ register: measured, prefix: 'yisheng_' });
    watchBatches(measured);
  }
  return measured;
}

let measured: Registry | undefined;

/**
 * Only the largest, ten at least: sums and counts would show how many ballots were cast, and that somebody voted again; the first entry after a start that
 * somebody voted.
 */
function watchBatches(registry: Registry): void {
  const largest = new Gauge({
    name: 'yisheng_ledger_batch_largest_entries',
    help: 'The most entries that one command wrote into the ledgers, 10 at least',
    registers: [registry],
  });
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

const NAMES = [
  'yisheng_outbox_oldest_seconds',
  'yisheng_ledgers_unsealed',
  'yisheng_backup_behind_seconds',
  'yisheng_backup_followed',
] as const satisfies (keyof typeof NUMBERS)[];

function readAtScrape(registry: Registry, name: keyof typeof NUMBERS, read: () => Promise<number | undefined>): void {
  new Gauge({
    name,
    help: NUMBERS[name],
    registers: [registry],
    async collect() {
      this.reset();
      const value = await read().catch(() => undefined);
      if (value !== undefined) this.set(value);
      else this.remove();
    },
  });
}

/** What is measured of the log of heads and of its witnesses. */
interface Watched {
  readonly held?: object;
  readonly watchers: readonly { readonly name: string; readonly refuses: boolean; readonly last?: Date | undefined }[];
}

function watchAtScrape(registry: Registry, watching: () => Promise<Watched>): void {
  let asked: Promise<Watched> | undefined;
  /** The gauges of one scrape share what is read. */
  const once = () =>
    (asked ??= watching().finally(() => {
      asked = undefined;
    }));
  gauge('yisheng_log_held', 'The log of heads stands still', ({ held }) => [{ value: held ? 1 : 0 }]);
  gauge('yisheng_witness_refuses', 'A witness does not sign, because what it saw is not what is here', ({ watchers }) =>
    watchers.map(({ name, refuses }) => ({ witness: name, value: refuses ? 1 : 0 })),
  );
  gauge('yisheng_witness_signed_timestamp_seconds', 'When a witness signed last', ({ watchers }) =>
    watchers.flatMap(({ name, last }) => (last ? [{ witness: name, value: last.getTime() / 1_000 }] : [])),
  );

  function gauge(name: string, help: string, of: (found: Watched) => readonly { readonly witness?: string; readonly value: number }[]): void {
    new Gauge({
      name,
      help,
      labelNames: ['witness'],
      registers: [registry],
      async collect() {
        this.reset();
        const found = await once().catch(() => undefined);
        for (const { witness, value } of found ? of(found) : []) this.set(witness === undefined ? {} : { witness }, value);
      },
    });
  }
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
