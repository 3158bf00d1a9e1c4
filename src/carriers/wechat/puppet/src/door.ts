import { randomInt } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type Cipher, signature } from './cipher.ts';
import type { AccountMessage, AccountMessageBase } from './message.ts';
import { type AccountKeys, type Refused, type Verified, verify } from './verify.ts';

export interface DoorDeps {
  readonly keys: AccountKeys;
  /** Gives the text of the passive reply; undefined for none. */
  readonly answer: (message: AccountMessage) => Promise<string | undefined>;
  /** In milliseconds since the epoch. */
  readonly now?: () => number;
  /** For how long, in milliseconds, a repeated delivery gets the same answer. 0: only while it is being answered. */
  readonly remembered: number;
  /** Is notified of each delivery and of its result. */
  readonly observe?: (outcome: Delivered) => void;
  /** Is notified of an internal error while a delivery was handled. */
  readonly failed?: (error: unknown) => void;
}

export type Delivered = 'safe' | 'plain' | Refused;

/** A handler for node:http, for Express, and for anything else that passes their requests on with the body unread. */
export type WebhookHandler = (request: IncomingMessage, response: ServerResponse) => void;

const MAX_BYTES = 64 * 1024;

/**
 * The address to which WeChat sends, for `GET` and `POST` at any one path. A body over 64 KiB gives 413; a request that is not WeChat's, or is older
 * than five minutes, gives 403 and an empty body; a malformed one gives 400 and one line. Otherwise the answer is the passive reply, encrypted if
 * the message was, or `success` if there is none.
 */
export function door({ keys, answer, now = Date.now, remembered, observe = () => {}, failed = () => {} }: DoorDeps): WebhookHandler {
  const { echo, post } = verify(keys, now);
  const answers = new Map<string, Promise<string | undefined>>();

  return (request, response) => {
    const target = request.url ?? '';
    if (!target.startsWith('/')) return respond(response, 400, 'text/plain; charset=utf-8', 'malformed address\n');
    const query = new URLSearchParams(/\?(.*)/s.exec(target)?.[1]);
    if (request.method === 'GET') {
      const said = echo(query);
      return 'refused' in said ? refuse(response, said.refused) : respond(response, 200, 'text/plain; charset=utf-8', said.echo);
    }
    if (request.method !== 'POST') return respond(response, 405, 'text/plain; charset=utf-8', 'GET and POST only\n');
    readBody(request, MAX_BYTES, (body) => void take(query, body, response).catch((error: unknown) => fail(response, error)));
  };

  /** The error is on our side, not in the request; WeChat sends it again. */
  function fail(response: ServerResponse, error: unknown): void {
    failed(error);
    if (response.headersSent) response.destroy();
    else respond(response, 500, 'text/plain; charset=utf-8', 'failed\n');
  }

  async function take(query: URLSearchParams, body: Buffer | 'too large', response: ServerResponse): Promise<void> {
    if (body === 'too large') return respond(response, 413, 'text/plain; charset=utf-8', 'too large\n');
    const verified = post(query, body);
    observe(typeof verified === 'string' ? verified : verified.cipher ? 'safe' : 'plain');
    if (typeof verified === 'string') return refuse(response, verified);
    const text = await once(verified.message).catch(() => undefined); // `answer` has reported its own error; WeChat need not know
    reply(response, verified, text);
  }

  /** A repeated delivery joins the first one. */
  async function once(message: AccountMessage): Promise<string | undefined> {
    const known = answers.get(message.key);
    if (known) return known;
    const answering = answer(message);
    answers.set(message.key, answering);
    const forget = () => void answers.delete(message.key);
    const end = () => (remembered > 0 ? void setTimeout(forget, remembered).unref() : forget());
    answering.then(end, end);
    return answering;
  }

  function reply(response: ServerResponse, { message, cipher }: Verified, text: string | undefined): void {
    if (!text) return void respond(response, 200, 'text/plain; charset=utf-8', 'success');
    const seconds = Math.floor(now() / 1_000);
    const xml = replyXml(message, text, seconds);
    respond(response, 200, 'text/xml; charset=utf-8', cipher ? encryptedReply(cipher, keys.token, xml, String(seconds)) : xml);
  }
}

function encryptedReply(cipher: Cipher, token: string, xml: string, timestamp: string): string {
  const encrypted = cipher.encrypt(xml);
  const nonce = String(randomInt(1e9, 1e10));
  return `<xml><Encrypt><![CDATA[${encrypted}]]></Encrypt><MsgSignature><![CDATA[${signature(token, timestamp, nonce, encrypted)}]]></MsgSignature><TimeStamp>${timestamp}</TimeStamp><Nonce><![CDATA[${nonce}]]></Nonce></xml>`;
}

function refuse(response: ServerResponse, why: Refused): void {
  if (why === 'malformed') respond(response, 400, 'text/plain; charset=utf-8', 'malformed message\n');
  else respond(response, 403);
}

function respond(response: ServerResponse, status: number, type?: string, body = ''): void {
  response.statusCode = status;
  if (type) response.setHeader('content-type', type);
  response.setHeader('content-length', Buffer.byteLength(body));
  response.end(body);
}

/** The body's bytes as they came; bytes beyond the limit are thrown away as they arrive. The promise never settles if the request was cut off. */
function readBody(request: IncomingMessage, limit: number, settle: (body: Buffer | 'too large') => void): void {
  const chunks: Buffer[] = [];
  let size = 0;
  if (Number(request.headers['content-length']) > limit) discard();
  else request.on('data', collect).on('end', end);

  function collect(chunk: Buffer) {
    size += chunk.length;
    chunks.push(chunk);
    if (size > limit) discard();
  }
  function end() {
    settle(Buffer.concat(chunks));
  }
  function discard() {
    request.off('data', collect).off('end', end).resume();
    settle('too large');
  }
}

/** Characters that XML 1.0 cannot hold, including half of a surrogate pair. */
const UNHOLDABLE = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu;

/** A text as the passive reply to a message. */
function replyXml({ openid, account }: AccountMessageBase, text: string, createTime: number): string {
  return `<xml><ToUserName>${cdata(openid)}</ToUserName><FromUserName>${cdata(account)}</FromUserName><CreateTime>${createTime}</CreateTime><MsgType>${cdata('text')}</MsgType><Content>${cdata(text)}</Content></xml>`;
}

function cdata(text: string): string {
  return `<![CDATA[${text.replace(UNHOLDABLE, '').replaceAll(']]>', ']]]]><![CDATA[>')}]]>`;
}
