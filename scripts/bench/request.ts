import { randomBytes } from 'node:crypto';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import { PUBLIC_URL, TOKEN } from './processes.ts';

/** Who writes what to whom. */
export interface Spoken {
  readonly from: string;
  readonly to: string;
  readonly body: string;
}

/** A signed webhook request as bytes: made before the load begins, so that signing is no part of it. */
export function request(port: number, { from, to, body }: Spoken): Buffer {
  const fields = {
    MessageSid: `SM${randomBytes(16).toString('hex')}`,
    AccountSid: `AC${'0'.repeat(32)}`,
    From: from,
    To: to,
    Body: body,
    NumMedia: '0',
  };
  const form = new URLSearchParams(fields).toString();
  const head = [
    'POST /twilio/sms HTTP/1.1',
    `Host: 127.0.0.1:${port}`,
    'Content-Type: application/x-www-form-urlencoded',
    `X-Twilio-Signature: ${getExpectedTwilioSignature(TOKEN, `${PUBLIC_URL}/twilio/sms`, fields)}`,
    `Content-Length: ${Buffer.byteLength(form)}`,
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${form}`);
}
