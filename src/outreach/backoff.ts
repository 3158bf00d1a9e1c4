const FIRST_MS = 1_000;
const LONGEST_MS = 15 * 60_000;

/** How long to wait after so many attempts, in milliseconds: exponential with full jitter. `random` in [0, 1). */
export function backoff(attempts: number, random: () => number = Math.random): number {
  return Math.floor(random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** attempts));
}
