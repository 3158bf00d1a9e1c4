import { once } from 'node:events';
import type { App } from '../../src/app/app.ts';
import { httpServer } from '../../src/app/server.ts';

export interface OnOwnPort {
  readonly url: string;
  /** Ends the requests in flight first, then the app. */
  stop(): Promise<void>;
}

/** A whole app on a free port of this machine. */
export async function onOwnPort(start: (url: string) => Promise<App>): Promise<OnOwnPort> {
  const { server, serve } = httpServer();
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  const running = await start(url);
  serve(running.handler);
  return {
    url,
    stop: async () => {
      running.leave();
      await new Promise((resolve) => server.close(resolve));
      await running.stop();
    },
  };
}
