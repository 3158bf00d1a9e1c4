import { once } from 'node:events';
import { createServer } from 'node:http';

/** A Kannel that takes every message at once. */
export interface Sendsms {
  readonly url: string;
  /** Called for each message as it comes. */
  took: (to: string, text: string) => void;
  stop(): Promise<void>;
}

export async function sendsms(): Promise<Sendsms> {
  const server = createServer((request, response) => {
    const query = new URLSearchParams(request.url?.split('?')[1]);
    door.took(query.get('to') ?? '', query.get('text') ?? '');
    response.writeHead(202, { 'Content-Type': 'text/html' }).end('0: Accepted for delivery');
  });
  server.keepAliveTimeout = 60_000;
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const door: Sendsms = {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    took: () => {},
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return door;
}
