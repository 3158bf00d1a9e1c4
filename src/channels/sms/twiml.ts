import { holdable } from '../holdable.ts';

const ESCAPES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#xD;' };

/** The answer to an inbound SMS in TwiML (https://www.twilio.com/docs/messaging/twiml): one message, or silence. */
export function twiml(text?: string): string {
  const message = text && `<Message>${holdable(text).replace(/[&<>\r]/g, (character) => ESCAPES[character] ?? '')}</Message>`;
  return `<?xml version="1.0" encoding="UTF-8"?><Response>${message ?? ''}</Response>`;
}
