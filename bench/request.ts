import { randomBytes } from 'node:crypto';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import { PUBLIC_URL, TOKEN } from './processes.ts';

/** A text: its sender, its recipient and its words. */
export interface Spoken {
  readonly from: string;
  readonly to: string;
  readonly body: string;
}

/** A signed webhook request as bytes, made before the load begins, so that signing is not part of the load. */
export function request(port: number, { from, to, body }: Spoken, publicUrl?: string): Buffer {
  const fields = {
    MessageSid: `SM${randomBytes(16).toString('hex')}`,
    AccountSid: `AC${'0'.repeat(32)}`,
    From: from,
    To: to,
    Body: body,
    NumMedia: '0',
  };
  return signedRequest(port, '/twilio/sms', fields, publicUrl);
}

/** A form as bytes, signed as Twilio signs. */
export function signedRequest(port: number, path: string, fields: Readonly<Record<string, string>>, publicUrl = PUBLIC_URL): Buffer {
  const form = new URLSearchParams(fields).toString();
  const head = [
    `POST ${path} HTTP/1.1`,
    `Host: 127.0.0.1:${port}`,
    'Content-Type: application/x-www-form-urlencoded',
    `X-Twilio-Signature: ${getExpectedTwilioSignature(TOKEN, publicUrl + path, { ...fields })}`,
    `Content-Length: ${Buffer.byteLength(form)}`,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${form}`);
}
