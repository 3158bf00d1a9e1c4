import { isAlive } from './isAlive.ts';
import { say } from './say.ts';

/** Milliseconds between two looks. */
const LOOK = 500;

/**
 * Watches over a `mongod`: when it is gone, `revive` starts it again and gives the pid of the new one. Where that fails,
 * the reason is told once and it is tried on, less often. `end` stops the watch, after a start that is under way.
 */
export function guarded(pid: number, revive: () => Promise<number>): { end(): Promise<void> } {
  let current = pid;
  let told = '';
  let underWay = Promise.resolve();
  let timer = setTimeout(look, LOOK).unref();

  function look(): void {
    underWay = isAlive(current) ? Promise.resolve() : start();
    void underWay.then(() => {
      timer = setTimeout(look, told ? LOOK * 10 : LOOK).unref();
    });
  }

  async function start(): Promise<void> {
    try {
      current = await revive();
      told = '';
      say('The embedded MongoDB had ended and was started again.');
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (reason !== told) say(`The embedded MongoDB has ended and is started again as soon as it can be: ${reason}`);
      told = reason;
    }
  }

  return {
    end: async () => {
      clearTimeout(timer);
      await underWay;
      clearTimeout(timer);
    },
  };
}
