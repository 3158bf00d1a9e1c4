import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Door } from '../src/door.ts';
import type { Post } from './account.ts';

export interface Served {
  post(post: Post): Promise<{ status: number; type: string | null; text: string }>;
  get(query: Record<string, string>): Promise<{ status: number; text: string }>;
  stop(): Promise<void>;
}

/** A door on a loopback port of its own. */
export async function serve(door: Door): Promise<Served> {
  const server = createServer(door).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/wechat`;
  return {
    post: async ({ query, body }) => {
      const response = await fetch(`${url}?${new URLSearchParams(query)}`, { method: 'POST', body });
      return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
    },
    get: async (query) => {
      const response = await fetch(`${url}?${new URLSearchParams(query)}`);
      return { status: response.status, text: await response.text() };
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
