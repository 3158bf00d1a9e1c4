import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { CodedError } from '../src/store/codedError.ts';
import { type Measured, timed } from './load.ts';

interface Reader {
  readonly cookie?: string | undefined;
  readonly pauseMs?: number;
}

/**
 * Asks for one address over kept connections, one request under way on each, for `seconds` seconds. Measures the milliseconds from the last byte
 * sent to the first byte back. The rest of each answer is read to its end and thrown away undecoded, so that the load itself costs little. With
 * `pauseMs` each connection waits so long between an answer and the next request, as somebody does who reads.
 */
export async function firstByte(
  port: number,
  path: string,
  connections: number,
  seconds: number,
  { cookie, pauseMs = 0 }: Reader = {},
): Promise<Measured> {
  const more = cookie === undefined ? '' : `Cookie: ${cookie}\r\n`;
  const request = Buffer.from(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAccept-Language: zh-CN\r\n${more}\r\n`);
  return timed(connections, seconds, (_, { until }, times) => oneConnection(port, request, { until, pauseMs }, times));
}

async function oneConnection(port: number, request: Buffer, { until, pauseMs }: { until: number; pauseMs: number }, times: number[]): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  try {
    while (performance.now() < until) {
      times.push(await once(socket, request));
      if (pauseMs > 0) await sleep(pauseMs);
    }
  } finally {
    socket.destroy();
  }
}

/** One request to the end of its answer; gives the time to its first byte. */
function once(socket: Socket, request: Buffer): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = performance.now();
    let first = 0;
    let missing = 0;
    const take = (chunk: Buffer) => {
      if (first === 0) {
        first = performance.now() - sent;
        const end = chunk.indexOf('\r\n\r\n');
        const head = chunk.toString('latin1', 0, end);
        if (!head.startsWith('HTTP/1.1 200 ')) return stop(new CodedError('wrong-answer', `The load got an answer that it did not expect: ${head}`));
        missing = end + 4 + Number(/content-length: *(\d+)/i.exec(head)?.[1]);
      }
      missing -= chunk.length;
      if (missing <= 0) stop();
    };
    const lost = () => stop(new CodedError('connection-lost', 'The server closed the connection.'));
    const stop = (error?: Error) => {
      socket.off('data', take).off('close', lost).off('error', lost);
      if (error) reject(error);
      else resolve(first);
    };
    socket.on('data', take).once('close', lost).once('error', lost);
    socket.write(request);
  });
}
