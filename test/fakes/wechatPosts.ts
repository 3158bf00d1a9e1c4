import { createDecipheriv } from 'node:crypto';
import { XMLParser } from 'fast-xml-parser';
import { safe, sha1 } from '../../src/carriers/wechat/puppet/test/account.ts';
import type { WebhookAnswer } from './twilio.ts';
import type { Interaction, wechatWindow } from './wechatWindow.ts';

/** What WeChat posts to the service, encrypted and signed, and how it takes the answers. */
export interface WechatPosts {
  attach(service: { url: string }): void;
  /** Delivers a message of a follower, encrypted and signed, and gives the passive reply's text, undefined for none. Rejects if WeChat would show the follower that the account is broken. */
  deliver(openid: string, fields: Readonly<Record<string, string>>, createTime?: number): Promise<string | undefined>;
  /** Posts anything. */
  post(query: Readonly<Record<string, string>>, body: string | Buffer): Promise<WebhookAnswer>;
}

/** In bytes: what a reply, or a message by the API, may have. */
export const MOST_BYTES = 2_048;
const GIVES_UP_MS = 5_000;

interface Keys {
  readonly appId: string;
  readonly token: string;
  readonly aesKey: string;
  /** `gh_…`. */
  readonly account: string;
}

/** What WeChat knows of those who write. */
interface Known {
  readonly followers: Set<string>;
  readonly window: ReturnType<typeof wechatWindow>;
  readonly now: () => number;
}

/** WeChat's posts to the service that is attached. */
export function wechatPosts(keys: Keys, { followers, window, now }: Known): WechatPosts {
  let service: { url: string } | undefined;
  return {
    attach: (attached) => {
      service = attached;
    },
    deliver,
    post,
  };

  async function deliver(
    openid: string,
    fields: Readonly<Record<string, string>>,
    createTime = Math.floor(now() / 1_000),
  ): Promise<string | undefined> {
    const all = { ToUserName: keys.account, FromUserName: openid, CreateTime: String(createTime), ...fields };
    const xml = `<xml>${Object.entries(all)
      .map(([name, value]) => `<${name}><![CDATA[${value.replaceAll(']]>', ']]]]><![CDATA[>')}]]></${name}>`)
      .join('')}</xml>`;
    note(openid, fields);
    const { query, body } = safe(xml, { ...keys, timestamp: String(Math.floor(now() / 1_000)) });
    const { status, text } = await post(query, body);
    if (status !== 200) throw new Error(`该公众号提供的服务出现故障: ${status}`);
    return text === '' || text === 'success' ? undefined : readReply(openid, text);
  }

  function note(openid: string, { MsgType, Event }: Readonly<Record<string, string>>): void {
    const interactions: Readonly<Record<string, Interaction>> = { subscribe: 'follow', SCAN: 'scan', CLICK: 'click' };
    const what = MsgType === 'event' ? interactions[Event ?? ''] : 'message';
    if (Event === 'unsubscribe') {
      followers.delete(openid);
      window.close(openid);
    } else followers.add(openid);
    if (what) window.interacted(openid, what);
  }

  async function post(query: Readonly<Record<string, string>>, body: string | Buffer): Promise<WebhookAnswer> {
    if (!service) throw new Error('no service is attached to the fake');
    const response = await fetch(`${service.url}/wechat?${new URLSearchParams(query)}`, {
      method: 'POST',
      headers: { 'content-type': 'text/xml', 'user-agent': 'Mozilla/4.0' },
      body: typeof body === 'string' ? body : new Uint8Array(body),
      signal: AbortSignal.timeout(GIVES_UP_MS),
    });
    return { status: response.status, type: response.headers.get('content-type'), text: await response.text() };
  }

  /** Reads a passive reply as strictly as WeChat. */
  function readReply(openid: string, text: string): string {
    const outer = fieldsOf(text);
    const [encrypted, time, nonce] = [outer.Encrypt, outer.TimeStamp, outer.Nonce].map(String);
    if (encrypted === undefined || time === undefined || nonce === undefined) throw new Error('the reply is not encrypted');
    if (outer.MsgSignature !== sha1(keys.token, time, nonce, encrypted)) throw new Error('the reply is not signed');
    const key = Buffer.from(`${keys.aesKey}=`, 'base64');
    const aes = createDecipheriv('aes-256-cbc', key, key.subarray(0, 16)).setAutoPadding(false);
    const plain = Buffer.concat([aes.update(encrypted, 'base64'), aes.final()]);
    const end = 20 + plain.readUInt32BE(16);
    if (plain.subarray(end, plain.length - (plain.at(-1) ?? 0)).toString() !== keys.appId) throw new Error('the reply is another account’s');
    const inner = fieldsOf(plain.subarray(20, end).toString());
    if (inner.ToUserName !== openid || inner.FromUserName !== keys.account || inner.MsgType !== 'text' || !/^\d+$/.test(String(inner.CreateTime)))
      throw new Error('the reply is malformed');
    const said = inner.Content;
    if (typeof said !== 'string' || said === '') throw new Error('the reply is empty');
    if (Buffer.byteLength(said) > MOST_BYTES) throw new Error(`the reply has ${Buffer.byteLength(said)} bytes`);
    return said;
  }
}

const parser = new XMLParser({ parseTagValue: false, processEntities: true, trimValues: false });

function fieldsOf(xml: string): Readonly<Record<string, unknown>> {
  return parser.parse(xml, true).xml ?? {};
}
