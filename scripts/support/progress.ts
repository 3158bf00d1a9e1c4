import { SingleBar } from 'cli-progress';

export interface Progress {
  increment(by?: number): void;
  stop(): void;
}

/** A bar on standard error for work that takes longer than a second; nothing if standard error is not a terminal. */
export function progress(what: string, total: number): Progress {
  if (!process.stderr.isTTY) return { increment: () => {}, stop: () => {} };
  const bar = new SingleBar({ format: `${what} {bar} {value}/{total} · {eta_formatted} left`, stream: process.stderr, clearOnComplete: true });
  let done = 0;
  let isShown = false;
  const started = Date.now();
  return {
    increment: (by = 1) => {
      done += by;
      if (!isShown && Date.now() - started > 1_000) {
        isShown = true;
        bar.start(total, done);
      } else if (isShown) bar.update(done);
    },
    stop: () => bar.stop(),
  };
}
