import { type OnOwnPort, onOwnPort } from '../../scripts/support/onOwnPort.ts';
import { app } from '../../src/app.ts';
import { importCommunity } from '../../src/fund/files/importCommunity.ts';
import { logger } from '../../src/logger.ts';
import { demoClock } from '../../src/store/demoClock.ts';
import type { World } from '../../src/store/world.ts';

export type Demo = OnOwnPort;

/** The whole app as the demo runs it, its simulator included, on a port of its own over the database of `useDatabase`. */
export async function startDemo(world: World): Promise<Demo> {
  const outcome = await importCommunity(world)('scripts/demo', { demo: true });
  if ('problems' in outcome) throw new Error(JSON.stringify(outcome.problems));
  const clock = await demoClock(world.now);
  const demoToken = 'the token of every demo in a test';
  return onOwnPort((url) =>
    app({
      world: { ...world, now: clock.now },
      log: logger('silent'),
      publicUrl: url,
      carrier: { demoToken, url, clock },
      wechat: { demoToken },
      looksAround: false,
    }),
  );
}
