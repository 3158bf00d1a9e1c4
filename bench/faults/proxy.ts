import { connect, createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/**
 * Stands between a service and its MongoDB (`BENCH_PORT`), prints its port, and cuts on commands from its standard input. `idle`: as the next answer
 * passes, ends the connections that carry no request. `all`: breaks off every connection, including those that carry a request, as soon as one does.
 * Prints how many it has cut.
 */
const target = Number(process.env.BENCH_PORT);

interface Pair {
  readonly near: Socket;
  readonly far: Socket;
  isAsked: boolean;
}
const pairs = new Set<Pair>();
let isToCut: 'idle' | 'all' | undefined;

const server = createServer({ noDelay: true }, (near) => {
  const far = connect({ port: target, host: '127.0.0.1', noDelay: true });
  const pair: Pair = { near, far, isAsked: false };
  pairs.add(pair);
  near.on('data', (chunk) => {
    pair.isAsked = true;
    far.write(chunk);
    if (isToCut === 'all') cut([...pairs], (end) => end.destroy());
  });
  far.on('data', (chunk) => {
    near.write(chunk);
    pair.isAsked = false;
    if (isToCut === 'idle')
      cut(
        [...pairs].filter(({ isAsked }) => !isAsked),
        (end) => end.end(),
      );
  });
  const close = () => {
    pairs.delete(pair);
    near.destroy();
    far.destroy();
  };
  for (const end of [near, far]) end.on('error', close).on('close', close);
});

function cut(some: readonly Pair[], ends: (end: Socket) => void): void {
  if (some.length === 0) return;
  isToCut = undefined;
  for (const pair of some) {
    ends(pair.near);
    ends(pair.far);
  }
  console.log(some.length);
}

server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  if (typeof address === 'object' && address) console.log(address.port);
});
createInterface(process.stdin).on('line', (line) => {
  if (line === 'idle' || line === 'all') isToCut = line;
});
