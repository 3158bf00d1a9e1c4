import { type IncomingMessage, Agent as PlainAgent, request as plainRequest } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import type { Sent } from '../sending.ts';

/** The settings for calls to Twilio's REST API. */
export interface TwilioAccount {
  readonly accountSid: string;
  readonly authToken: string;
  /** Another address of the REST API; no slash at the end. */
  readonly apiUrl?: string;
}

export interface TwilioAnswer {
  readonly status: number;
  /** Absent if it was longer than the limit. */
  readonly body?: Buffer;
}

export interface TwilioRequest {
  readonly form?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** The limit for an answer, in bytes; 64 KiB if absent. */
  readonly most?: number;
}

const TWILIO = 'https://api.twilio.com';
const TIMEOUT_MS = 10_000;
const MOST = 64 * 1024;
/** We close a connection that was idle for this long, in milliseconds. Otherwise the other end might close it just as the next request goes out. */
const IDLE_MS = 4_000;

/**
 * Calls one resource of the account, such as `/Calls.json`, once, over connections that are kept: this costs a fifth of what `fetch` costs. The
 * credentials go only to the API's host: a redirect is given back as the answer and not followed. Rejects if there is no answer.
 */
export function twilioRest({ accountSid, authToken, apiUrl = TWILIO }: TwilioAccount) {
  const base = `${apiUrl.replace(/\/+$/, '')}/2010-04-01/Accounts/${accountSid}`;
  const authorization = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`;
  const isSecure = base.startsWith('https:');
  const request = isSecure ? secureRequest : plainRequest;
  const agent = new (isSecure ? SecureAgent : PlainAgent)({ keepAlive: true, timeout: IDLE_MS });
  return async (method: 'GET' | 'POST' | 'DELETE', path: string, { form, signal, most = MOST }: TwilioRequest = {}): Promise<TwilioAnswer> => {
    const body = form && new URLSearchParams(form).toString();
    const headers = {
      authorization,
      'user-agent': 'yisheng',
      ...(body !== undefined && { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) }),
    };
    const answer = await new Promise<IncomingMessage>((resolve, reject) =>
      request(base + path, { method, headers, agent, signal: signal ?? AbortSignal.timeout(TIMEOUT_MS) }, resolve)
        .on('error', reject)
        .end(body),
    );
    const read = await bounded(answer, most);
    return { status: answer.statusCode ?? 0, ...(read && { body: read }) };
  };
}

/** Reads up to the limit, whatever length was announced. */
async function bounded(answer: IncomingMessage, most: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of answer) {
    size += chunk.length;
    if (size > most) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** What Twilio's answer names: the resource that it made, or the reason why there is none. */
export interface TwilioResource {
  readonly sid?: string;
  /** A code of https://www.twilio.com/docs/api/errors. */
  readonly code?: number;
}

/** Reads the body of an answer; a body that is not JSON names nothing. */
export function twilioResource(body: Buffer | undefined): TwilioResource {
  const told = parsed(body);
  if (typeof told !== 'object' || told === null) return {};
  return {
    ...('sid' in told && typeof told.sid === 'string' && told.sid !== '' && { sid: told.sid }),
    ...('code' in told && typeof told.code === 'number' && { code: told.code }),
  };
}

function parsed(body: Buffer | undefined): unknown {
  try {
    return JSON.parse(body?.toString() ?? '');
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const NO_CONNECTION = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'];

/** What is known about a message or a call whose request got no answer: without a connection it cannot have gone out. */
export function unanswered(error: unknown, signal: AbortSignal): Sent {
  if (error instanceof Error && 'code' in error && NO_CONNECTION.includes(String(error.code))) return { state: 'refused', reason: 'unreachable' };
  return { state: 'unknown', reason: signal.aborted ? 'timeout' : 'noAnswer' };
}
