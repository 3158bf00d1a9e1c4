import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CodedError } from '../../src/store/codedError.ts';
import { root } from '../../src/store/root.ts';

/** A server under load, in a process of its own. */
export interface Running {
  readonly port: number;
  /** Milliseconds from its start until it answered. */
  readonly startMs: number;
  /** Resident set in MB. */
  rss(): number;
  stop(): Promise<void>;
}

export const TOKEN = 'bench-token';
export const SECRET = 'bench secret that is long enough for anyone';

/** The service as `npm start` runs it: compiled, with a carrier's settings. `env` adds to them. */
export async function service(env: Record<string, string>): Promise<Running> {
  const port = await freePort();
  return run(port, ['dist/src/main.js'], '/readyz', {
    PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
    TWILIO_AUTH_TOKEN: TOKEN,
    TWILIO_PHONE_NUMBER: '+862880000001',
    LOG_LEVEL: 'warn',
    ...env,
  });
}

/** The bare server that everything is compared with. */
export async function bare(uri: string): Promise<Running> {
  const port = await freePort();
  return run(port, ['--import', 'tsx', 'scripts/bench/bareServer.ts'], '/', { BENCH_URI: uri, BENCH_TOKEN: TOKEN, BENCH_PORT: String(port) });
}

async function run(port: number, args: string[], path: string, env: Record<string, string>): Promise<Running> {
  const started = performance.now();
  const child = spawn(process.execPath, args, { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', 'ignore', 'inherit'] });
  for (;;) {
    if (child.exitCode !== null) throw new CodedError('not-started', `${args.at(-1)} ended with ${child.exitCode}.`);
    const answer = await fetch(`http://127.0.0.1:${port}${path}`).catch(() => undefined);
    if (answer && (path === '/' || answer.ok)) break;
    await sleep(15);
  }
  return { port, startMs: performance.now() - started, rss: () => rss(child), stop: () => stop(child) };
}

function rss({ pid }: ChildProcess): number {
  const kilobytes = /VmRSS:\s+(\d+)/.exec(readFileSync(join('/proc', String(pid), 'status'), 'utf8'))?.[1];
  return Number(kilobytes) / 1_024;
}

async function stop(child: ChildProcess): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
