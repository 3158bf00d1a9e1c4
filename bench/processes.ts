import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CodedError } from '../src/store/codedError.ts';
import { freePort } from '../src/store/embedded/access.ts';
import { root } from '../src/store/files.ts';
import { cpuOf, memoryOf } from './processUse.ts';
import { giveKeys, SECRET } from './secret.ts';

/** A server under load, in a process of its own. */
export interface Running {
  readonly port: number;
  /** Milliseconds from its start until it answered. */
  readonly startMs: number;
  /** The resident set in MB, with what works for it apart. */
  rss(): number;
  /** Time on a processor since its start, in microseconds. */
  cpu(): number;
  stop(): Promise<void>;
}

export const TOKEN = 'benchtoken';
/** The address for which requests are signed. It has no port, so that the carrier's library checks one address and not two. */
export const PUBLIC_URL = 'https://bench.example';
/** Settings of the person who runs the bench; none of them reaches the processes that are measured. */
const SETTINGS =
  /^(PORT|HOST|PUBLIC_URL|MONGODB_URI|DATA_DIR|SECRET|TWILIO_.*|KANNEL_.*|MAS_.*|ALIYUN_.*|ASTERISK_.*|TTS_COMMAND|SPEECH(_.*)?|ALLOWED_IPS|WECHAT_.*|DEMO|METRICS_TOKEN|LOG_LEVEL|NODE_OPTIONS)$/;

/** Runs with servers and stops them at its end, however it ends. Each server has to be passed to `started`. */
export async function withServers<Result>(work: (started: (server: Promise<Running>) => Promise<Running>) => Promise<Result>): Promise<Result> {
  const running: Running[] = [];
  const started = async (starting: Promise<Running>) => {
    const server = await starting;
    running.push(server);
    return server;
  };
  try {
    return await work(started);
  } finally {
    await Promise.all(running.map(({ stop }) => stop()));
  }
}

/** The service, compiled, on a database that exists, with a carrier's settings. */
export function service(uri: string, dataDir: string, more: Record<string, string> = {}): Promise<Running> {
  return compiled({ ...CARRIER, MONGODB_URI: uri, DATA_DIR: dataDir, ...more });
}

/** The service, compiled, with a database of its own under `dataDir`. */
export function embeddedService(dataDir: string, mongod: string): Promise<Running> {
  return compiled({ ...CARRIER, DATA_DIR: dataDir, MONGOD_BINARY: mongod, LOG_LEVEL: 'silent' });
}

export const CARRIER = {
  SECRET,
  PUBLIC_URL,
  TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
  TWILIO_AUTH_TOKEN: TOKEN,
  TWILIO_PHONE_NUMBER: '+862880000001',
  LOG_LEVEL: 'warn',
};

/** The keys of the bench's official account; its token is `TOKEN`. */
export const WECHAT = { appId: 'wxbench', aesKey: '0123456789abcdefghijklmnopqrstuvwxyzABCDEFG' };

/** The service with WeChat alone; its API cannot be reached. */
export function wechatService(uri: string, dataDir: string): Promise<Running> {
  return compiled({
    MONGODB_URI: uri,
    DATA_DIR: dataDir,
    SECRET,
    PUBLIC_URL,
    WECHAT_APP_ID: WECHAT.appId,
    WECHAT_APP_SECRET: 'bench-secret',
    WECHAT_TOKEN: TOKEN,
    WECHAT_AES_KEY: WECHAT.aesKey,
    WECHAT_API_URL: 'http://127.0.0.1:9',
    LOG_LEVEL: 'warn',
  });
}

/** The service as `npm start` runs it without settings: its own database under `dataDir`, the demo. */
export function demo(dataDir: string, mongod: string): Promise<Running> {
  return compiled({ DATA_DIR: dataDir, MONGOD_BINARY: mongod, LOG_LEVEL: 'warn' });
}

/** The bare server with which everything is compared. */
export async function bare(uri: string): Promise<Running> {
  const port = await freePort();
  const env = { BENCH_URI: uri, BENCH_TOKEN: TOKEN, BENCH_PUBLIC_URL: PUBLIC_URL, BENCH_PORT: String(port) };
  return run(port, ['--import', 'tsx', 'bench/bareServer.ts'], '/', env);
}

/** The bare server of the files in a folder, with which the console's pages are compared. */
export async function fileServer(folder: string): Promise<Running> {
  const port = await freePort();
  const env = { BENCH_FOLDER: folder, BENCH_PORT: String(port) };
  return run(port, ['--import', 'tsx', 'bench/console/fileServer.ts'], '/', env);
}

/** The bare server with which WeChat's turns are compared. */
export async function bareWechat(uri: string): Promise<Running> {
  const port = await freePort();
  const env = { BENCH_URI: uri, BENCH_TOKEN: TOKEN, BENCH_APP_ID: WECHAT.appId, BENCH_AES_KEY: WECHAT.aesKey, BENCH_PORT: String(port) };
  return run(port, ['--import', 'tsx', 'bench/bareWechat.ts'], '/', env);
}

/** The bare server with which texts that Kannel brings are compared; it hands its replies over to `carrier`. */
export async function bareKannel(uri: string, carrier: string, secret: string): Promise<Running> {
  const port = await freePort();
  const env = { BENCH_URI: uri, BENCH_SENDSMS: carrier, BENCH_SECRET: secret, BENCH_PORT: String(port) };
  return run(port, ['--import', 'tsx', 'bench/carriers/bareKannel.ts'], '/', env);
}

async function compiled(env: Record<string, string>): Promise<Running> {
  if (env.MONGODB_URI) await giveKeys(env.MONGODB_URI);
  const port = Number(env.PORT ?? (await freePort()));
  return run(port, startArguments(), '/readyz', { PORT: String(port), ...env });
}

/** V8's flags and the program, as `npm start` runs it. */
function startArguments(): string[] {
  const { scripts }: { scripts: { start: string } } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return scripts.start.split('&& node ')[1]?.split(' ') ?? [];
}

async function run(port: number, args: string[], path: string, env: Record<string, string>): Promise<Running> {
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !SETTINGS.test(name)));
  const started = performance.now();
  const child = spawn(process.execPath, args, { cwd: root, env: { ...inherited, ...env }, stdio: ['ignore', 'ignore', 'inherit'] });
  for (;;) {
    if (child.exitCode !== null) throw new CodedError('not-started', `${args.at(-1)} ended with ${child.exitCode}.`);
    const answer = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => undefined);
    if (answer && (path === '/' || answer.ok)) break;
    await sleep(15);
  }
  return { port, startMs: performance.now() - started, rss: () => memoryOf(pidOf(child)), cpu: () => cpuOf(pidOf(child)), stop: () => stop(child) };
}

function pidOf({ pid }: ChildProcess): number {
  if (pid === undefined) throw new Error('The process did not start.');
  return pid;
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}
