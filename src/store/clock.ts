import mongoose from 'mongoose';

/** The database's clock, by which all processes go. */
export interface Clock {
  now(): Date;
  /** How far this machine's clock is ahead of the database's, in milliseconds; seen at once when it is set to another time. */
  offset(): number;
  close(): void;
}

/**
 * Measures now and every ten seconds. Between two measures the machine's monotonic clock counts, so that setting its
 * time to another changes nothing.
 */
export async function clock(): Promise<Clock> {
  let measured = await bestOfThree();
  const measure = async () => {
    measured = await bestOfThree();
  };
  // The database is away: readiness tells, and what was measured last holds on.
  const timer = setInterval(() => void measure().catch(() => undefined), 10_000).unref();
  const now = () => measured.time + performance.now() - measured.at;
  return { now: () => new Date(now()), offset: () => Date.now() - now(), close: () => clearInterval(timer) };
}

interface Measured {
  /** The database's time, in milliseconds since 1970 … */
  time: number;
  /** … at this moment of the monotonic clock. */
  at: number;
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
  const { localTime } = await mongoose.connection.getClient().db('admin').command({ hello: 1 });
  const at = performance.now();
  return { time: localTime.getTime() + (at - asked) / 2, at, took: at - asked };
}
