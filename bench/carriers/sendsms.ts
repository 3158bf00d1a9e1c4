import { onLoopback } from '../../scripts/fakes/onLoopback.ts';

/** A Kannel that takes every message at once. */
export interface Sendsms {
  readonly url: string;
  /** Called for each message as it comes. */
  took: (to: string, text: string) => void;
  stop(): Promise<void>;
}

export async function sendsms(): Promise<Sendsms> {
  const { url, server, stop } = await onLoopback((request, response) => {
    const query = new URLSearchParams(request.url?.split('?')[1]);
    door.took(query.get('to') ?? '', query.get('text') ?? '');
    response.writeHead(202, { 'Content-Type': 'text/html' }).end('0: Accepted for delivery');
  });
  server.keepAliveTimeout = 60_000;
  const door: Sendsms = {
    url,
    took: () => {},
    stop,
  };
  return door;
}
