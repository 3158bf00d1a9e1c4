import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { ledgerBatches } from '../fund/ballots/index.js';
const SECONDS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8];
/**
 * Prometheus metrics with a registry of their own. `outbox` counts messages by state. It is called at each scrape; if it fails, the scrape leaves
 * the counts out.
 */
export function metrics(outbox) {
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
        help: 'The most entries that one command wrote into the ledgers',
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
    if (outbox)
        countAtScrape(registry, outbox);
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
/** Only the largest: sums and counts would show how many ballots were cast, and that somebody voted again. */
function watchBatches(largest) {
    let most = 0;
    ledgerBatches.subscribe((entries) => {
        most = Math.max(most, Number(entries));
        largest.set(most);
    });
}
function countAtScrape(registry, outbox) {
    new Gauge({
        name: 'yisheng_outbox_messages',
        help: 'Messages of the outbox that are under way, by state',
        labelNames: ['state'],
        registers: [registry],
        async collect() {
            this.reset();
            const counts = await outbox().catch(() => new Map());
            for (const [state, count] of counts)
                this.set({ state }, count);
        },
    });
}
/** Measures and logs every request by its route's pattern; the values in its path, query, headers and body are left out. Routers have to be mounted at the root, because only then is the pattern whole. */
export function requestLog(log, metrics) {
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
