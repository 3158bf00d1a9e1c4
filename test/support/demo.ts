import { createServer } from 'node:http';
import { app } from '../../src/app.ts';
import { importCommunity } from '../../src/fund/files/importCommunity.ts';
import { logger } from '../../src/logger.ts';
import { demoClock } from '../../src/store/demoClock.ts';
import type { World } from '../../src/store/world.ts';

export interface Demo {
  readonly url: string;
  stop(): Promise<void>;
}

/** The whole app as the demo runs it, its simulator included, on a port of its own over the database of `useDatabase`. */
export async function startDemo(world: World): Promise<Demo> {
  const outcome = await importCommunity(world)('scripts/demo', { demo: true });
  if ('problems' in outcome) throw new Error(JSON.stringify(outcome.problems));
  const server = createServer();
  const url = await new Promise<string>((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(`http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`);
    });
  });
  const clock = await demoClock(world.now);
  const demoToken = 'the token of every demo in a test';
  const running = await app({
    world: { ...world, now: clock.now },
    log: logger('silent'),
    publicUrl: url,
    carrier: { demoToken, url, clock },
    wechat: { demoToken },
    looksAround: false,
  });
  server.on('request', running.handler);
  return {
    url,
    stop: async () => {
      running.leave();
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeIdleConnections();
      });
      await running.stop();
    },
  };
}
