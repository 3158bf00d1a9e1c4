import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { CodedError } from '../src/store/codedError.ts';

export interface Measured {
  /** Answers a second. */
  readonly rate: number;
  /** Milliseconds from the last byte sent to the last byte back. */
  readonly p50: number;
  readonly p99: number;
  readonly count: number;
  /** The share of one core that the load itself used. */
  readonly loadCpu: number;
}

export interface Timed extends Measured {
  /** The milliseconds of each answer, ascending. */
  readonly times: readonly number[];
}

/**
 * Sends ready-made HTTP requests over kept connections, one under way on each, until `seconds` have passed or none is left. `requests` gives each
 * connection's own; connections may share one iterator. `check` gets every answer's body and the number of its connection; an answer that is not
 * 200, or that it refuses, stops the measurement. With `rate`, at most so many are sent a second.
 */
export async function load(
  port: number,
  connections: number,
  seconds: number,
  requests: (connection: number) => Iterator<Buffer>,
  check: (body: string, connection: number) => boolean,
  rate?: number,
): Promise<Timed> {
  const pause = rate === undefined ? 0 : (connections / rate) * 1_000;
  return timed(connections, seconds, (index, { started, until }, times) => {
    const begins = started + (pause * index) / connections;
    return oneConnection(port, { begins, pause, until }, requests(index), (body) => check(body, index), times);
  });
}

/** Works over some connections at once, each of which adds its times until `until` is over (milliseconds of `performance.now`), and measures them together. */
export async function timed(
  connections: number,
  seconds: number,
  work: (connection: number, span: { readonly started: number; readonly until: number }, times: number[]) => Promise<void>,
): Promise<Timed> {
  const times: number[] = [];
  const cpu = process.cpuUsage();
  const started = performance.now();
  const span = { started, until: started + seconds * 1_000 };
  await Promise.all(Array.from({ length: connections }, (_, index) => work(index, span, times)));
  const took = (performance.now() - started) / 1_000;
  const { user, system } = process.cpuUsage(cpu);
  times.sort((a, b) => a - b);
  return {
    rate: times.length / took,
    p50: quantile(times, 0.5),
    p99: quantile(times, 0.99),
    count: times.length,
    loadCpu: (user + system) / 1e6 / took,
    times,
  };
}

async function oneConnection(
  port: number,
  { begins, pause, until }: { begins: number; pause: number; until: number },
  requests: Iterator<Buffer>,
  check: (body: string) => boolean,
  times: number[],
): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  const answers = answersOf(socket);
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  try {
    for (let due = begins; performance.now() < until; due += pause) {
      if (pause > 0) await sleep(Math.max(0, due - performance.now()));
      const { value, done } = requests.next();
      if (done) return;
      const sent = performance.now();
      socket.write(value);
      const { status, body } = await answers.next();
      times.push(performance.now() - sent);
      if (status !== 200 || !check(body))
        throw new CodedError('wrong-answer', `The load got an answer that it did not expect: ${status} ${body.slice(0, 200)}`);
    }
  } finally {
    socket.destroy();
  }
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Reads answers with a Content-Length from a socket, one after the other. */
function answersOf(socket: Socket): { next: () => Promise<Answer> } {
  let buffered: Buffer = Buffer.alloc(0);
  let waiting: { resolve: (answer: Answer) => void; reject: (error: Error) => void } | undefined;
  const settle = () => {
    const end = buffered.indexOf('\r\n\r\n');
    if (end < 0 || !waiting) return;
    const head = buffered.toString('latin1', 0, end);
    const length = Number(/content-length: *(\d+)/i.exec(head)?.[1] ?? 0);
    if (buffered.length < end + 4 + length) return;
    const answer = { status: Number(head.slice(9, 12)), body: buffered.toString('utf8', end + 4, end + 4 + length) };
    buffered = buffered.subarray(end + 4 + length);
    const { resolve } = waiting;
    waiting = undefined;
    resolve(answer);
  };
  socket.on('data', (chunk) => {
    buffered = buffered.length ? Buffer.concat([buffered, chunk]) : chunk;
    settle();
  });
  const fail = () => waiting?.reject(new CodedError('connection-lost', 'The server closed the connection.'));
  socket.on('close', fail).on('error', fail);
  return { next: () => new Promise((resolve, reject) => (waiting = { resolve, reject })) };
}

/** The value below which this share of a sorted list is. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
