import { once } from 'node:events';
import { createServer } from 'node:http';

/** A carrier's REST API that accepts every message, so that the receipts of calls can be sent. */
export async function carrier(): Promise<{ url: string; taken(): number; stop(): Promise<void> }> {
  let sids = 0;
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      sids += 1;
      response.writeHead(201, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ sid: `SM${String(sids).padStart(32, '0')}`, status: 'queued' }));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`,
    taken: () => sids,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
