import { setFlagsFromString } from 'node:v8';
import { firstCommunities } from '../fund/communities/index.js';
import { CodedError } from '../store/codedError.js';
import { config } from './config.js';
import { logger } from './logger.js';
import { startServer } from './server.js';
/** The process: settings, the service, the lines printed for the person who starts it, and a graceful end. */
async function main() {
    setFlagsFromString('--heap-growing-percent=150'); // by default V8 tidies up only at four times what is in use: 70 MB more, and nothing faster
    const settings = config();
    const log = logger(settings.logLevel);
    const service = await startServer(settings, log);
    await greet(service, settings);
    log.info({ host: settings.host, port: Number(new URL(service.url).port) }, 'taking turns');
    giveBack();
    service.watch((error) => {
        log.fatal({ error, code: error.code }, 'no turn can be taken any more: the process ends');
        fail(error);
    });
    let stopping;
    const stop = (signal) => {
        if (stopping)
            process.exit(1);
        log.info({ signal }, 'stopping: the turns in flight are ended first');
        stopping = service.close().catch(fail);
    };
    process.on('SIGINT', stop).on('SIGTERM', stop);
}
/** V8's timer looks eight seconds after the last collection, and again after eight. Milliseconds. */
const GIVES_BACK_MS = 20_000;
/** Has V8 give back what the start alone needed, 60 MB. By itself it does that only where nearly nothing is allocated: what looks for due work each second is too much. */
function giveBack() {
    setFlagsFromString('--optimize-for-size');
    setTimeout(() => setFlagsFromString('--no-optimize-for-size'), GIVES_BACK_MS).unref();
}
async function greet({ url, greeting }, { twilio }) {
    const communities = await firstCommunities(10);
    const lines = [
        '',
        `Yisheng (议声) runs at ${url}`,
        ...communities.map(({ _id, name, phone }) => `  ${name} (${_id}) · text ${phone} · ${url}/c/${_id}`),
        ...(communities.length === 0 ? ['  No community yet: npm run community -- import DIR'] : []),
        ...(twilio
            ? [
                '',
                'Twilio: see that its own opt-out handling is off for the number, or STOP, START and HELP never get here (docs/operators.md: In production).',
            ]
            : []),
        ...greeting,
        '',
    ];
    process.stdout.write(`${lines.join('\n')}\n`);
}
function fail(error) {
    process.stderr.write(`${error instanceof CodedError ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(1);
}
await main().catch(fail);
