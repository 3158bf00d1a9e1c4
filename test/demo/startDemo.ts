import { type OnOwnPort, onOwnPort } from '../../scripts/support/onOwnPort.ts';
import { app } from '../../src/app/app.ts';
import { logger } from '../../src/app/logger.ts';
import type { RecogniserSettings } from '../../src/carriers/hearing/recogniser.ts';
import { asCarrier } from '../../src/demo/carriers/signedLine.ts';
import { demoCommunity } from '../../src/demo/community.ts';
import { openDemo } from '../../src/demo/index.ts';
import type { World } from '../../src/store/world.ts';

export interface StartedDemo extends OnOwnPort {
  /** With the demo's clock. */
  readonly world: World;
  /** Texts from a phone, over the real webhook; gives the answer. */
  readonly text: (from: string, body: string) => Promise<string | null>;
}

/** The whole app as the demo runs it, its simulator included, on a port of its own over the database of `useDatabase`. */
export async function startDemo(given: World, speech?: RecogniserSettings): Promise<StartedDemo> {
  const demo = await openDemo({ demo: 'on' }, { world: given, embedded: true });
  if (!demo) throw new Error('It was asked for.');
  const { world, at, note } = demo;
  const opened = await onOwnPort((url) =>
    app({ world, log: logger('silent'), publicUrl: url, demo: at(url), announces: false, ...(speech && { speech }) }),
  );
  const { url } = opened;
  const to = (await demoCommunity())?.phone ?? '';
  return { ...opened, world, text: (from, body) => asCarrier({ url, publicUrl: url, authToken: note.authToken }, { from, to, body }) };
}
