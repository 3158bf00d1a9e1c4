import { type OnOwnPort, onOwnPort } from '../../scripts/support/onOwnPort.ts';
import { app } from '../../src/app/app.ts';
import { logger } from '../../src/app/logger.ts';
import { openDemo } from '../../src/demo/index.ts';
import type { World } from '../../src/store/world.ts';

export type StartedDemo = OnOwnPort;

/** The whole app as the demo runs it, its simulator included, on a port of its own over the database of `useDatabase`. */
export async function startDemo(given: World): Promise<StartedDemo> {
  const demo = await openDemo({ demo: 'on' }, { world: given, embedded: true });
  if (!demo) throw new Error('It was asked for.');
  const { world, at } = demo;
  return onOwnPort((url) => app({ world, log: logger('silent'), publicUrl: url, demo: at(url), announces: false }));
}
