import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import { PUBLIC_URL, TOKEN } from './processes.ts';

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
