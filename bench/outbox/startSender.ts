import { once } from 'node:events';
import { started } from './started.ts';

export interface Took {
  /** The number of messages given to the carrier. */
  readonly sent: number;
  readonly seconds: number;
  readonly cpu: number;
  /** The largest resident set, in MB. */
  readonly rss: number;
}

export interface Sending {
  readonly took: Promise<Took>;
  /** kill -9; resolves when the process is gone. */
  kill(): Promise<void>;
}

/**
 * `outbox`: sends what waits there. `bare`: a loop with the same client (`sendSms`) and one durable write a message. `broadcast`: first writes to
 * all residents, then sends.
 */
export type Mode = 'outbox' | 'bare' | 'broadcast';

/** A process that sends so many messages through the carrier. */
export function startSender(uri: string, api: string, mode: Mode, count: number): Sending {
  const { child, said } = started('sender.ts', { BENCH_URI: uri, BENCH_API: api, BENCH_MODE: mode, BENCH_COUNT: String(count) });
  const exit = once(child, 'exit');
  return {
    took: said.then(async (line): Promise<Took> => {
      await exit;
      return JSON.parse(line);
    }),
    kill: async () => {
      child.kill('SIGKILL');
      await exit;
    },
  };
}
