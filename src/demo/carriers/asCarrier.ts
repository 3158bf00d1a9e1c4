import { randomBytes } from 'node:crypto';
import { XMLParser } from 'fast-xml-parser';
import { type Line, postSigned } from './signedLine.ts';

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
