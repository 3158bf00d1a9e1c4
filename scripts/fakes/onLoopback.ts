import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';

export interface OnLoopback {
  readonly url: string;
  readonly server: Server;
  /** Ends it with all its connections. */
  stop(): Promise<void>;
}

/** A server on a loopback port of its own. */
export async function onLoopback(answer: RequestListener): Promise<OnLoopback> {
  const server = createServer(answer).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    server,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
