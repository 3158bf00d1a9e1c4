import { SingleBar } from 'cli-progress';
import { say } from './say.ts';

export interface Progress {
  /** How much is done, and of how much where that is known only now. */
  at(done: number, total?: number): void;
  end(): void;
}

/**
 * Shows how far something is that takes longer than a second: a bar on a terminal, elsewhere a line at each tenth. It
 * goes to standard error, so that standard output holds a command's own answer alone. `unit` follows the numbers.
 */
export function progress(title: string, total: number, unit = ''): Progress {
  return process.stderr.isTTY ? bar(title, total, unit) : lines(title, total, unit);
}

function bar(title: string, total: number, unit: string): Progress {
  const shown = new SingleBar({
    format: `${title} {bar} {percentage}% {value}/{total}${unit}`,
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: false,
  });
  shown.start(total, 0);
  return {
    at: (done, all) => {
      if (all !== undefined) shown.setTotal(all);
      shown.update(done);
    },
    end: () => shown.stop(),
  };
}

function lines(title: string, total: number, unit: string): Progress {
  let all = total;
  let tenth = 0;
  return {
    at: (done, newTotal = all) => {
      all = newTotal;
      const reached = all > 0 ? Math.floor((done / all) * 10) : 0;
      if (reached <= tenth) return;
      tenth = reached;
      say(`${title} ${reached * 10}% ${done}/${all}${unit}`);
    },
    end: () => {},
  };
}
