import { uptime } from 'node:os';
import mongoose from 'mongoose';
import { CodedError } from './codedError.ts';
import { within } from './collection.ts';

/** The database's clock; all processes use it. */
export interface Clock {
  now(): Date;
  /** Whether this machine's clock agrees with the database's to within the second that readiness asks for. What cannot be undone is not done at a time that only one of the clocks shows. */
  agrees(): boolean;
  close(): void;
}

/** The most that a clock may be off, in milliseconds. The database's time decides what was received before the close. */
export const MOST_OFF = 1_000;

/**
 * Measures now, every ten seconds, and at once if this machine's clock jumps. Between two measurements the machine's monotonic clock is used, so
 * that setting the machine's time changes nothing. The monotonic clock stands still while the machine sleeps: the time of sleep is added.
 */
export async function clock(): Promise<Clock> {
  let measured = await bestOfThree();
  let measuring = false;
  const measure = async () => {
    if (measuring) return;
    measuring = true;
    // The database is away: readiness says so, and the last measurement stays in use.
    measured = await bestOfThree().catch(() => measured);
    measuring = false;
  };
  const timer = setInterval(measure, 10_000).unref();
  const now = () => {
    const passed = performance.now() - measured.at;
    if (Math.abs(Date.now() - measured.shown - passed) < MOST_OFF) return measured.time + passed;
    void measure();
    const slept = uptime() * 1_000 - measured.up - passed;
    return measured.time + passed + (slept > MOST_OFF ? slept : 0);
  };
  return { now: () => new Date(now()), agrees: () => Math.abs(Date.now() - now()) <= MOST_OFF, close: () => clearInterval(timer) };
}

/** A slower answer is not used, in milliseconds. */
const LONGEST_MS = 4_000;

interface Measured {
  /** The database's time, in milliseconds since 1970 … */
  time: number;
  /** … at this moment of the monotonic clock … */
  at: number;
  /** … at which this machine's clock showed that … */
  shown: number;
  /** … and it had been up for so long, sleep included. */
  up: number;
  /** How long the question took; the answer is wrong by half of it at most. */
  took: number;
}

async function bestOfThree(): Promise<Measured> {
  const first = await measureOnce();
  const second = await measureOnce();
  const third = await measureOnce();
  return [second, third].reduce((best, next) => (next.took < best.took ? next : best), first);
}

async function measureOnce(): Promise<Measured> {
  const asked = performance.now();
  const hello = mongoose.connection.getClient().db('admin').command({ hello: 1 });
  const { localTime } = await within(
    LONGEST_MS,
    hello,
    () => new CodedError('clock-not-read', 'The database does not tell its time; it is asked again.'),
  );
  const at = performance.now();
  return { time: localTime.getTime() + (at - asked) / 2, at, shown: Date.now(), up: uptime() * 1_000, took: at - asked };
}
