import { uptime } from 'node:os';
import mongoose from 'mongoose';
import { CodedError } from './codedError.ts';
import { within } from './inTime.ts';

/** The database's clock, by which all processes go. */
export interface Clock {
  now(): Date;
  /** This machine's clock shows the database's time, to the second that readiness asks for. What cannot be taken back is not done by a time that one clock alone shows. */
  agrees(): boolean;
  close(): void;
}

/** Most that a clock may be off, in milliseconds: what counts as received before the close is the database's time. */
export const MOST_OFF = 1_000;

/**
 * Measures now, every ten seconds, and at once when this machine's clock jumps. Between two measures the machine's monotonic clock counts, so
 * that setting its time to another changes nothing. That one stands still while the machine sleeps: what it slept is added.
 */
export async function clock(): Promise<Clock> {
  let measured = await bestOfThree();
  let measuring = false;
  const measure = async () => {
    if (measuring) return;
    measuring = true;
    // The database is away: readiness tells, and what was measured last holds on.
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

/** An answer that takes longer tells nothing. */
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
  /** What the question took: the answer is wrong by half of it at most. */
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
