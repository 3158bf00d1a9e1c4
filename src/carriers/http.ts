import { type IncomingMessage, Agent as PlainAgent, request as plainRequest } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import { readAtMost } from '../store/readAtMost.ts';
import type { Sent } from './sending.ts';

export interface CarrierRequest {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  readonly signal?: AbortSignal | undefined;
  /** The limit for an answer, in bytes; 64 KiB if absent. */
  readonly most?: number | undefined;
}

export interface CarrierAnswer {
  readonly status: number;
  /** Absent if it was longer than the limit. */
  readonly body?: Buffer;
  /** Where a redirect leads. */
  readonly location?: string;
}

const TIMEOUT_MS = 10_000;
const MAX_ANSWER_BYTES = 64 * 1024;
/** We close a connection that was idle for this long, in milliseconds. Otherwise the other end might close it just as the next request goes out. */
const IDLE_MS = 4_000;

/**
 * Calls a carrier's addresses, which begin with `base`, once, over connections that are kept: this costs a fifth of what `fetch` costs. What is sent
 * goes only to that host: a redirect is given back as the answer and not followed. Rejects if there is no answer.
 */
export function carrierHttp(base: string) {
  const isSecure = base.startsWith('https:');
  const request = isSecure ? secureRequest : plainRequest;
  const agent = new (isSecure ? SecureAgent : PlainAgent)({ keepAlive: true, timeout: IDLE_MS });
  return async (
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    { headers, body, signal, most = MAX_ANSWER_BYTES }: CarrierRequest = {},
  ): Promise<CarrierAnswer> => {
    const all = { 'user-agent': 'yisheng', ...headers, ...(body !== undefined && { 'content-length': Buffer.byteLength(body) }) };
    const asked = request(base + path, { method, headers: all, agent, ...(signal && { signal }) });
    /** A signal of a time would go off, at some cost, behind each call that was answered long ago. */
    const late = signal ? undefined : setTimeout(() => asked.destroy(new Error('no answer in time')), TIMEOUT_MS);
    try {
      const answer = await new Promise<IncomingMessage>((resolve, reject) => asked.on('response', resolve).on('error', reject).end(body));
      const read = await readAtMost(answer, most);
      const { location } = answer.headers;
      return { status: answer.statusCode ?? 0, ...(read && { body: read }), ...(location !== undefined && { location }) };
    } finally {
      clearTimeout(late);
    }
  };
}

/** The header `Authorization` of a user with a password (RFC 7617). */
export function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
}

const NO_CONNECTION = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'];

/** What is known about a message or a call whose request got no answer: without a connection it cannot have gone out. */
export function unanswered(error: unknown, signal: AbortSignal): Sent {
  if (error instanceof Error && 'code' in error && NO_CONNECTION.includes(String(error.code))) return { state: 'refused', reason: 'unreachable' };
  return { state: 'unknown', reason: signal.aborted ? 'timeout' : 'noAnswer' };
}

/** The JSON of a body; undefined if it is none. */
export function jsonIn(body: Buffer | undefined): unknown {
  try {
    return JSON.parse(body?.toString() ?? '');
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
