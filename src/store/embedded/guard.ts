import { setTimeout as sleep } from 'node:timers/promises';
import { CodedError } from '../codedError.ts';
import { isAlive } from './exclusively.ts';
import { say } from './findMongod.ts';

/** A `mongod` that is watched. */
export interface Guarded {
  readonly pid: number;
  /** Whether its files are there. */
  isThere(): Promise<boolean>;
  /** Why it ended, in its own words; undefined if it was killed. */
  lastWords(): Promise<string | undefined>;
  /** Starts it again; gives the pid of the new one. Rejects with `mongod-moved` if it is no longer where we look for it. */
  start(): Promise<number>;
}

export interface Guard {
  /** Resolves once the database is given up: it is gone, or cannot be kept running. */
  readonly lost: Promise<CodedError>;
  /** Stops the watch, after a start that is under way. */
  end(): Promise<void>;
}

/** In milliseconds: how often it is looked at, and the longest pause once starts have failed; and how many may fail. */
export interface GuardLimits {
  readonly every: number;
  readonly longest: number;
  readonly failures: number;
}

/** Some two minutes of tries. */
const LIMITS: GuardLimits = { every: 500, longest: 30_000, failures: 8 };
/** Another start would not help. */
const FINAL: readonly string[] = ['database-gone', 'mongod-moved'];
/** What has run for so long has not failed. Milliseconds. */
const STEADY_MS = 60_000;

/**
 * Watches a `mongod`. One that was killed is started again at once, however often. A start that fails, and an end that it brought about itself, make the next
 * pause twice as long, and after a few the database is given up: the process may end, so that its supervisor sees it and starts another. A full disk is waited
 * for: meanwhile residents are told that nothing is recorded. Without its files it is given up at once, whether it runs or not: a new and empty database must
 * not take its place, and what is acknowledged must be on the disk.
 */
export function guarded({ pid, isThere, lastWords, start }: Guarded, limits: GuardLimits = LIMITS): Guard {
  const ending = new AbortController();
  let current = pid;
  /** Since when it runs; undefined if it could not be started. */
  let since: number | undefined = performance.now();
  let failures = 0;
  let told = '';
  const watch = run();
  return {
    lost: watch.then((error) => error ?? new Promise<never>(() => {})),
    end: async () => {
      ending.abort();
      await watch;
    },
  };

  async function run(): Promise<CodedError | undefined> {
    for (;;) {
      const pause = Math.min(limits.longest, limits.every * 2 ** failures);
      await sleep(pause, undefined, { ref: false, signal: ending.signal }).catch(() => undefined); // it is over
      if (ending.signal.aborted) return undefined;
      const lost = await look();
      if (lost) return lost;
    }
  }

  /** Gives why the database is given up, if it is. */
  async function look(): Promise<CodedError | undefined> {
    try {
      if (!(await isThere()))
        throw new CodedError(
          'database-gone',
          'The files of the embedded MongoDB are gone. Put them back, or restore a backup, before you start again.',
        );
      if (!isAlive(current)) await startAgain();
      else if (since !== undefined && performance.now() - since >= STEADY_MS) failures = 0;
      return undefined;
    } catch (error) {
      return failed(error);
    }
  }

  async function startAgain(): Promise<void> {
    const words = since === undefined ? undefined : await lastWords();
    since = undefined;
    if (words !== undefined) failures += 1;
    if (failures >= limits.failures) throw new CodedError('mongod-failed', `it ended: ${words}.`);
    current = await start();
    since = performance.now();
    told = '';
    say(`The embedded MongoDB had ended${words === undefined ? '' : ` (${words})`} and was started again.`);
  }

  function failed(error: unknown): CodedError | undefined {
    const reason = error instanceof Error ? error.message : String(error);
    if (error instanceof CodedError && FINAL.includes(error.code)) return error;
    if (!(error instanceof CodedError && error.code === 'disk-full')) failures += 1;
    if (failures >= limits.failures)
      return new CodedError('mongod-lost', `The embedded MongoDB cannot be kept running, after ${limits.failures} failures: ${reason}`, {
        cause: error,
      });
    if (reason !== told) say(`The embedded MongoDB has ended and is started again as soon as it can be: ${reason}`);
    told = reason;
    return undefined;
  }
}
