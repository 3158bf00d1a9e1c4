import { createServer } from 'node:http';

/**
 * A carrier that answers every request at once with 201 and an id. `GET /` says how many messages it has and how many people got one twice. Started
 * as a process of its own; prints its port.
 */
const got = new Map<string, number>();
let sids = 0;

const server = createServer((request, response) => {
  if (request.method === 'GET') {
    const twice = [...got.values()].filter((count) => count > 1).length;
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify({ messages: sids, people: got.size, twice }));
    return;
  }
  let body = '';
  request.setEncoding('utf8').on('data', (chunk) => {
    body += chunk;
  });
  request.on('end', () => {
    const to = new URLSearchParams(body).get('To') ?? '';
    got.set(to, (got.get(to) ?? 0) + 1);
    sids += 1;
    response
      .writeHead(201, { 'Content-Type': 'application/json' })
      .end(JSON.stringify({ sid: `SM${process.pid.toString(16).padStart(8, '0')}${sids.toString(16).padStart(24, '0')}`, status: 'queued' }));
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`${typeof address === 'object' && address ? address.port : 0}\n`);
});
