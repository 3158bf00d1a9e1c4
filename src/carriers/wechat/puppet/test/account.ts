import { createCipheriv, createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { WebhookHandler } from '../src/door.ts';

/** An account of the tests, and what WeChat posts for it: written from the protocol, not with the puppet's own code. */
export const KEYS = {
  appId: 'wx5823bf96d3bd56c7',
  token: 'spamtest',
  aesKey: 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG',
};

export const OPENID = 'o6_bmjrPTlm6_2sgVt7hMZOPfL2M';
export const ACCOUNT = 'gh_7f083739789a';

let made = 0;

/** The XML of a text; `more` is put behind its fields. */
export function textXml(text: string, { id = String(++made), openid = OPENID, more = '' } = {}): string {
  return `<xml><ToUserName><![CDATA[${ACCOUNT}]]></ToUserName><FromUserName><![CDATA[${openid}]]></FromUserName><CreateTime>${seconds()}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[${text}]]></Content><MsgId>${id}</MsgId>${more}</xml>`;
}

export function eventXml(event: string, key: string, createTime = seconds()): string {
  return `<xml><ToUserName><![CDATA[${ACCOUNT}]]></ToUserName><FromUserName><![CDATA[${OPENID}]]></FromUserName><CreateTime>${createTime}</CreateTime><MsgType><![CDATA[event]]></MsgType><Event><![CDATA[${event}]]></Event><EventKey><![CDATA[${key}]]></EventKey></xml>`;
}

export interface Post {
  readonly query: Record<string, string>;
  readonly body: string;
}

/** What safe mode posts. */
export function safe(
  inner: string | Buffer,
  { timestamp = String(seconds()), nonce = String(1e9 + ++made), appId = KEYS.appId, aesKey = KEYS.aesKey, token = KEYS.token } = {},
): Post {
  const message = Buffer.from(inner);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(message.length);
  const unpadded = Buffer.concat([Buffer.alloc(16, 7), length, message, Buffer.from(appId)]);
  const padding = 32 - (unpadded.length % 32);
  const key = Buffer.from(`${aesKey}=`, 'base64');
  const aes = createCipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
  const encrypted = Buffer.concat([aes.update(unpadded), aes.update(Buffer.alloc(padding, padding)), aes.final()]).toString('base64');
  return {
    query: { ...plainQuery(timestamp, nonce, token), openid: OPENID, encrypt_type: 'aes', msg_signature: sha1(token, timestamp, nonce, encrypted) },
    body: `<xml><ToUserName><![CDATA[${ACCOUNT}]]></ToUserName><Encrypt><![CDATA[${encrypted}]]></Encrypt></xml>`,
  };
}

/** The parameters of plain mode. */
export function plainQuery(timestamp = String(seconds()), nonce = String(1e9 + ++made), token = KEYS.token): Record<string, string> {
  return { signature: sha1(token, timestamp, nonce), timestamp, nonce };
}

export function sha1(...parts: string[]): string {
  return createHash('sha1').update(parts.sort().join('')).digest('hex');
}

export function seconds(): number {
  return Math.floor(Date.now() / 1_000);
}

export interface Served {
  post(post: Post): Promise<{ status: number; type: string | null; text: string }>;
  get(query: Record<string, string>): Promise<{ status: number; text: string }>;
  stop(): Promise<void>;
}

/** A door on a loopback port of its own. */
export async function serve(door: WebhookHandler): Promise<Served> {
  const server = createServer(door).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/wechat`;
  return {
    post: async ({ query, body }) => {
      const response = await fetch(`${url}?${new URLSearchParams(query)}`, { method: 'POST', body });
      return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
    },
    get: async (query) => {
      const response = await fetch(`${url}?${new URLSearchParams(query)}`);
      return { status: response.status, text: await response.text() };
    },
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
