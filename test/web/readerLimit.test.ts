import { once } from 'node:events';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'chai';
import express from 'express';
import { logger } from '../../src/app/logger.ts';
import { lastError } from '../../src/web/errors.ts';
import { readerLimit } from '../../src/web/readerLimit.ts';

describe('a crowd of readers', () => {
  let server: Server;
  let port: number;
  const hanging: (() => void)[] = [];
  const lines: string[] = [];
  let ended = 0;
  let begun = 0;

  before(async () => {
    const readers = readerLimit();
    async function* endless(): AsyncGenerator<Uint8Array, void> {
      begun += 1;
      try {
        for (;;) yield Buffer.alloc(64 * 1024);
      } finally {
        ended += 1;
      }
    }
    const app = express()
      .get(
        '/page',
        readers.handler(async (_, response) => void response.send('here')),
      )
      .get(
        '/hangs',
        readers.handler(async (_, response) => {
          await new Promise<void>((resolve) => hanging.push(resolve));
          response.send('late');
        }),
      )
      .get('/endless', (_, response) => readers.send(response, endless(), () => response.type('text/plain')))
      .use(lastError(logger('info', { write: (line) => void lines.push(line) })));
    server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    port = typeof address === 'object' && address ? address.port : 0;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  const get = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);

  it('is not held up by readers who take nothing of what is sent to them, and forgets those who leave', async () => {
    const slow = await Promise.all(
      Array.from({ length: 50 }, async () => {
        const socket = connect(port, '127.0.0.1').pause();
        await once(socket, 'connect');
        socket.write('GET /endless HTTP/1.1\r\nHost: x\r\n\r\n');
        return socket;
      }),
    );
    while (begun < slow.length) await sleep(20);
    expect(await (await get('/page')).text()).to.equal('here');
    for (const socket of slow) socket.destroy();
    while (ended < slow.length) await sleep(20);
  });

  it('waits for its turn for a moment, then hears that too many are reading; nothing of it is an error in the log', async () => {
    const held = [get('/hangs'), get('/hangs')];
    while (hanging.length < held.length) await sleep(10);
    const waiting = await Promise.all(Array.from({ length: 210 }, () => get('/page')));
    expect(new Set(waiting.map(({ status }) => status))).to.deep.equal(new Set([503]));
    const [one] = waiting;
    expect(one?.headers.get('retry-after')).to.equal('5');
    expect(await one?.json()).to.deep.equal({ error: 'Too many are reading just now; try again in a few seconds.' });
    expect(lines).to.deep.equal([]);
    for (const end of hanging) end();
    expect((await Promise.all(held)).map(({ status }) => status)).to.deep.equal([200, 200]);
    expect((await get('/page')).status).to.equal(200);
  });
});
