import { connect } from 'node:net';
import type { Hostile } from './hostileRequests.ts';

/** The results of many requests. */
export interface Thrown {
  readonly count: number;
  /** Answers by status. */
  readonly statuses: ReadonlyMap<number, number>;
  /** Connections closed without an answer. */
  readonly closed: number;
  /** Neither answered nor closed in time. */
  readonly left: readonly Buffer[];
  /** Answers that reveal too much or show a crash: a 5xx other than 503, a stack, HTML from a carrier's address. */
  readonly wrong: readonly { readonly sent: Buffer; readonly got: string }[];
}

/** The longest time that a request may take, in milliseconds: longer than the server waits for a request that does not end. */
const LIMIT_MS = 45_000;
/** If no answer comes for this long, in milliseconds, the sender ends its side. */
const NOTHING_MS = 400;

/** Sends `count` requests over raw sockets, each on a socket of its own, `atOnce` at the same time. */
export async function throwAt(port: number, requests: Iterator<Hostile, unknown>, count: number, atOnce: number): Promise<Thrown> {
  const statuses = new Map<number, number>();
  const left: Buffer[] = [];
  const wrong: { sent: Buffer; got: string }[] = [];
  let closed = 0;
  let begun = 0;
  const thrower = async () => {
    while (begun < count) {
      begun += 1;
      const next = requests.next();
      if (next.done) return;
      const got = await answerTo(port, next.value);
      const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(got ?? '')?.[1]);
      if (got === undefined) left.push(next.value.bytes);
      else if (status) statuses.set(status, (statuses.get(status) ?? 0) + 1);
      else closed += 1;
      if (got && tellsTooMuch(next.value.bytes, got, status)) wrong.push({ sent: next.value.bytes, got });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, thrower));
  return { count: begun, statuses, closed, left, wrong };
}

function tellsTooMuch(sent: Buffer, got: string, status: number): boolean {
  const isCarriers = /^\w+ \/(twilio|wechat|kannel|mas|aliyun)/.test(sent.toString('latin1'));
  return (status >= 500 && status !== 503 && status !== 505) || /\n {4}at |node_modules/.test(got) || (isCarriers && /<html/i.test(got));
}

/** The answer; empty if the connection is closed without one; undefined if neither happens in time. */
function answerTo(port: number, { bytes, then }: Hostile): Promise<string | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ port, host: '127.0.0.1' });
    let got = '';
    const settle = (answer: string | undefined) => {
      clearTimeout(limit);
      clearTimeout(nothing);
      socket.destroy();
      resolve(answer);
    };
    const limit = setTimeout(() => settle(undefined), LIMIT_MS);
    const nothing = setTimeout(() => then === 'ends' && socket.end(), NOTHING_MS);
    socket.on('connect', () => {
      socket.write(bytes, () => then === 'resets' && socket.resetAndDestroy());
    });
    socket.on('data', (chunk) => {
      got += chunk.toString('latin1');
      if (/\r\n\r\n/.test(got) && !got.startsWith('HTTP/1.1 100')) setImmediate(settle, got);
    });
    socket.on('error', () => settle(got));
    socket.on('close', () => settle(got));
  });
}
