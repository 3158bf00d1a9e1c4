import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { CodedError } from '../../src/store/codedError.ts';
import { load, quantile } from '../load.ts';
import type { Running } from '../processes.ts';
import type { Spoken } from '../request.ts';
import { MOST_A_SECOND, type Work } from '../work.ts';
import type { Sendsms } from './sendsms.ts';

/** Stands in the address of the doors. */
export const DOOR_SECRET = 'k'.repeat(32);
/** The longest wait for the last replies once the load has ended. Milliseconds. */
const LAST_MS = 60_000;

/**
 * Texts through Kannel's door whose replies come to `carrier`. The rate counts replies, until the last one is there; p50 and p99 are from the text's
 * last byte to its reply with the carrier. Each phone texts again long after its reply. `expects` checks every reply.
 */
export function handedOver(server: Running, carrier: Sendsms, spoken: (index: number) => Spoken, expects: (text: string) => boolean): Work {
  let said = 0;
  return async (connections, seconds, rate) => {
    const texts = Array.from({ length: Math.ceil(seconds * (rate ?? MOST_A_SECOND)) }, (_, index) => spoken(said + index));
    const bytes = texts.map((text) => request(server.port, text));
    const sentAt = new Map<string, number>();
    const times: number[] = [];
    let wrong: string | undefined;
    carrier.took = (to, text) => {
      const at = sentAt.get(to);
      sentAt.delete(to);
      if (at === undefined || !expects(text)) wrong ??= `${at === undefined ? 'a second reply' : 'a reply'}: ${text.slice(0, 200)}`;
      else times.push(performance.now() - at);
    };
    function* sending() {
      for (const [index, { from }] of texts.entries()) {
        sentAt.set(from, performance.now());
        yield bytes[index] ?? Buffer.alloc(0);
      }
    }
    const shared = sending();
    const before = server.cpu();
    const began = performance.now();
    const measured = await load(
      server.port,
      connections,
      seconds,
      () => shared,
      (body) => body === '' && wrong === undefined,
      rate,
    );
    for (const until = performance.now() + LAST_MS; sentAt.size > 0 && performance.now() < until; ) await sleep(5);
    if (wrong || sentAt.size > 0) throw new CodedError('wrong-reply', `The carrier got ${wrong ?? `no reply to ${sentAt.size} texts`}.`);
    const took = (performance.now() - began) / 1_000;
    said += measured.count;
    times.sort((a, b) => a - b);
    return {
      ...measured,
      rate: times.length / took,
      p50: quantile(times, 0.5),
      p99: quantile(times, 0.99),
      cpu: (server.cpu() - before) / measured.count,
    };
  };
}

/** Kannel's `get-url` as bytes. */
function request(port: number, { from, to, body }: Spoken): Buffer {
  const query = new URLSearchParams({ from, to, id: randomBytes(16).toString('hex'), smsc: 'bench', coding: '2', charset: 'UTF-8', text: body });
  return Buffer.from(`GET /kannel/${DOOR_SECRET}/sms?${query} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`);
}
