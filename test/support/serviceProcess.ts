import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { asCarrier, type Text } from '../../src/demo/carriers/signedLine.ts';
import { freePort } from '../../src/store/embedded/access.ts';
import { built } from './built.ts';

/** The service as a process of its own, so that it can be killed. */
export interface ServiceProcess {
  readonly url: string;
  /** Sends it a text as the carrier does; undefined if it did not answer. */
  text(text: Text): Promise<string | null | undefined>;
  signal(signal: NodeJS.Signals): void;
  /** kill -9. */
  kill(): Promise<void>;
  /** SIGTERM, and waits for its graceful end; gives the exit code. */
  stop(): Promise<number | null>;
}

export const TOKEN = 'a-token-of-the-tests';

/** Starts `src/app/main.ts` and waits until it is ready. `env` names its database: DATA_DIR, or MONGODB_URI with SECRET. */
export async function serviceProcess(env: Record<string, string>, port?: number): Promise<ServiceProcess & { readonly port: number }> {
  const listensOn = port ?? (await freePort());
  const url = `http://127.0.0.1:${listensOn}`;
  const child = spawn(process.execPath, [await built('src/app/main.ts')], {
    env: {
      ...process.env,
      LOG_LEVEL: 'silent',
      PORT: String(listensOn),
      PUBLIC_URL: url,
      TWILIO_ACCOUNT_SID: `AC${'0'.repeat(32)}`,
      TWILIO_AUTH_TOKEN: TOKEN,
      TWILIO_PHONE_NUMBER: '+862880000001',
      TWILIO_API_URL: 'http://127.0.0.1:9',
      ...env,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const killed = () => child.kill('SIGKILL');
  process.once('exit', killed);
  child.once('exit', () => process.off('exit', killed));
  await ready(child, url);
  const end = async (signal: NodeJS.Signals) => {
    const ended = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : undefined;
    child.kill(signal);
    await ended;
    return child.exitCode;
  };
  return {
    port: listensOn,
    url,
    text: (text) => asCarrier({ url, publicUrl: url, authToken: TOKEN }, text).catch(() => undefined),
    signal: (signal) => void child.kill(signal),
    kill: async () => void (await end('SIGKILL')),
    stop: () => end('SIGTERM'),
  };
}

async function ready(child: ChildProcess, url: string): Promise<void> {
  while (child.exitCode === null) {
    const answer = await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
    if (answer?.ok) return;
    await sleep(50);
  }
  throw new Error(`the service ended with ${child.exitCode} before it was ready`);
}
