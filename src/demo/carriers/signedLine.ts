import { randomBytes } from 'node:crypto';
import { XMLParser } from 'fast-xml-parser';
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js';
import { CodedError } from '../../store/codedError.ts';

/** Where a service listens, and the token with which a carrier proves itself there. */
export interface Line {
  /** The service's own address on this machine. */
  readonly url: string;
  readonly publicUrl: string;
  readonly authToken: string;
}

type Form = Readonly<Record<string, string>>;

/**
 * Posts a form to a public address of the service, signed as Twilio signs, and gives the answer's text. Rejects with code `not-delivered` if the
 * service does not accept it, `wrong-twiml` if the address is not the service's.
 */
export async function postSigned(line: Line, address: string, form: Form): Promise<string> {
  const response = await fetch(ours(line, address), {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...signed(line, address, form) },
    body: new URLSearchParams(form).toString(),
  });
  const answer = await response.text();
  if (!response.ok) throw new CodedError('not-delivered', `The service answered ${response.status}: ${answer.trim() || 'nothing'}.`);
  return answer;
}

/** Fetches the audio that a carrier is asked to play. Rejects with code `wrong-twiml` if it is not audio of the service. */
export async function fetchAudio(line: Line, address: string): Promise<void> {
  const response = await fetch(ours(line, address), { headers: signed(line, address, {}) });
  await response.arrayBuffer();
  const type = response.headers.get('content-type');
  if (!response.ok || !type?.startsWith('audio/')) throw new CodedError('wrong-twiml', `${address} is no audio: ${response.status} ${type}.`);
}

function signed({ authToken }: Line, address: string, form: Form): Record<string, string> {
  return { 'x-twilio-signature': getExpectedTwilioSignature(authToken, address, form) };
}

/** The local address of a public address, which has to be the service's. */
function ours({ url, publicUrl }: Line, address: string): string {
  if (!address.startsWith(`${publicUrl}/`)) throw new CodedError('wrong-twiml', `${address} is no address of the service.`);
  return url + address.slice(publicUrl.length);
}

export interface Text {
  readonly from: string;
  readonly to: string;
  readonly body: string;
  /** The carrier's id of the delivery; the same id means the same delivery. */
  readonly sid?: string;
}

const parser = new XMLParser({ parseTagValue: false, processEntities: true, trimValues: false });

/**
 * Delivers a text to the service over its real webhook, signed as Twilio signs, and gives the answer's text, null if the service is silent. Rejects
 * with code `not-delivered` if the service does not accept it.
 */
export async function asCarrier(line: Line, { from, to, body, sid = `SM${randomBytes(16).toString('hex')}` }: Text): Promise<string | null> {
  const fields = { MessageSid: sid, AccountSid: 'ACdemo', From: from, To: to, Body: body, NumMedia: '0' };
  const message: unknown = parser.parse(await postSigned(line, `${line.publicUrl}/twilio/sms`, fields)).Response?.Message;
  return typeof message === 'string' ? message : null;
}
