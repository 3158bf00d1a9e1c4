import { cipher, signature } from '../../src/carriers/wechat/puppet/src/cipher.ts';
import { TOKEN, WECHAT } from './processes.ts';
import type { Spoken } from './request.ts';

export const ACCOUNT = 'gh_bench';

const { encrypt, decrypt } = cipher(WECHAT.aesKey, WECHAT.appId);
let made = 0;

/** An encrypted and signed post of WeChat's as bytes, made before the load begins, so that encryption is not part of the load. */
export function wechatRequest(port: number, { from, body }: Spoken): Buffer {
  const [timestamp, nonce, id] = [String(Math.floor(Date.now() / 1_000)), String(1e9 + ++made), String(2e15 + made)];
  const encrypted = encrypt(
    `<xml><ToUserName><![CDATA[${ACCOUNT}]]></ToUserName><FromUserName><![CDATA[${from}]]></FromUserName><CreateTime>${timestamp}</CreateTime><MsgType><![CDATA[text]]></MsgType><Content><![CDATA[${body}]]></Content><MsgId>${id}</MsgId></xml>`,
  );
  const query = new URLSearchParams({
    signature: signature(TOKEN, timestamp, nonce),
    timestamp,
    nonce,
    openid: from,
    encrypt_type: 'aes',
    msg_signature: signature(TOKEN, timestamp, nonce, encrypted),
  });
  const xml = `<xml><ToUserName><![CDATA[${ACCOUNT}]]></ToUserName><Encrypt><![CDATA[${encrypted}]]></Encrypt></xml>`;
  const head = [`POST /wechat?${query} HTTP/1.1`, `Host: 127.0.0.1:${port}`, 'Content-Type: text/xml', `Content-Length: ${Buffer.byteLength(xml)}`];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${xml}`);
}

/** The text of an encrypted answer; empty if it has none. */
export function openedReply(body: string): string {
  const encrypted = /<Encrypt><!\[CDATA\[(.*?)\]\]>/.exec(body)?.[1] ?? '';
  return decrypt(encrypted)?.toString() ?? '';
}
