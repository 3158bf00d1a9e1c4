import { randomBytes } from 'node:crypto';
import { XMLParser } from 'fast-xml-parser';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import { CodedError } from '../../store/codedError.ts';

/** Where a service listens, and what a carrier would need to be believed there. */
export interface Line {
  /** The service's own address on this machine. */
  readonly url: string;
  readonly publicUrl: string;
  readonly authToken: string;
}

export interface Text {
  readonly from: string;
  readonly to: string;
  readonly body: string;
  /** The carrier's id of the delivery; the same one is the same delivery. */
  readonly sid?: string;
}

const parser = new XMLParser({ parseTagValue: false, processEntities: true, trimValues: false });

/**
 * Delivers a text to the service over its real webhook, signed as Twilio signs, and gives the answer's text, null where
 * it is silent. Rejects with code `not-delivered` where the service does not take it.
 */
export async function asCarrier(
  { url, publicUrl, authToken }: Line,
  { from, to, body, sid = `SM${randomBytes(16).toString('hex')}` }: Text,
): Promise<string | null> {
  const fields = { MessageSid: sid, AccountSid: 'ACdemo', From: from, To: to, Body: body, NumMedia: '0' };
  const response = await fetch(`${url}/twilio/sms`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      'x-twilio-signature': getExpectedTwilioSignature(authToken, `${publicUrl}/twilio/sms`, fields),
    },
    body: new URLSearchParams(fields).toString(),
  });
  const answer = await response.text();
  if (response.status !== 200) throw new CodedError('not-delivered', `The service answered ${response.status}: ${answer.trim() || 'nothing'}.`);
  const message: unknown = parser.parse(answer).Response?.Message;
  return typeof message === 'string' ? message : null;
}
