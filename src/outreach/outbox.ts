import type { Channel } from '../fund/act.ts';
import type { Log } from '../logger.ts';
import type { World } from '../store/world.ts';
import { bell } from './bell.ts';
import { claimDue } from './claimDue.ts';
import { type Carrier, deliver } from './deliver.ts';

export interface OutboxOptions extends Omit<Carrier, 'timeoutMs'> {
  readonly channel: Channel;
  readonly log: Pick<Log, 'error'>;
  /** Messages with the carrier at once; 10 where absent. */
  readonly atOnce?: number;
  /** Longest that one call of the carrier may take, in milliseconds; 10,000 where absent. */
  readonly timeoutMs?: number;
  /** How often to look for what another process queued, in milliseconds; 1,000 where absent. */
  readonly pollMs?: number;
}

export interface Outbox {
  /** Takes nothing more and resolves when what is with the carrier has come to an end. */
  stop(): Promise<void>;
}

/**
 * Sends what is due on one channel until it is stopped; several processes may send from the same outbox. Never sends
 * again by itself what the carrier may already have.
 */
export function outbox(world: World, { channel, log, atOnce = 10, timeoutMs = 10_000, pollMs = 1_000, ...carrier }: OutboxOptions): Outbox {
  const inFlight = new Set<Promise<void>>();
  let isStopping = false;
  let isRung = false;
  let wake = () => {};
  const ring = () => {
    isRung = true;
    wake();
  };
  bell(world).on('queued', ring);
  const ended = run();
  return {
    stop: async () => {
      isStopping = true;
      bell(world).off('queued', ring);
      ring();
      await ended;
      await Promise.all(inFlight);
    },
  };

  async function run(): Promise<void> {
    while (!isStopping) {
      isRung = false;
      if (!(await takeOne()) && !isRung) await pause();
    }
  }

  /** Whether it is worth looking for another one at once. A rate a channel, and quiet hours, hold back here. */
  async function takeOne(): Promise<boolean> {
    if (inFlight.size >= atOnce) return false;
    try {
      const message = await claimDue(world, channel);
      if (message === null) return false;
      if (message !== 'unknown') track(deliver(world, { ...carrier, timeoutMs }, message));
      return true;
    } catch (error) {
      log.error({ error, channel, code: 'OUTBOX_CLAIM' }, 'The outbox cannot be looked into');
      return false;
    }
  }

  function track(delivery: Promise<void>): void {
    const tracked = delivery
      .catch((error) => log.error({ error, channel, code: 'OUTBOX_DELIVERY' }, 'A message could not be taken further; its lease will run out'))
      .finally(() => {
        const wasFull = inFlight.size >= atOnce;
        inFlight.delete(tracked);
        if (wasFull) ring();
      });
    inFlight.add(tracked);
  }

  function pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, pollMs);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
