import { randomBytes } from 'node:crypto';
import { signedRequest } from './signedRequest.ts';

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
